//! `GET` and `POST /api/v1/products/{urn}/quality`: what checks say now, and a run as Great Expectations, dbt or OpenLineage wrote it.

use crate::http::api::called::Called;
use crate::http::error::HttpError;
use crate::http::service_level::visible;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::authorisation::authorise;
use domain::id::QualityRunId;
use domain::quality::Passed;
use domain::{Action, Violation};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::quality::{self, CheckLine, RunLine};

pub(super) fn share(passed: Passed) -> Value {
    json!({ "passed": passed.passed, "counted": passed.counted })
}

fn check(line: &CheckLine) -> Value {
    json!({ "tool": line.tool, "layer": line.layer, "title": line.title, "dataset": line.dataset, "column": line.column, "outcome": line.outcome,
            "unexpected": line.unexpected, "looked": line.looked, "at": line.at })
}

fn run_line(line: &RunLine) -> Value {
    json!({ "id": line.id, "tool": line.tool, "tool_version": line.tool_version, "suite": line.suite, "at": line.at, "checks": share(line.passed) })
}

/// One run with each of its checks.
pub async fn run(State(state): State<AppState>, who: SignedIn, Path((urn, id)): Path<(String, String)>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let id: QualityRunId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut conn = state.pool.acquire().await?;
    let found = quality::run(&mut conn, product.id, id).await?.ok_or(HttpError::NotFound)?;
    let checks: Vec<Value> = quality::checks_of(&mut conn, id).await?.iter().map(check).collect();
    let body = json!({ "product": product.address, "run": run_line(&found), "checks": checks });
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let mut conn = state.pool.acquire().await?;
    let checks = quality::checks_now(&mut conn, product.id).await?;
    let runs = quality::runs(&mut conn, product.id, 50).await?;
    let said: Vec<Value> = checks.iter().map(check).collect();
    let runs: Vec<Value> = runs.iter().map(run_line).collect();
    let now = share(Passed::of(checks.iter().map(|line| line.outcome)));
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(json!({ "product": product.address, "now": now, "checks": said, "runs": runs }))).into_response())
}

/// The longest name of a run.
const LONGEST_KEY: usize = 200;

/// What makes a run the same one when it is sent again: the tool's own name for it; else the header `Idempotency-Key`; else what was sent.
fn name(headers: &HeaderMap, document: &Value, index: usize) -> String {
    let key =
        headers.get("idempotency-key").and_then(|key| key.to_str().ok()).map(str::trim).filter(|key| !key.is_empty() && key.len() <= LONGEST_KEY);
    match key {
        Some(key) => format!("key {key} {index}"),
        None => format!("sha256 {} {index}", hex::encode(&Sha256::digest(document.to_string())[..16])),
    }
}

pub async fn report(
    State(state): State<AppState>,
    Path(urn): Path<String>,
    headers: HeaderMap,
    Called(document, who): Called<Value>,
) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    authorise(&who.actor, Action::Promise { place: product.at.place })?;
    let runs = formats::quality::read(&document)
        .map_err(|fault| HttpError::Invalid(vec![Violation::new("document", fault.code, format!("{}: {}", fault.path, fault.message))]))?;
    let now = state.now();
    let mut tx = state.pool.begin().await?;
    let mut said = vec![];
    let mut new = false;
    for (index, run) in runs.iter().enumerate() {
        let name = run.run.clone().unwrap_or_else(|| name(&headers, &document, index));
        let kept = quality::report(&mut tx, who.actor.person, (product.id, &product.address), run, &name, &who.origin, &state.ids, now).await?;
        new |= kept.new;
        let page = format!("/products/{}/quality/{}", product.address, kept.id);
        said.push(json!({ "id": kept.id, "tool": run.tool, "run": name, "new": kept.new, "checks": share(kept.passed), "page": page }));
    }
    tx.commit().await?;
    Ok((if new { StatusCode::CREATED } else { StatusCode::OK }, Json(json!({ "runs": said }))).into_response())
}
