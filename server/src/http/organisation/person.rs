//! `GET /admin/people/{id}`: one person; `GET /roles`: what somebody holds themselves.

use crate::http::access::suspend::may_suspend;
use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access_review::asked_section;
use app::features::organisation::{May, own_roles_page, person_page};
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::authorise;
use domain::id::PersonId;
use domain::{Action, Violation};
use serde::Deserialize;
use store::organisation::{self, HeldRole};
use store::{access, access_review, team};

/// Agreements on one page.
const LISTED: i64 = 200;

#[derive(Deserialize)]
pub struct Asked {
    /// Set when the page before changed something.
    #[serde(default)]
    done: String,
}

pub async fn show(State(state): State<AppState>, Path(id): Path<String>, Query(asked): Query<Asked>, who: SignedIn) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ReadAdministration)?;
    let person: PersonId = id.parse().map_err(|_| HttpError::NotFound)?;
    page(&state, &who, person, Said { done: !asked.done.is_empty(), ..Said::default() }).await
}

/// What the page says beside what stands in the record.
#[derive(Default)]
pub struct Said {
    pub done: bool,
    /// The role whose end is to be changed, with what was typed.
    pub typed: Option<(HeldRole, String)>,
    pub wrong: Vec<Violation>,
}

pub async fn page(state: &AppState, who: &SignedIn, person: PersonId, said: Said) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let found = organisation::person_page(&mut conn, person, state.now()).await?.ok_or(HttpError::NotFound)?;
    let teams = team::teams_of(&mut conn, person).await?;
    let agreements = access::agreements_after(&mut conn, person, None, LISTED).await?;
    drop(conn);
    let may = May {
        change: person != who.actor.person && authorise(&who.actor, Action::ManageRoles).is_ok(),
        done: said.done,
        suspend: may_suspend(who).is_ok(),
    };
    let status = if said.wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (csrf, title) = (who.csrf.clone(), found.name.clone());
    render::page(state, who, Section::Administration, &title, status, move || {
        person_page(&csrf, &found, &teams, &agreements, may, said.typed.as_ref(), &said.wrong)
    })
    .await
}

pub async fn own(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let own = organisation::roles_of(&mut conn, who.actor.person, state.now()).await?;
    let asked = access_review::asked_of(&mut conn, who.actor.person).await?;
    let ending = match authorise(&who.actor, Action::ReadAdministration) {
        Ok(()) => Some(organisation::roles_ending(&mut conn, state.now()).await?),
        Err(_) => None,
    };
    drop(conn);
    render::page(&state, &who, Section::None, "Your roles", StatusCode::OK, move || own_roles_page(&own, ending.as_deref(), asked_section(&asked)))
        .await
}
