//! `GET /api/v1/products/{urn}/links`: where a product is looked after in its team's tools, as its document says.

use crate::http::error::HttpError;
use crate::http::service_level::visible;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use store::catalogue;

pub async fn api(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let links = catalogue::tool_links(&mut *state.pool.acquire().await?, product.id).await?;
    let links: Vec<Value> = links.iter().map(|link| json!({ "tool": link.tool, "title": link.title, "url": link.url })).collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(json!({ "product": product.address, "links": links }))).into_response())
}
