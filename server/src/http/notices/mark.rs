//! `POST /notices/{id}/read` and `POST /notices/read`.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use domain::id::NoticeId;
use serde::Deserialize;
use store::notice;

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn one(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(_, who): CheckedForm<Nothing>) -> Result<Response, HttpError> {
    marked(&state, &who, &id).await?;
    Ok(Redirect::to("/notices").into_response())
}

/// Marks a notice of this person's as read.
pub(crate) async fn marked(state: &AppState, who: &SignedIn, id: &str) -> Result<(), HttpError> {
    let id: NoticeId = id.parse().map_err(|_| HttpError::NotFound)?;
    let known = notice::mark_read(&mut *state.pool.acquire().await?, who.actor.person, id, state.now()).await?;
    if known { Ok(()) } else { Err(HttpError::NotFound) }
}

#[derive(Deserialize)]
pub struct Shown {
    /// When the page was shown: what came afterwards has not been seen.
    #[serde(default)]
    shown: String,
}

pub async fn all(State(state): State<AppState>, CheckedForm(form, who): CheckedForm<Shown>) -> Result<Response, HttpError> {
    all_marked(&state, &who, &form.shown).await?;
    Ok(Redirect::to("/notices").into_response())
}

/// Marks all that there were at a moment as read; without a moment, all that there are.
pub(crate) async fn all_marked(state: &AppState, who: &SignedIn, shown: &str) -> Result<(), HttpError> {
    let now = state.now();
    let shown = shown.parse::<DateTime<Utc>>().map_or(now, |shown| shown.min(now));
    notice::mark_all_read(&mut *state.pool.acquire().await?, who.actor.person, shown, now).await?;
    Ok(())
}
