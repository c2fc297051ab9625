//! `GET /api/v1/audit/events` and `/api/v1/audit/report`: the search and the report of the pages, for programs. What may be read is what their person may read.

use super::csv::said;
use super::list::{Filter, found};
use super::report::{Typed, read};
use crate::http::api::paging;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::audit::Report;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::access::WorkingTime;
use domain::access_review::ReviewState;
use domain::audit::report::Anomaly;
use serde_json::{Value, json};
use store::audit::{ColumnTaken, Decision, DueRole, HeldReview, PersonalRead, StandingWaiver};

fn fresh(body: Value) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

pub async fn events(State(state): State<AppState>, who: SignedIn, Query(typed): Query<Filter>) -> Result<Response, HttpError> {
    let (lines, next) = found(&mut *state.pool.acquire().await?, &state, &who, &typed).await?;
    let next = next.map(|before| {
        let before = before.to_string();
        paging::address("/api/v1/audit/events", &[&typed.asked()[..], &[("before", before.as_str())][..]].concat())
    });
    Ok(fresh(json!({ "events": lines.iter().map(said).collect::<Vec<_>>(), "next": next })))
}

/// All tables; each has as many lines as on the page, and `cut` names those of which there is more.
pub async fn report(State(state): State<AppState>, who: SignedIn, Query(typed): Query<Typed>) -> Result<Response, HttpError> {
    let report = read(&state, &who, &typed).await?;
    Ok(fresh(whole(&report)))
}

fn whole(report: &Report) -> Value {
    json!({
        "area": report.asked.area, "title": report.title, "from": report.asked.from, "until": report.asked.until,
        "areas": report.areas.iter().map(|(area, title)| json!({ "area": area, "title": title })).collect::<Vec<_>>(),
        "anomalies": report.anomalies.iter().map(anomaly).collect::<Vec<_>>(),
        "reads": report.reads.iter().map(personal_read).collect::<Vec<_>>(),
        "decisions": report.decisions.iter().map(decision).collect::<Vec<_>>(),
        "waivers": report.waivers.iter().map(waiver).collect::<Vec<_>>(),
        "reviews": report.reviews.iter().map(review).collect::<Vec<_>>(),
        "roles": report.roles.iter().map(role).collect::<Vec<_>>(),
        "cut": report.cut,
    })
}

fn anomaly((reader, one): &(String, Anomaly)) -> Value {
    json!({ "day": one.day, "reader": reader, "kind": one.kind, "figure": one.figure, "compared": one.compared })
}

fn personal_read(one: &PersonalRead) -> Value {
    let column = |column: &ColumnTaken| json!({ "name": column.name, "masks": column.masks, "masks_unknown": column.unknown });
    json!({
        "reader": one.reader, "machine": one.is_machine, "product": one.address, "title": one.product, "dataset": one.dataset,
        "columns": one.columns.iter().map(column).collect::<Vec<_>>(), "purpose": one.purpose, "agreement": one.agreement, "reads": one.reads,
        "rows": one.rows, "reads_counted": one.counted, "reads_counted_under_seal": one.sealed, "first": one.first, "last": one.last,
    })
}

fn decision((one, took): &(Decision, WorkingTime)) -> Value {
    json!({
        "request": one.request, "title": one.product, "requester": one.requester, "purpose": one.purpose, "state": one.state,
        "decided_by": one.decided_by, "submitted_at": one.submitted_at, "decided_at": one.decided_at, "reason": one.reason,
        "working_days": took.days(), "within_target": took.within_target(),
    })
}

fn waiver(one: &StandingWaiver) -> Value {
    json!({
        "title": one.product, "from": one.from, "reason": one.reason, "granted_by": one.granted_by, "granted_at": one.granted_at, "until": one.until,
    })
}

fn review((state, one): &(ReviewState, HeldReview)) -> Value {
    json!({
        "id": one.id, "domain": one.domain, "quarter": one.quarter.to_string(), "state": state, "opened_at": one.opened_at, "due_on": one.due_on,
        "done_at": one.done_at, "decided_by": one.reviewers, "kept": one.kept, "ended": one.ended, "undecided": one.undecided,
        "ended_otherwise": one.gone,
    })
}

fn role((one, why): &(DueRole, String)) -> Value {
    json!({
        "holder": one.holder, "role": one.role, "at": one.at, "granted_at": one.granted_at, "until": one.until, "disabled": one.disabled, "why": why,
    })
}
