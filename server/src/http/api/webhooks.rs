//! `/api/v1/webhooks`: those of one's domains, what was delivered to them, and sending it again. The same checks as on the pages.

use super::called::Called;
use super::requests::Nothing;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::http::webhook::change::{paused_as, removed, replayed};
use crate::http::webhook::list::{Typed, WHOLE, made};
use crate::http::webhook::show::{LISTED, own};
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::event::Topic;
use domain::webhook::{Owning, WebhookScope};
use serde::Deserialize;
use serde_json::{Value, json};
use store::webhook::{self, DeliveryLine, WebhookView};

fn said(one: &WebhookView) -> Value {
    let scope = match one.scope {
        WebhookScope::Whole => WHOLE.to_owned(),
        WebhookScope::Domain(id) => id.to_string(),
    };
    json!({
        "id": one.id, "url": one.url, "scope": scope, "domain": one.domain, "topics": one.topics.iter().copied().map(Topic::as_str).collect::<Vec<_>>(),
        "made_by": one.made_by, "made_at": one.made_at, "paused_at": one.paused_at, "waiting": one.waiting, "failed": one.failed,
    })
}

fn delivery(one: &DeliveryLine) -> Value {
    // What was sent is JSON; kept as text, so that it is signed as it was.
    let body = serde_json::from_str(&one.body).unwrap_or_else(|_| Value::String(one.body.clone()));
    json!({
        "id": one.id, "topic": one.topic.as_str(), "state": one.state.as_str(), "made_at": one.made_at, "attempts": one.attempts,
        "tried_at": one.tried_at, "status": one.status, "answer": one.answer, "body": body,
    })
}

pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Json<Value>, HttpError> {
    let found = webhook::webhooks(&mut *state.pool.acquire().await?, &Owning::of(&who.actor)).await?;
    Ok(Json(json!({ "webhooks": found.iter().map(said).collect::<Vec<_>>() })))
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Making {
    url: String,
    /// A domain's id, or `whole`.
    scope: String,
    /// None of them means all.
    topics: Vec<String>,
}

/// The secret that deliveries are signed with is in this answer alone.
pub async fn make(State(state): State<AppState>, Called(sent, who): Called<Making>) -> Result<Response, HttpError> {
    let typed = Typed { url: sent.url, scope: sent.scope, topics: sent.topics };
    let (id, _) = made(&state, &who, &typed).await?.map_err(HttpError::Invalid)?;
    let found = own(&mut *state.pool.acquire().await?, &who, &id.to_string()).await?;
    let answer = json!({ "webhook": said(&found), "secret": state.webhooks.secret(id) });
    Ok((StatusCode::CREATED, [(header::LOCATION, format!("/api/v1/webhooks/{id}"))], Json(answer)).into_response())
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Json<Value>, HttpError> {
    Ok(Json(said(&own(&mut *state.pool.acquire().await?, &who, &id).await?)))
}

/// The newest.
pub async fn deliveries(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Json<Value>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let found = own(&mut conn, &who, &id).await?;
    let lines = webhook::deliveries(&mut conn, found.id, LISTED).await?;
    Ok(Json(json!({ "webhook": found.id, "deliveries": lines.iter().map(delivery).collect::<Vec<_>>() })))
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Again {
    delivery: String,
}

/// Sends one again, under its own id.
pub async fn replay(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<Again>) -> Result<Json<Value>, HttpError> {
    replayed(&state, &who, &id, &sent.delivery).await?;
    deliveries(State(state), who, Path(id)).await
}

pub async fn pause(State(state): State<AppState>, Path(id): Path<String>, Called(_, who): Called<Nothing>) -> Result<Json<Value>, HttpError> {
    paused_as(&state, &who, &id, true).await?;
    show(State(state), who, Path(id)).await
}

pub async fn resume(State(state): State<AppState>, Path(id): Path<String>, Called(_, who): Called<Nothing>) -> Result<Json<Value>, HttpError> {
    paused_as(&state, &who, &id, false).await?;
    show(State(state), who, Path(id)).await
}

pub async fn remove(State(state): State<AppState>, Path(id): Path<String>, Called(_, who): Called<Nothing>) -> Result<Json<Value>, HttpError> {
    removed(&state, &who, &id).await?;
    list(State(state), who).await
}
