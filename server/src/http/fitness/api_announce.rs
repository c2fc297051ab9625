//! What trusted centres announce about fitness, read and written by programs: the same as on their pages.

use super::announce::{announced, withdrawn};
use crate::http::api::Called;
use crate::http::api::called::idempotency_key;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::fitness::AnnouncementForm;
use serde::Deserialize;
use serde_json::{Value, json};
use store::fitness::{self, Announcements};
use uuid::Uuid;

/// Announcements in one answer, the latest first.
const MOST: i64 = 500;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// A sector's short name; all when it is left out.
    sector: Option<String>,
}

/// What stands, of products that the reader may know of.
pub async fn list(State(state): State<AppState>, who: SignedIn, Query(asked): Query<Asked>) -> Result<Json<Value>, HttpError> {
    all(&state, &who, asked.sector.as_deref()).await
}

async fn all(state: &AppState, who: &SignedIn, sector: Option<&str>) -> Result<Json<Value>, HttpError> {
    let of = Announcements { sector, ..Announcements::default() };
    let lines = fitness::announcements(&mut *state.pool.acquire().await?, who.actor.person, of, MOST, state.now()).await?;
    let line = |one: &fitness::AnnouncementLine| {
        json!({
            "id": one.id, "sector": one.sector, "text": one.text, "award": one.award,
            "product": one.product.as_ref().map(|(address, _)| address), "by": one.by, "at": one.at,
        })
    };
    Ok(Json(json!({ "announcements": lines.iter().map(line).collect::<Vec<_>>() })))
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Announcing {
    text: String,
    /// An award with the address of the product that gets it; neither for none.
    award: String,
    product: String,
}

/// Announces something for a sector. The same key of the same person announces once.
pub async fn announce(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    Called(sent, who): Called<Announcing>,
) -> Result<Response, HttpError> {
    let key = idempotency_key(&headers)?;
    let own = Uuid::from_u128(key.as_u128() ^ who.actor.person.0.as_u128());
    let clean = |text: String| text.replace('\0', "");
    let form = AnnouncementForm { text: clean(sent.text), award: clean(sent.award), product: clean(sent.product) };
    let done = announced(&state, &who, &slug, &form, own).await?.map_err(HttpError::Invalid)?;
    let status = if done { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, all(&state, &who, Some(&slug)).await?).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Nothing {}

pub async fn withdraw(State(state): State<AppState>, Path(id): Path<String>, Called(_, who): Called<Nothing>) -> Result<Json<Value>, HttpError> {
    withdrawn(&state, &who, &id).await?;
    all(&state, &who, None).await
}
