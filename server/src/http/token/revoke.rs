//! `POST /mine/tokens/{id}/revoke`.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::AccessTokenId;
use serde::Deserialize;
use store::token;

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn revoke(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(_, who): CheckedForm<Nothing>) -> Result<Response, HttpError> {
    let id: AccessTokenId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut tx = state.pool.begin().await?;
    if !token::revoke(&mut tx, who.actor.person, id, &who.origin, state.now()).await? {
        return Err(HttpError::NotFound);
    }
    tx.commit().await?;
    Ok(Redirect::to("/mine/tokens").into_response())
}
