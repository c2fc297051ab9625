//! `POST /requests/draft` and `/requests/draft/throw-away`: a form that is kept as it was typed, checked only when it is continued.

use super::ask::Typed;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use store::access;

/// Longest draft that is kept, in bytes; every field of the form at its longest fits.
const LONGEST: usize = 200_000;

pub async fn keep(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let form = written(&typed)?;
    access::keep_draft(&mut *state.pool.acquire().await?, who.actor.person, &form, state.now()).await?;
    Ok(Redirect::to("/requests").into_response())
}

/// A form as it is kept.
pub fn written(typed: &Typed) -> Result<String, HttpError> {
    let form = serde_json::to_string(typed).map_err(|error| HttpError::Internal(error.into()))?.replace("\\u0000", "");
    if form.len() > LONGEST {
        return Err(HttpError::Malformed("This form is too long to be kept. Shorten what you typed.".into()));
    }
    Ok(form)
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn throw_away(State(state): State<AppState>, CheckedForm(_, who): CheckedForm<Nothing>) -> Result<Response, HttpError> {
    access::throw_away_draft(&mut *state.pool.acquire().await?, who.actor.person).await?;
    Ok(Redirect::to("/requests").into_response())
}
