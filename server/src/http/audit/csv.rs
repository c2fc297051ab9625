//! `GET /audit.csv`, and `/audit.jsonl` with one JSON object a line, also under `/api/v1/audit/events`: every line that fits the filters, however many. It is read and sent in pieces; a download that breaks off
//! ends without its last piece, which browsers and programs report as failed.

use super::list::{Filter, wanted};
use crate::http::csv::quoted;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use store::audit::{self, AuditFilter, AuditLine};

/// Lines read at once.
const PIECE: i64 = 5_000;
const HEADS: &str = "id,at,actor_kind,actor,action,outcome,object_kind,object_id,address,client_address,request_id,reason,detail\r\n";

pub async fn csv(State(state): State<AppState>, who: SignedIn, Query(typed): Query<Filter>) -> Result<Response, HttpError> {
    let body = body(state, &who, &typed, HEADS, row).await?;
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\"")];
    Ok((headers, body).into_response())
}

pub async fn json_lines(State(state): State<AppState>, who: SignedIn, Query(typed): Query<Filter>) -> Result<Response, HttpError> {
    let body = body(state, &who, &typed, "", object).await?;
    let headers = [(header::CONTENT_TYPE, "application/x-ndjson"), (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.jsonl\"")];
    Ok((headers, body).into_response())
}

/// Every line that fits, each as `write` puts it, in pieces.
async fn body(state: AppState, who: &SignedIn, typed: &Filter, heads: &'static str, write: fn(AuditLine) -> String) -> Result<Body, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let filter = wanted(&mut conn, &state, who, typed).await?;
    drop(conn);
    let lines = stream::try_unfold((state, filter), move |(state, filter)| async move {
        let Some(filter) = filter else { return Ok(None) };
        let (text, next) = piece(&state, filter, write).await?;
        Ok::<_, store::StoreError>(Some((text, (state, next))))
    });
    Ok(Body::from_stream(stream::once(async move { Ok(Bytes::from(heads)) }).chain(lines)))
}

/// Some lines, and what to ask for after them.
async fn piece(state: &AppState, filter: AuditFilter, write: fn(AuditLine) -> String) -> store::Result<(Bytes, Option<AuditFilter>)> {
    // Taken anew for each piece: a slow reader holds no connection.
    let found = audit::list(&mut *state.pool.acquire().await?, &filter, PIECE).await?;
    let whole = i64::try_from(found.len()).is_ok_and(|many| many == PIECE);
    let next = found.last().filter(|_| whole).map(|line| AuditFilter { before: Some(line.id), ..filter });
    Ok((found.into_iter().map(write).collect::<String>().into(), next))
}

fn row(line: AuditLine) -> String {
    let cells = [
        line.id.to_string(),
        line.at.to_rfc3339(),
        line.actor_kind.as_str().to_owned(),
        line.machine.or(line.actor_name).unwrap_or_default(),
        line.action.as_str().to_owned(),
        line.outcome.as_str().to_owned(),
        line.object_kind,
        line.object_id.map(|id| id.to_string()).unwrap_or_default(),
        line.address.unwrap_or_default(),
        line.client_address.unwrap_or_default(),
        line.request_id.unwrap_or_default(),
        line.reason.unwrap_or_default(),
        line.detail.unwrap_or_default(),
    ];
    cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",") + "\r\n"
}

fn object(line: AuditLine) -> String {
    format!("{}\n", said(&line))
}

/// The same names as the columns, and the fields whose value was erased; what is not there is null.
pub(super) fn said(line: &AuditLine) -> Value {
    json!({
        "id": line.id,
        "at": line.at,
        "actor_kind": line.actor_kind.as_str(),
        "actor": line.machine.as_ref().or(line.actor_name.as_ref()),
        "action": line.action.as_str(),
        "outcome": line.outcome.as_str(),
        "object_kind": line.object_kind,
        "object_id": line.object_id,
        "address": line.address,
        "client_address": line.client_address,
        "request_id": line.request_id,
        "reason": line.reason,
        "detail": line.detail,
        "erased": line.erased,
    })
}
