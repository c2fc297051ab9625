//! `GET /api/v1/notices`: what its reader was told, unread first, for programs of theirs.

use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use store::notice;

const LISTED: i64 = 100;

pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Json<serde_json::Value>, HttpError> {
    let notices = notice::notices(&mut *state.pool.acquire().await?, who.actor.person, None, LISTED, state.now()).await?;
    let lines: Vec<_> = notices
        .iter()
        .map(|one| {
            let said = one.said();
            serde_json::json!({
                "id": one.id, "type": one.topic, "kind": one.kind, "at": one.at, "read_at": one.read_at, "object": one.object,
                "text": said.text, "step": said.step, "url": state.config.url(&said.path),
            })
        })
        .collect();
    Ok(Json(serde_json::json!({ "notices": lines })))
}
