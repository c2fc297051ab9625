//! `GET /standards/{slug}/compare?from=1&to=2`.

use super::show::readable_by_key;
use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::standard::compare_page;
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// Which two; the newest and the one before when nothing is said.
#[derive(Deserialize)]
pub struct Asked {
    from: Option<u32>,
    to: Option<u32>,
    /// Of a draft's address that was shared.
    key: Option<Uuid>,
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(slug): Path<String>, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let all = readable_by_key(&mut conn, &who, &slug, asked.key).await?;
    drop(conn);
    let newest = all.first().ok_or(HttpError::NotFound)?.standard.version;
    let to = asked.to.unwrap_or(newest);
    let from = asked.from.unwrap_or_else(|| to.saturating_sub(1).max(1));
    let find = |number: u32| all.iter().find(|version| version.standard.version == number).cloned().ok_or(HttpError::NotFound);
    let (former, latter) = (find(from)?, find(to)?);
    let numbers: Vec<u32> = all.iter().map(|version| version.standard.version).collect();
    let title = format!("{}: versions {from} and {to}", latter.standard.title);
    render::page(&state, &who, Section::Standards, &title, StatusCode::OK, move || compare_page(&former, &latter, &numbers, asked.key)).await
}
