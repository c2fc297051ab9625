//! `POST /admin/webhooks/{id}/pause`, `/resume`, `/remove` and `/replay`.

use super::show::own;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::DeliveryId;
use serde::Deserialize;
use store::webhook;

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn pause(state: State<AppState>, id: Path<String>, form: CheckedForm<Nothing>) -> Result<Response, HttpError> {
    set(state, id, form, true).await
}

pub async fn resume(state: State<AppState>, id: Path<String>, form: CheckedForm<Nothing>) -> Result<Response, HttpError> {
    set(state, id, form, false).await
}

async fn set(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(_, who): CheckedForm<Nothing>,
    paused: bool,
) -> Result<Response, HttpError> {
    let mut tx = state.pool.begin().await?;
    let found = own(&mut tx, &who, &id).await?;
    webhook::set_paused(&mut tx, who.actor.person, found.id, paused, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/admin/webhooks/{}", found.id)).into_response())
}

pub async fn remove(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(_, who): CheckedForm<Nothing>) -> Result<Response, HttpError> {
    let mut tx = state.pool.begin().await?;
    let found = own(&mut tx, &who, &id).await?;
    webhook::remove(&mut tx, who.actor.person, found.id, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to("/admin/webhooks").into_response())
}

#[derive(Deserialize)]
pub struct Chosen {
    #[serde(default)]
    delivery: String,
}

pub async fn replay(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(form, who): CheckedForm<Chosen>,
) -> Result<Response, HttpError> {
    let mut tx = state.pool.begin().await?;
    let found = own(&mut tx, &who, &id).await?;
    let delivery: DeliveryId = form.delivery.parse().map_err(|_| HttpError::NotFound)?;
    if !webhook::replay(&mut tx, who.actor.person, found.id, delivery, &who.origin, state.now()).await? {
        return Err(HttpError::Conflict("This delivery is waiting to be sent anyway, or is not one of this webhook.".into()));
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/admin/webhooks/{}", found.id)).into_response())
}
