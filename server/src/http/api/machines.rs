//! `/api/v1/agreements/{id}/machines`: machine clients of an agreement. The same checks as on its page. A new credential of one can be
//! had with a token that was made for nothing less: whoever has the credential reads data.

use super::called::Called;
use crate::http::access::agreements::readable;
use crate::http::access::machines::{added, created, ended, kept, named};
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::id::AgreementId;
use ports::RoleOf;
use serde::Deserialize;
use serde_json::{Value, json};
use store::access::{self, MachineView};

async fn said(state: &AppState, agreement: AgreementId) -> Result<Json<Value>, HttpError> {
    let machines = access::machines(&mut *state.pool.acquire().await?, agreement).await?;
    let line = |one: &MachineView| json!({ "id": one.id, "name": one.name, "made_at": one.made_at, "credential_at": one.set_at, "role": RoleOf::Credential(one.id.0).name() });
    Ok(Json(json!({ "agreement": agreement, "machines": machines.iter().map(line).collect::<Vec<_>>() })))
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Json<Value>, HttpError> {
    let agreement = readable(&state, &who, &id).await?;
    said(&state, agreement.id).await
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Adding {
    /// What it is called.
    machine: String,
}

/// It reads nothing before it has a credential.
pub async fn add(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<Adding>) -> Result<Response, HttpError> {
    let agreement = kept(&state, &who, &id).await?;
    added(&state, &who, agreement.id, &sent.machine).await?.map_err(|fault| HttpError::Invalid(vec![fault]))?;
    Ok((StatusCode::CREATED, said(&state, agreement.id).await?).into_response())
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Naming {
    machine: String,
}

/// The secret is in this answer alone; the former one is dead from then on.
pub async fn credential(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<Naming>) -> Result<Json<Value>, HttpError> {
    let agreement = kept(&state, &who, &id).await?;
    let machine = named(&state, &agreement, &sent.machine).await?;
    let (credential, until) = created(&state, &who, agreement.id, machine).await?;
    Ok(Json(json!({
        "machine": machine, "role": RoleOf::Credential(machine.0).name(), "password": credential.secret(), "token": credential.token(), "until": until,
    })))
}

pub async fn end(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<Naming>) -> Result<Json<Value>, HttpError> {
    let agreement = kept(&state, &who, &id).await?;
    let machine = named(&state, &agreement, &sent.machine).await?;
    ended(&state, &who, agreement.id, machine).await?;
    said(&state, agreement.id).await
}
