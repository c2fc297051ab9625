//! `/api/v1/products/{urn}/service-levels`: promises and how they stand, one of them with what was measured, and reporting a measurement.

use super::show::{find, history};
use super::visible;
use crate::http::api::called::{Called, idempotency_key};
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use domain::audit::{AuditAction, AuditEvent};
use domain::authorisation::authorise;
use domain::service_level::{MeasuredBy, time_of_day};
use domain::{Action, Violation};
use serde::Deserialize;
use serde_json::{Value, json};
use store::audit;
use store::service_level::{self, LevelView, NewMeasurement};

pub(super) fn said(level: &LevelView) -> Value {
    json!({
        "id": level.id, "dimension": level.dimension, "objective": level.objective, "measure": level.measure, "dataset": level.dataset,
        "column": level.column, "unit": level.measure.unit(), "comparison": level.bound.map(|(comparison, _)| comparison),
        "bound": level.bound.map(|(_, bound)| bound), "target_percent": level.budget.target, "window_days": level.budget.window_days,
        "every_minutes": level.budget.every_minutes, "at": level.probe_minute.map(time_of_day), "state": level.state, "since": level.state_since, "burning": level.burning,
        "measured": level.latest.as_ref().map(|line| json!({ "at": line.at, "value": line.value, "good": line.good, "by": line.by })),
        "periods": { "measured": level.standing.measured, "bad": level.standing.bad, "allowed_bad": level.standing.allowed },
        "budget_left": level.standing.left, "burn_rate": { "fast": level.standing.fast, "slow": level.standing.slow },
        "probe_error": level.probe_error,
    })
}

pub(super) fn fresh(body: Value) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let levels = service_level::levels(&mut *state.pool.acquire().await?, product.id, state.now()).await?;
    Ok(fresh(json!({ "product": product.address, "service_levels": levels.iter().map(said).collect::<Vec<_>>() })))
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path((urn, id)): Path<(String, String)>) -> Result<Response, HttpError> {
    let (product, level) = find(&state, &who, &urn, &id).await?;
    let history = history(&state, &level).await?;
    let measured: Vec<Value> = history
        .measured
        .iter()
        .map(|line| json!({ "at": line.at, "recorded_at": line.recorded_at, "value": line.value, "good": line.good, "by": line.by, "tool": line.tool }))
        .collect();
    let most = usize::try_from(service_level::CHANGES).unwrap_or_default();
    let changes: Vec<Value> = history
        .changes
        .iter()
        .take(most)
        .map(|line| json!({ "at": line.at, "from": line.from, "to": line.to, "burning": line.burning, "budget_left": line.budget_left }))
        .collect();
    let mut body = said(&level);
    if let Some(fields) = body.as_object_mut() {
        fields.insert("product".into(), product.address.into());
        fields.insert("measurements".into(), measured.into());
        fields.insert("more_measurements".into(), history.cut.into());
        fields.insert("changes".into(), changes.into());
        fields.insert("more_changes".into(), (history.changes.len() > most).into());
    }
    Ok(fresh(body))
}

/// A measurement: a number that is compared with the promise, or good and bad as the tool says it.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Measured {
    value: Option<f64>,
    good: Option<bool>,
    /// The moment that it speaks of; now when it is not said.
    at: Option<DateTime<Utc>>,
    /// What measured it.
    tool: Option<String>,
}

/// The longest that what is reported may lie back, and how far a clock may be ahead.
const OLDEST: TimeDelta = TimeDelta::days(400);
const AHEAD: TimeDelta = TimeDelta::minutes(5);

pub async fn report(
    State(state): State<AppState>,
    Path((urn, id)): Path<(String, String)>,
    headers: HeaderMap,
    Called(sent, who): Called<Measured>,
) -> Result<Response, HttpError> {
    let (product, level) = find(&state, &who, &urn, &id).await?;
    authorise(&who.actor, Action::Promise { place: product.at.place })?;
    let run = idempotency_key(&headers)?.to_string();
    let now = state.now();
    let mut wrong = vec![];
    let good = match (level.bound, sent.value, sent.good) {
        (Some((comparison, bound)), Some(value), None) => Some(comparison.holds(value, bound)),
        (None, _, Some(good)) => Some(good),
        (Some(_), _, _) => {
            wrong.push(Violation::new("value", "value_missing", "Send “value”, a number; Pasar compares it with the promise."));
            None
        }
        (None, _, None) => {
            wrong.push(Violation::new("good", "good_missing", "Send “good”, true or false: this promise has no number to compare with."));
            None
        }
    };
    let at = sent.at.unwrap_or(now);
    if at > now + AHEAD || at < now - OLDEST {
        wrong.push(Violation::new("at", "at_wrong", "Send a moment of the last 400 days, or leave “at” out."));
    }
    let tool: Option<String> = sent.tool.map(|tool| tool.chars().filter(|c| !c.is_control()).take(100).collect());
    let Some(good) = good.filter(|_| wrong.is_empty()) else { return Err(HttpError::Invalid(wrong)) };
    let new = NewMeasurement {
        level: level.id,
        product: product.id,
        at,
        value: sent.value,
        good,
        by: if tool.is_some() { MeasuredBy::Tool } else { MeasuredBy::Person },
        said_by: Some(who.actor.person),
        tool: tool.as_deref(),
        run: Some(&run),
        rows_looked: None,
        took_ms: None,
    };
    let mut tx = state.pool.begin().await?;
    let added = service_level::record(&mut tx, &new, &state.ids, now).await?;
    if added {
        let event = AuditEvent {
            product: Some(product.id),
            address: Some(product.address.clone()),
            detail: Some(format!("{}: {}", level.objective, if good { "good" } else { "bad" })),
            ..AuditEvent::done(Some(who.actor.person), AuditAction::LevelReport, "service-level", Some(level.id.0), who.origin.clone())
        };
        audit::append(&mut tx, &event, now).await?;
    }
    tx.commit().await?;
    state.work.notify_one();
    let level = service_level::level(&mut *state.pool.acquire().await?, product.id, level.id, now).await?.ok_or(HttpError::NotFound)?;
    Ok((if added { StatusCode::CREATED } else { StatusCode::OK }, fresh(said(&level))).into_response())
}
