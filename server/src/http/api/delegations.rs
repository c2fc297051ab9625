//! `/api/v1/delegations`: who decides while somebody is away. The same checks as on the page.

use super::called::Called;
use super::requests::Nothing;
use crate::http::access::delegations::{Typed, ended, made};
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};
use store::access::{self, DelegationView};

pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Json<Value>, HttpError> {
    let lines = access::delegations(&mut *state.pool.acquire().await?, who.actor.person, state.now()).await?;
    let said = |one: &DelegationView| json!({ "id": one.id, "person": one.person, "deputy": one.deputy, "own": one.own, "since": one.since, "until": one.until });
    Ok(Json(json!({ "delegations": lines.iter().map(said).collect::<Vec<_>>() })))
}

/// The deputy's e-mail address, the first and the last day.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Naming {
    email: String,
    since: String,
    until: String,
}

pub async fn make(State(state): State<AppState>, Called(sent, who): Called<Naming>) -> Result<Json<Value>, HttpError> {
    let typed = Typed { email: sent.email, since: sent.since, until: sent.until };
    made(&state, &who, &typed).await?.map_err(HttpError::Invalid)?;
    list(State(state), who).await
}

pub async fn end(State(state): State<AppState>, Path(id): Path<String>, Called(_, who): Called<Nothing>) -> Result<Json<Value>, HttpError> {
    ended(&state, &who, &id).await?;
    list(State(state), who).await
}
