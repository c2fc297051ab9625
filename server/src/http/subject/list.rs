//! `GET /subjects`: what people asked about data of theirs.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::subject::requests_page;
use app::shell::Section;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::authorise;
use domain::id::SectorId;
use domain::organisation::{Role, Scope};
use domain::{Action, Actor};
use store::subject;
use uuid::Uuid;

/// Requests on one page.
const LISTED: i64 = 200;

/// The sectors that somebody is a security officer of.
pub(super) fn sectors(actor: &Actor) -> Vec<SectorId> {
    let of = |held: &domain::organisation::Held| match (held.role, held.scope) {
        (Role::TcSecurityOfficer, Scope::Sector(id)) => Some(id),
        _ => None,
    };
    actor.roles.iter().filter_map(of).collect()
}

pub async fn show(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ReadSubjects)?;
    let everything = authorise(&who.actor, Action::ReadSubject { sector: None }).is_ok();
    let own: Vec<Uuid> = sectors(&who.actor).iter().map(|id| id.0).collect();
    let mut conn = state.pool.acquire().await?;
    let lines = subject::requests(&mut conn, (!everything).then_some(own.as_slice()), LISTED).await?;
    drop(conn);
    let may_open = authorise(&who.actor, Action::OpenSubject { sector: None }).is_ok() || !own.is_empty();
    let today = domain::calendar::day(state.now());
    render::page(&state, &who, Section::None, "Requests of people", StatusCode::OK, move || requests_page(&lines, may_open, today)).await
}
