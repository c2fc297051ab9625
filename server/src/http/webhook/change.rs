//! `POST /admin/webhooks/{id}/pause`, `/resume`, `/remove` and `/replay`.

use super::show::own;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::{DeliveryId, WebhookId};
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
    let id = paused_as(&state, &who, &id, paused).await?;
    Ok(Redirect::to(&format!("/admin/webhooks/{id}")).into_response())
}

/// Pauses a webhook of this person's, or lets it go on.
pub(crate) async fn paused_as(state: &AppState, who: &SignedIn, id: &str, paused: bool) -> Result<WebhookId, HttpError> {
    let mut tx = state.pool.begin().await?;
    let found = own(&mut tx, who, id).await?;
    webhook::set_paused(&mut tx, who.actor.person, found.id, paused, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(found.id)
}

pub async fn remove(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(_, who): CheckedForm<Nothing>) -> Result<Response, HttpError> {
    removed(&state, &who, &id).await?;
    Ok(Redirect::to("/admin/webhooks").into_response())
}

/// Removes a webhook of this person's.
pub(crate) async fn removed(state: &AppState, who: &SignedIn, id: &str) -> Result<(), HttpError> {
    let mut tx = state.pool.begin().await?;
    let found = own(&mut tx, who, id).await?;
    webhook::remove(&mut tx, who.actor.person, found.id, &who.origin, state.now()).await?;
    Ok(tx.commit().await?)
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
    let id = replayed(&state, &who, &id, &form.delivery).await?;
    Ok(Redirect::to(&format!("/admin/webhooks/{id}")).into_response())
}

/// Sends a delivery of this person's webhook again.
pub(crate) async fn replayed(state: &AppState, who: &SignedIn, id: &str, delivery: &str) -> Result<WebhookId, HttpError> {
    let mut tx = state.pool.begin().await?;
    let found = own(&mut tx, who, id).await?;
    let delivery: DeliveryId = delivery.parse().map_err(|_| HttpError::NotFound)?;
    if !webhook::replay(&mut tx, who.actor.person, found.id, delivery, &who.origin, state.now()).await? {
        return Err(HttpError::Conflict("This delivery is waiting to be sent anyway, or is not one of this webhook.".into()));
    }
    tx.commit().await?;
    Ok(found.id)
}
