//! `GET /products/{urn}/classify/history?column=dataset.column`.

use super::review::product;
use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::classification::history::history_page;
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use store::classification;

/// Lines of each table.
const MOST: i64 = 500;

#[derive(Deserialize)]
pub struct Asked {
    column: Option<String>,
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    let product = product(&state, &who, &urn).await?;
    let column = asked.column.map(|name| name.replace('\0', ""));
    let (changes, conflicts) = classification::history(&mut *state.pool.acquire().await?, product.id, column.as_deref(), MOST).await?;
    let title = format!("Classification history of {}", product.title);
    render::page(&state, &who, Section::Products, &title, StatusCode::OK, move || history_page(&product, column.as_deref(), &changes, &conflicts))
        .await
}
