//! Letting products off a standard by program: the same as on its page, for whoever keeps it.

use super::api::waiver_line;
use super::api_keep::named;
use super::edit::newest;
use super::show::readable;
use super::waive::{ended, extended, granted, standing};
use crate::http::api::Called;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::Action;
use domain::authorisation::authorise;
use domain::id::StandardId;
use serde::Deserialize;
use serde_json::{Value, json};
use store::standard;

/// Waivers of one standard in one answer; those that stand come first.
const MOST: i64 = 1000;

async fn all(state: &AppState, who: &SignedIn, id: StandardId) -> Result<Json<Value>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let all = standard::waivers(&mut conn, who.actor.person, Some(id), None, MOST, state.now()).await?;
    Ok(Json(json!({ "waivers": all.iter().map(waiver_line).collect::<Vec<_>>() })))
}

/// Products that one standard lets off, or did, of those that the reader may know of.
pub async fn list(State(state): State<AppState>, who: SignedIn, Path(slug): Path<String>) -> Result<Json<Value>, HttpError> {
    let first = readable(&mut *state.pool.acquire().await?, &who, &slug).await?.into_iter().next().ok_or(HttpError::NotFound)?;
    all(&state, &who, first.id).await
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Granting {
    /// Its address; not sent to extend.
    product: String,
    /// The last day.
    until: String,
    reason: String,
}

pub async fn grant(State(state): State<AppState>, Path(slug): Path<String>, Called(sent, who): Called<Granting>) -> Result<Response, HttpError> {
    let newest = newest(&state, &who, &slug).await?;
    authorise(&who.actor, Action::KeepStandard { scope: newest.place })?;
    let id = granted(&state, &who, &newest, (&sent.product, &sent.until, &sent.reason)).await?.map_err(named)?;
    let body = json!({ "id": id, "standard": newest.standard.id, "product": sent.product.trim(), "until": sent.until.trim() });
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// Another waiver takes the place of this one; its id is in the answer.
pub async fn extend(
    State(state): State<AppState>,
    Path((slug, id)): Path<(String, String)>,
    Called(sent, who): Called<Granting>,
) -> Result<Json<Value>, HttpError> {
    let (version, waiver) = standing(&state, &who, &slug, &id).await?;
    let made = extended(&state, &who, &version, &waiver, (&sent.until, &sent.reason)).await?.map_err(named)?;
    Ok(Json(json!({ "id": made, "instead_of": waiver.id, "standard": waiver.slug, "product": waiver.product_address, "until": sent.until.trim() })))
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Nothing {}

/// Ends it before its day. Ended twice is once.
pub async fn end(
    State(state): State<AppState>,
    Path((slug, id)): Path<(String, String)>,
    Called(_, who): Called<Nothing>,
) -> Result<Json<Value>, HttpError> {
    let (version, _) = ended(&state, &who, &slug, &id).await?;
    all(&state, &who, version.id).await
}
