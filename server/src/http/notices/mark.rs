//! `POST /notices/{id}/read` and `POST /notices/read`.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
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
    let id: NoticeId = id.parse().map_err(|_| HttpError::NotFound)?;
    if !notice::mark_read(&mut *state.pool.acquire().await?, who.actor.person, id, state.now()).await? {
        return Err(HttpError::NotFound);
    }
    Ok(Redirect::to("/notices").into_response())
}

#[derive(Deserialize)]
pub struct Shown {
    /// When the page was shown: what came afterwards has not been seen.
    #[serde(default)]
    shown: String,
}

pub async fn all(State(state): State<AppState>, CheckedForm(form, who): CheckedForm<Shown>) -> Result<Response, HttpError> {
    let now = state.now();
    let shown = form.shown.parse::<DateTime<Utc>>().map_or(now, |shown| shown.min(now));
    notice::mark_all_read(&mut *state.pool.acquire().await?, who.actor.person, shown, now).await?;
    Ok(Redirect::to("/notices").into_response())
}
