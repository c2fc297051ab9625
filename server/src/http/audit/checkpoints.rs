//! `GET /audit/checkpoints`, one checkpoint as it was signed at `GET /audit/checkpoints/{size}`, and both as JSON at
//! `GET /api/v1/audit/checkpoints`. Nobody needs to sign in: whoever watches the trail from outside must be able to.

use super::list::sealing;
use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::audit::{Published, checkpoints_page};
use app::shell::Section;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use store::audit;

const PAGE: i64 = 50;

#[derive(Deserialize)]
pub struct Asked {
    /// Only checkpoints of fewer events: the next page.
    before: Option<i64>,
}

async fn published(state: &AppState, before: Option<i64>) -> Result<Published, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let mut checkpoints = audit::checkpoints(&mut conn, before, PAGE + 1).await?;
    let size = usize::try_from(PAGE).unwrap_or_default();
    let more = checkpoints.len() > size;
    checkpoints.truncate(size);
    let next = checkpoints.last().filter(|_| more).map(|line| line.size);
    Ok(Published { checkpoints, next, keys: audit::keys(&mut conn).await?, sealing: sealing(state, &mut conn).await? })
}

pub async fn page(State(state): State<AppState>, headers: HeaderMap, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    let found = published(&state, asked.before).await?;
    let who = SignedIn::find(&state, &headers).await?;
    render::any_page(&state, who.as_ref(), Section::Audit, "Checkpoints of the audit trail", StatusCode::OK, move || checkpoints_page(&found)).await
}

pub async fn json(State(state): State<AppState>, Query(asked): Query<Asked>) -> Result<Json<Value>, HttpError> {
    let found = published(&state, asked.before).await?;
    let key = |known: &audit::KeyInUse| json!({ "key": known.key.label(), "public_key": known.key.to_string(), "begun": known.begun, "retired": known.ended });
    let checkpoint = |line: &audit::CheckpointLine| json!({ "size": line.size, "at": line.at, "note": line.note });
    Ok(Json(json!({
        "signing": found.sealing.signs,
        "sealed": found.sealing.sealed.sealed,
        "sealed_at": found.sealing.sealed.sealed_at,
        "keys": found.keys.iter().map(key).collect::<Vec<_>>(),
        "checkpoints": found.checkpoints.iter().map(checkpoint).collect::<Vec<_>>(),
        "next": found.next.map(|before| format!("/api/v1/audit/checkpoints?before={before}")),
    })))
}

/// The signed note, as a file to keep.
pub async fn note(State(state): State<AppState>, Path(size): Path<String>) -> Result<Response, HttpError> {
    let size: i64 = size.parse().map_err(|_| HttpError::NotFound)?;
    let note = audit::checkpoint_note(&mut *state.pool.acquire().await?, size).await?.ok_or(HttpError::NotFound)?;
    let name = format!("attachment; filename=\"checkpoint-{size}.txt\"");
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)], note).into_response())
}
