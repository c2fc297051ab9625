//! `GET` and `POST /api/v1/products/{urn}/quality`: what checks say now, and a run as Great Expectations, dbt or OpenLineage wrote it; `POST …/quality/rules`
//! and `…/{id}/end`: rules that its team declares.

use super::rules::{Reason, reason};
use crate::http::api::called::Called;
use crate::http::error::HttpError;
use crate::http::service_level::{names, visible};
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::authorisation::authorise;
use domain::glossary::Rule;
use domain::id::{DeclaredRuleId, QualityRunId};
use domain::quality::{Passed, RuleDocument, RuleForm, check_rule};
use domain::{Action, Violation};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::quality::{self, CheckLine, DeclaredLine, RunLine};

/// Runs that are said; one more is read, which says that there are others.
const RUNS: usize = 50;
const ASKED: i64 = 51;

pub(super) fn share(passed: Passed) -> Value {
    json!({ "passed": passed.passed, "counted": passed.counted })
}

fn check(line: &CheckLine) -> Value {
    json!({ "tool": line.tool, "layer": line.layer, "title": line.title, "dataset": line.dataset, "column": line.column, "outcome": line.outcome,
            "unexpected": line.unexpected, "looked": line.looked, "value": line.value, "why": line.why, "at": line.at })
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
    let runs = quality::runs(&mut conn, product.id, ASKED).await?;
    let declared = quality::declared(&mut conn, product.id).await?;
    let said: Vec<Value> = checks.iter().map(check).collect();
    let more = runs.len() > RUNS;
    let runs: Vec<Value> = runs.iter().take(RUNS).map(run_line).collect();
    let now = share(Passed::of(checks.iter().map(|line| line.outcome)));
    let rules: Vec<Value> = declared.iter().map(rule).collect();
    let said = json!({ "product": product.address, "now": now, "rules": rules, "checks": said, "runs": runs, "more_runs": more });
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(said)).into_response())
}

/// A declared rule; `latest` is null until something ran it.
fn rule(line: &DeclaredLine) -> Value {
    let DeclaredLine { id, rule, on_page, latest } = line;
    let format = rule.format.as_ref();
    json!({
        "id": id, "name": rule.name, "title": rule.title, "layer": rule.layer, "measure": rule.measure, "dataset": rule.dataset, "column": rule.column,
        "low": rule.range.map(|(low, _)| low), "high": rule.range.map(|(_, high)| high), "pattern": format.and_then(Rule::pattern),
        "codes": format.and_then(Rule::codes), "comparison": rule.bound.map(|(comparison, _)| comparison), "bound": rule.bound.map(|(_, bound)| bound),
        "unit": rule.measure.unit(), "measured_by_pasar": rule.measure.is_probed(), "of_document": !on_page,
        "latest": latest.as_ref().map(|one| json!({ "run": one.run, "tool": one.tool, "outcome": one.outcome, "value": one.value, "why": one.why, "at": one.at })),
    })
}

/// A rule as a product's document says one; of the same name again, it is changed.
pub async fn declare(State(state): State<AppState>, Path(urn): Path<String>, Called(sent, who): Called<RuleDocument>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    authorise(&who.actor, Action::Promise { place: product.at.place })?;
    let (datasets, columns) = names(&state, &product).await?;
    let new = check_rule(&RuleForm::from(&sent), &datasets, &columns).map_err(HttpError::Invalid)?;
    let mut tx = state.pool.begin().await?;
    let id = quality::declare(&mut tx, who.actor.person, product.id, &new, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    let page = format!("/products/{}/quality", product.address);
    Ok((StatusCode::OK, Json(json!({ "id": id, "name": new.name, "measured_by_pasar": new.measure.is_probed(), "page": page }))).into_response())
}

/// `{"reason": "why it ends"}`.
pub async fn end(
    State(state): State<AppState>,
    Path((urn, id)): Path<(String, String)>,
    Called(sent, who): Called<Reason>,
) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let id: DeclaredRuleId = id.parse().map_err(|_| HttpError::NotFound)?;
    authorise(&who.actor, Action::Promise { place: product.at.place })?;
    let reason = reason(&sent.reason)?;
    let mut tx = state.pool.begin().await?;
    quality::end_rule(&mut tx, who.actor.person, product.id, id, reason, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Json(json!({ "id": id, "ended": true })).into_response())
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
