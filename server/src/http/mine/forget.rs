//! `POST /mine/viewed/clear` and `POST /mine/queries/clear`: what was noted of somebody is theirs to forget.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use store::mine;

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn viewed(State(state): State<AppState>, CheckedForm(_, who): CheckedForm<Nothing>) -> Result<Response, HttpError> {
    mine::forget_viewed(&mut *state.pool.acquire().await?, who.actor.person).await?;
    Ok(Redirect::to("/mine").into_response())
}

pub async fn queries(State(state): State<AppState>, CheckedForm(_, who): CheckedForm<Nothing>) -> Result<Response, HttpError> {
    mine::forget_queries(&mut *state.pool.acquire().await?, who.actor.person).await?;
    Ok(Redirect::to("/mine").into_response())
}
