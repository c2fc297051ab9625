//! `GET /api/v1/basket/count`, for the header's island.

use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;

pub async fn count(State(state): State<AppState>, who: SignedIn) -> Result<Json<serde_json::Value>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let standing = store::access::standing(&mut conn, &who.actor, &[], state.now()).await?;
    Ok(Json(serde_json::json!({ "count": standing.basket })))
}
