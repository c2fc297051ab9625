//! `GET /teams/{id}`.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::team::{May, team_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::authorise;
use domain::id::TeamId;
use domain::team::InTeam;
use domain::{Action, Violations};
use store::team::{self, TeamView};

/// The team, with how this person stands to it; who may not see it learns nothing: 404.
pub async fn readable(state: &AppState, who: &SignedIn, id: &str) -> Result<(TeamView, InTeam), HttpError> {
    let id: TeamId = id.parse().map_err(|_| HttpError::NotFound)?;
    let found = team::team(&mut *state.pool.acquire().await?, id).await?.ok_or(HttpError::NotFound)?;
    let standing = found.standing(who.actor.person);
    authorise(&who.actor, Action::ReadTeam { team: standing }).map_err(|_| HttpError::NotFound)?;
    Ok((found, standing))
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    let (team, standing) = readable(&state, &who, &id).await?;
    page(&state, &who, team, standing, String::new(), vec![]).await
}

/// The page, also with what was typed and what is wrong with it.
pub async fn page(
    state: &AppState,
    who: &SignedIn,
    team: TeamView,
    standing: InTeam,
    email: String,
    wrong: Violations,
) -> Result<Response, HttpError> {
    let may = May { keep: authorise(&who.actor, Action::KeepTeam { team: standing }).is_ok(), leave: standing != InTeam::Stranger };
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = if wrong.is_empty() { team.name.clone() } else { format!("Error: {}", team.name) };
    let (csrf, person) = (who.csrf.clone(), who.actor.person);
    render::page(state, who, Section::Agreements, &title, status, move || team_page(&csrf, &team, person, may, &email, &wrong)).await
}
