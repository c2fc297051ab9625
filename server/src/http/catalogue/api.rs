//! `GET /api/v1/products`: the list as JSON, with the same words, filters and secrecy as the page.

use super::list::parse;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{RawQuery, State};
use serde::Serialize;

#[derive(Serialize)]
pub struct Products {
    total: i64,
    page: i64,
    #[serde(rename = "products")]
    found: Vec<Product>,
}

#[derive(Serialize)]
struct Product {
    urn: String,
    title: String,
    summary: Option<String>,
    r#type: &'static str,
    classification: Option<&'static str>,
    access: &'static str,
    agency: String,
    updated_on: Option<chrono::NaiveDate>,
    source_id: Option<String>,
}

pub async fn list(State(state): State<AppState>, who: SignedIn, RawQuery(raw): RawQuery) -> Result<Json<Products>, HttpError> {
    let query = parse(&raw.unwrap_or_default());
    let mut conn = state.pool.acquire().await?;
    let results = search::search(&mut conn, who.actor.person, &query, state.now()).await?;
    let products = results
        .hits
        .into_iter()
        .map(|hit| Product {
            urn: hit.address,
            title: hit.title,
            summary: hit.summary,
            r#type: hit.product_type.as_str(),
            classification: hit.classification.map(domain::catalogue::Classification::as_str),
            access: hit.sharing.as_str(),
            agency: hit.agency,
            updated_on: hit.updated_on,
            source_id: hit.source_id,
        })
        .collect();
    Ok(Json(Products { total: results.total, page: query.page, found: products }))
}
