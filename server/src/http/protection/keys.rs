//! `POST /agreements/{id}/rotate-key` and `POST /admin/purposes/{code}/rotate-key`: pseudonyms from now on are others.

use crate::http::access::agreements::readable;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Action;
use domain::authorisation::authorise;
use serde::Deserialize;
use store::protection;

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn rotate(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(_, who): CheckedForm<Nothing>) -> Result<Response, HttpError> {
    let agreement = readable(&state, &who, &id).await?;
    authorise(&who.actor, Action::RotateKey { place: agreement.place })?;
    let mut tx = state.pool.begin().await?;
    protection::rotate_key(&mut tx, who.actor.person, agreement.id, &who.origin, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(Redirect::to(&format!("/agreements/{}", agreement.id)).into_response())
}

pub async fn rotate_purpose(
    State(state): State<AppState>,
    Path(code): Path<String>,
    CheckedForm(_, who): CheckedForm<Nothing>,
) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManagePurposes)?;
    let mut tx = state.pool.begin().await?;
    let touched = protection::rotate_purpose_key(&mut tx, who.actor.person, &code.replace('\0', ""), &who.origin, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(Redirect::to(if touched == 0 { "/admin/purposes?done=no-key" } else { "/admin/purposes?done=rotated" }).into_response())
}
