//! `GET /api/v1/quality-audits` and `/api/v1/quality-audits/{id}`: the same for programs.

use super::report::read;
use crate::http::api::Page;
use crate::http::api::paging::{behind, cut, paged};
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::quality::Passed;
use serde_json::{Value, json};
use store::quality_audit::{self, AuditLine, AuditedCheck, Audits, Finding};

/// Audits that are gone through, over all pages; one more is read, which says that there are others.
const AUDITS: usize = 5_000;
const READ: i64 = 5_001;
/// Checks in one answer; the CSV file has all of them.
const CHECKS: usize = 5_000;

fn fresh(body: Value) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn line(audit: &AuditLine) -> Value {
    json!({ "id": audit.id, "plan": audit.plan, "name": audit.name, "sector": audit.sector_slug, "due_on": audit.due_on, "done_at": audit.done_at,
            "before": audit.before.map(|(id, _)| id), "products": audit.products, "short": audit.short, "page": format!("/quality-audits/{}", audit.id) })
}

fn share(passed: Passed) -> Value {
    json!({ "passed": passed.passed, "counted": passed.counted })
}

fn finding(one: &Finding) -> Value {
    let expected = one.expected.map(|expected| json!({ "at_least": expected.at_least, "within_days": expected.within_days }));
    let before = one.before.map(|(passed, short)| json!({ "checks": share(passed), "shortfall": short }));
    let task = one.task.map(|(id, state, due_on)| json!({ "id": id, "state": state, "due_on": due_on, "page": format!("/quality-tasks/{id}") }));
    json!({ "product": one.address, "counts": one.criterion, "expected": expected, "checks": share(one.passed), "latest_at": one.latest,
            "shortfall": one.short, "before": before, "task": task })
}

fn check(one: &AuditedCheck) -> Value {
    json!({ "product": one.address, "dataset": one.dataset, "column": one.column, "layer": one.of, "title": one.title, "tool": one.tool,
            "outcome": one.outcome, "unexpected": one.unexpected, "looked": one.looked, "at": one.at, "before": one.before })
}

/// The newest first.
pub async fn list(State(state): State<AppState>, who: SignedIn, Query(page): Query<Page>) -> Result<Response, HttpError> {
    let mut audits = quality_audit::audits(&mut *state.pool.acquire().await?, who.actor.person, Audits::default(), READ, state.now()).await?;
    let truncated = cut(&mut audits, AUDITS);
    let audits = behind(audits, &page.after, |one| one.id.to_string())?;
    let mut body = paged("audits", "/api/v1/quality-audits", &[], audits, |one| one.id.to_string(), line);
    body["truncated"] = truncated.into();
    Ok(fresh(body))
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    let report = read(&state, &who, &id, CHECKS).await?;
    let mut body = line(&report.line);
    body["findings"] = report.findings.iter().map(finding).collect();
    body["checks"] = report.checks.iter().map(check).collect();
    body["more_checks"] = report.more.into();
    Ok(fresh(body))
}
