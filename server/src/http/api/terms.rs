//! `GET /api/v1/products/{urn}/agreement`: a version of a product's terms, so that a program can show what it accepts.

use crate::http::error::HttpError;
use crate::http::service_level::visible;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use store::catalogue::{self, TermsLine};

#[derive(Deserialize)]
pub struct Asked {
    /// None for the current one.
    version: Option<i32>,
}

pub async fn show(
    State(state): State<AppState>,
    who: SignedIn,
    Path(urn): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let found = catalogue::terms(&mut *state.pool.acquire().await?, product.id, asked.version).await?.ok_or(HttpError::NotFound)?;
    let TermsLine { version, made_at, made_by, change_note, accept_by } = found.about;
    Ok(Json(json!({
        "product": product.address, "version": version, "current": version == product.terms_version, "made_at": made_at, "made_by": made_by,
        "change_note": change_note, "accept_by": accept_by, "terms": found.terms,
    })))
}
