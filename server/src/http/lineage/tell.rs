//! `POST /api/v1/lineage`, `/batch` and `/dbt`: what pipelines tell of their runs. Kept whole or refused whole.

use super::sent::Sent;
use crate::http::error::HttpError;
use crate::lineage::home;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::lineage::{LONGEST_NAMESPACE, Statement, name_fits};
use formats::open_lineage::Refused;
use serde::Deserialize;
use serde_json::json;
use store::lineage::{self, Reporter};

pub async fn event(State(state): State<AppState>, sent: Sent) -> Result<Response, HttpError> {
    let read = formats::open_lineage::read(&sent.body, state.now()).map(|said| vec![said]);
    kept(&state, &sent, read, |_, side, place| format!("$.{side}[{place}]")).await
}

pub async fn batch(State(state): State<AppState>, sent: Sent) -> Result<Response, HttpError> {
    let read = formats::open_lineage::read_many(&sent.body, state.now());
    kept(&state, &sent, read, |event, side, place| format!("$[{event}].{side}[{place}]")).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Project {
    /// Of the database that the project writes to; Pasar's own source when it is not said.
    namespace: String,
}

pub async fn manifest(State(state): State<AppState>, Query(project): Query<Project>, sent: Sent) -> Result<Response, HttpError> {
    let home = home(&state.config);
    let namespace = match project.namespace.trim() {
        "" => home.namespaces.first().cloned().unwrap_or_default(),
        said if name_fits(said, LONGEST_NAMESPACE) => said.to_owned(),
        _ => return Err(HttpError::Malformed(format!("A namespace has 1 to {LONGEST_NAMESPACE} bytes, such as postgres://host:5432."))),
    };
    let now = state.now();
    let body = sent.body.clone();
    // Millions of bytes take their time; other requests go on meanwhile.
    let read =
        tokio::task::spawn_blocking(move || formats::dbt::read(&body, &namespace, now)).await.map_err(|error| HttpError::Internal(error.into()))?;
    kept(&state, &sent, read, |node, _, _| format!("node {node}")).await
}

async fn kept(
    state: &AppState,
    sent: &Sent,
    read: Result<Vec<Statement>, Refused>,
    place: impl Fn(usize, &str, usize) -> String,
) -> Result<Response, HttpError> {
    let said = match read {
        Ok(said) => said,
        Err(refused) => return Ok(sent.refused(&refused)),
    };
    let by = Reporter { person: Some(sent.who.actor.person), origin: sent.who.origin.clone() };
    let mut tx = state.pool.begin().await?;
    let kept = lineage::record(&mut tx, &said, &by, &home(&state.config), state.now()).await?;
    tx.commit().await?;
    let left_out: Vec<String> = kept.left_out.iter().map(|(statement, output)| place(*statement, "outputs", *output)).collect();
    let not_joined = kept.not_joined.iter().map(|(statement, output, one)| place(*statement, if *output { "outputs" } else { "inputs" }, *one));
    // Which names of them are others' is not said, nor whose.
    let not_joined: Vec<String> = not_joined.map(|place| format!("{place}.facets.symlinks")).collect();
    let body = json!({ "statements": said.len(), "changed": kept.changed, "not_yours": left_out, "not_joined": not_joined });
    Ok((StatusCode::CREATED, Json(body)).into_response())
}
