//! `POST /v1/data/trino/{key}/{question}`: what a fleet's query engine asks the policy decision point for, answered from the agreement's own
//! plan. Trino's plugin for the Open Policy Agent sends no credential, so that the key stands in the path; the engine's user is the role
//! that an agreement's page names.

use crate::http::error::HttpError;
use crate::jobs::outbox::at_the_source;
use crate::state::AppState;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use domain::id::AgreementId;
use ports::{Plan, RoleOf};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use store::access;
use subtle::ConstantTimeEq;

#[derive(Deserialize)]
pub struct Question {
    #[serde(default)]
    input: Value,
}

/// Hidden unless a key is configured and sent. `question` is what the engine's own configuration calls it; what is asked stands in the body.
pub async fn answer(State(state): State<AppState>, Path((key, _question)): Path<(String, String)>, body: Bytes) -> Result<Json<Value>, HttpError> {
    let wanted = state.config.engine_key.as_ref().ok_or(HttpError::NotFound)?;
    if !bool::from(key.as_bytes().ct_eq(wanted.expose_secret().as_bytes())) {
        return Err(HttpError::NotFound);
    }
    let asked: Question = serde_json::from_slice(&body).map_err(|error| HttpError::Malformed(format!("The question is not JSON: {error}")))?;
    let user = asked.input["context"]["identity"]["user"].as_str().unwrap_or_default();
    let plan = plan_of(&state, user).await?;
    Ok(Json(json!({ "result": ports::trino::answer(plan.as_ref(), &asked.input) })))
}

/// What a role may read at this moment; nothing for everybody else.
async fn plan_of(state: &AppState, user: &str) -> Result<Option<Plan>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let agreement = match RoleOf::of_name(user) {
        Some(RoleOf::Agreement(id)) => AgreementId(id),
        Some(RoleOf::Credential(id)) => match access::agreement_of_credential(&mut conn, id).await? {
            Some(agreement) => agreement,
            None => return Ok(None),
        },
        None => return Ok(None),
    };
    Ok(access::standing_plan(&mut conn, agreement, state.now()).await?.map(|plan| at_the_source(&plan)))
}
