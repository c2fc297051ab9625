//! `GET /admin/drift`.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access::drift::drift_page;
use app::shell::Section;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::authorise;
use domain::organisation::{Role, Scope};
use domain::{Action, Actor};
use store::access;
use uuid::Uuid;

/// Findings on one page: whatever is open, and the newest of the rest.
pub(crate) const LISTED: i64 = 200;

/// The sectors that somebody watches; none for whoever watches all.
pub(crate) fn watched(actor: &Actor) -> Option<Vec<Uuid>> {
    if actor.is(Role::Auditor) || actor.is(Role::GdoAdministrator) {
        return None;
    }
    let sectors = actor.roles.iter().filter_map(|held| match (held.role, held.scope) {
        (Role::TcSecurityOfficer, Scope::Sector(id)) => Some(id.0),
        _ => None,
    });
    Some(sectors.collect())
}

pub async fn show(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ReadDrift)?;
    let mut conn = state.pool.acquire().await?;
    let lines = access::drift(&mut conn, watched(&who.actor).as_deref(), LISTED).await?;
    let failing = access::failing_grants(&mut conn, watched(&who.actor).as_deref(), LISTED).await?;
    drop(conn);
    render::page(&state, &who, Section::Administration, "Drift at the source", StatusCode::OK, move || drift_page(&lines, &failing)).await
}
