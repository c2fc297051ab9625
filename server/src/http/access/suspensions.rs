//! `GET /suspensions` and `POST /suspensions/{id}/lift`.

use super::drift::watched;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access::suspension::{May, suspensions_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::LONGEST_TEXT;
use domain::authorisation::authorise;
use domain::id::SuspensionId;
use domain::organisation::Role;
use domain::{Action, Violation};
use serde::Deserialize;
use store::access;

const LISTED: i64 = 200;

pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    page(&state, &who, None).await
}

async fn page(state: &AppState, who: &SignedIn, wrong: Option<(SuspensionId, Violation)>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ReadSuspensions)?;
    let mut conn = state.pool.acquire().await?;
    let lines = access::suspensions(&mut conn, None, watched(&who.actor).as_deref(), LISTED).await?;
    drop(conn);
    let lift = lines.iter().filter(|line| authorise(&who.actor, Action::Suspend { sector: line.sector }).is_ok()).map(|line| line.id).collect();
    let suspend = who.actor.is(Role::GdoAdministrator) || who.actor.roles.iter().any(|held| held.role == Role::TcSecurityOfficer);
    let (csrf, may) = (who.csrf.clone(), May { suspend, lift });
    let status = if wrong.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    render::page(state, who, Section::Administration, "Suspensions", status, move || suspensions_page(&csrf, &lines, &may, wrong.as_ref())).await
}

#[derive(Deserialize)]
pub struct Reason {
    #[serde(default)]
    reason: String,
}

pub async fn lift(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Reason>,
) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ReadSuspensions)?;
    let id: SuspensionId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut tx = state.pool.begin().await?;
    let found = access::suspensions(&mut tx, Some(id), watched(&who.actor).as_deref(), 1).await?.pop().ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::Suspend { sector: found.sector })?;
    let reason = typed.reason.trim().replace('\0', "");
    if reason.is_empty() || reason.chars().count() > LONGEST_TEXT {
        drop(tx);
        let message = format!("Say why the suspension of {} is lifted, in at most {LONGEST_TEXT} characters.", found.subject);
        return page(&state, &who, Some((id, Violation::new("reason", "reason_missing", message)))).await;
    }
    if access::lift_suspension(&mut tx, id, who.actor.person, &reason, &who.origin, state.now()).await?.is_none() {
        return Err(HttpError::Conflict("This suspension was lifted before. Nothing was changed.".into()));
    }
    tx.commit().await?;
    state.work.notify_one();
    Ok(Redirect::to("/suspensions").into_response())
}
