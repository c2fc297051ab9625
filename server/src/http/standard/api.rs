//! Standards for programs: what holds, what was found, who is let off, and what a version would do.

use super::list::standing;
use super::product::known;
use super::show::{may, readable_by_key};
use super::simulate::{as_it_may_be_read, chosen};
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::standards::simulate::{NotSimulated, simulate as ask};
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use domain::calendar;
use rules::{Acting, Verdict};
use serde::Deserialize;
use serde_json::{Value, json};
use store::standard::{self, Filter, Version, stored_source};
use uuid::Uuid;

/// Lines of one answer.
const MOST: i64 = 1000;

/// A version in words that programs read.
pub(super) fn said(version: &Version, today: chrono::NaiveDate) -> Value {
    let standard = &version.standard;
    let acting = match standard.acts(today) {
        Acting::No => "no",
        Acting::Grace => "grace",
        Acting::Whole => "whole",
    };
    let mut said = json!({
        "id": standard.id, "version": standard.version, "title": standard.title, "kind": standard.kind, "scope": standard.scope,
        "severity": standard.severity, "status": standard.status, "acting": acting, "owner": standard.owner, "contact": standard.contact,
        "references": standard.references, "text": standard.text, "effective_from": standard.effective_from,
        "effective_until": standard.effective_until, "grace_days": standard.grace_days, "source": stored_source(&standard.source), "rego": version.rego,
    });
    said["cases"] = json!(standard.cases);
    said["tightens"] = json!(standard.tightens);
    said["agreed"] = json!(version.agreed_at.is_some());
    said["urgent_reason"] = json!(version.urgent_reason);
    said
}

/// One line for each standard that the reader may read.
pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Json<Value>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let all = standard::versions(&mut conn, &Filter::default()).await?;
    let today = calendar::day(state.now());
    let lines: Vec<Value> = standing(all, &who, today).iter().map(|version| said(version, today)).collect();
    Ok(Json(json!({ "standards": lines })))
}

/// Every version of one; a draft too, for whoever was sent its key.
pub async fn show(
    State(state): State<AppState>,
    who: SignedIn,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let all = readable_by_key(&mut conn, &who, &slug, asked.key).await?;
    let first = all.first().ok_or(HttpError::NotFound)?;
    let today = calendar::day(state.now());
    let keeps = may(&who, first).keeps;
    let history: Vec<Value> = standard::history(&mut conn, first.id, keeps, MOST)
        .await?
        .into_iter()
        .map(|line| json!({ "at": line.at, "action": line.action.as_str(), "by": line.by, "detail": line.detail, "reason": line.reason }))
        .collect();
    Ok(Json(json!({ "id": first.standard.id, "history": history, "versions": all.iter().map(|version| said(version, today)).collect::<Vec<_>>() })))
}

pub async fn waivers(State(state): State<AppState>, who: SignedIn) -> Result<Json<Value>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let all = standard::waivers(&mut conn, who.actor.person, None, None, MOST, state.now()).await?;
    Ok(Json(json!({ "waivers": all.iter().map(waiver_line).collect::<Vec<_>>() })))
}

pub(super) fn waiver_line(one: &standard::WaiverLine) -> Value {
    json!({
        "id": one.id, "standard": one.slug, "product": one.product_address, "reason": one.reason, "until": one.until,
        "granted_at": one.granted_at, "ended_at": one.ended_at,
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct At {
    /// A moment; now when it is left out.
    at: Option<DateTime<Utc>>,
}

/// What stands of a product, or stood at a moment; and what was asked of it at gates until then, for whoever looks after it.
pub async fn evaluations(
    State(state): State<AppState>,
    who: SignedIn,
    Path(urn): Path<String>,
    Query(asked): Query<At>,
) -> Result<Json<Value>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let (product, inside) = known(&mut conn, &state, &who, &urn).await?;
    let found = standard::evaluations(&mut conn, product.id, asked.at).await?;
    let lines: Vec<Value> = found
        .iter()
        .filter(|one| inside || one.agreement.is_none())
        .map(|one| {
            json!({
                "standard": one.slug, "version": one.version, "title": one.title, "severity": one.severity, "owner": one.owner,
                "contact": one.contact, "agreement": one.agreement, "acting": one.acting, "verdict": one.verdict, "violations": one.findings,
                "cannot_tell": one.why, "waived_until": one.waived_until, "serving": one.serving, "input": one.input, "at": one.at, "ended_at": one.ended_at,
            })
        })
        .collect();
    let gates = if inside { standard::gate_judgements(&mut conn, product.id, (None, asked.at), MOST).await? } else { vec![] };
    let gates: Vec<Value> = gates
        .into_iter()
        .map(|one| json!({ "gate": one.gate, "effect": one.effect, "found": one.findings, "input": one.input, "at": one.at }))
        .collect();
    Ok(Json(json!({ "product": product.address, "evaluations": lines, "gates": gates })))
}

/// The input that something was found from, as it was judged: whoever looks after the product has the same verdict from it again.
pub async fn input(State(state): State<AppState>, who: SignedIn, Path((urn, digest)): Path<(String, String)>) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let (product, inside) = known(&mut conn, &state, &who, &urn).await?;
    let stored = standard::stored_input(&mut conn, product.id, &digest).await?.filter(|_| inside).ok_or(HttpError::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], stored).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    version: Option<u32>,
    /// Of a draft's address that was shared.
    key: Option<Uuid>,
}

fn verdict(verdict: &Verdict) -> Value {
    match verdict {
        Verdict::Met => json!({ "verdict": "met" }),
        Verdict::Violated(found) => json!({ "verdict": "violated", "violations": found }),
        Verdict::CannotTell(why) => json!({ "verdict": "cannot-tell", "why": why.to_string() }),
    }
}

/// What a version would do to the products that the reader may know of, beside the version in force.
pub async fn simulate(
    State(state): State<AppState>,
    who: SignedIn,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, HttpError> {
    let version = chosen(&state, &who, &slug, asked.version, asked.key).await?;
    let mut simulated = match ask(&state, &version, Some(who.actor.person)).await {
        Ok(simulated) => simulated,
        Err(NotSimulated::Faults(faults)) => return Err(HttpError::Malformed(faults.join("; "))),
        Err(NotSimulated::Other(error)) => return Err(error),
    };
    as_it_may_be_read(&state, &who, &mut simulated.impact).await?;
    let rows: Vec<Value> = simulated
        .impact
        .rows
        .iter()
        .filter(|row| !row.after.is_met() || !row.gone_violations().is_empty())
        .map(|row| {
            json!({
                "product": row.address, "agency": row.agency, "agreement": row.agreement(), "holder_agency": row.holder, "request": row.request(), "before": row.before.as_ref().map(verdict),
                "after": verdict(&row.after), "new": row.new_violations(),
            })
        })
        .collect();
    let (all, not_asked) = (simulated.impact.all, simulated.impact.not_asked());
    Ok(Json(json!({
        "standard": version.standard.id, "version": version.standard.version,
        "against": simulated.against.map(|other| other.standard.version),
        "products": simulated.products, "agreements": simulated.agreements, "took_ms": u64::try_from(simulated.milliseconds).unwrap_or(u64::MAX),
        "counts": { "looked_at": all.looked_at, "met": all.met, "violated": all.violated, "cannot_tell": all.cannot_tell,
                    "newly_violated": all.newly_violated, "newly_met": all.newly_met, "not_asked": not_asked },
        "effects": rows,
    })))
}
