//! `GET /products/{urn}/service-levels/{id}`: one objective with what was measured of it; `GET /service-levels`: what is broken now.

use super::visible;
use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::service_level::{History, breaches_page, level_page};
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Action;
use domain::authorisation::authorise;
use domain::id::ServiceLevelId;
use serde::Deserialize;
use store::catalogue::ProductView;
use store::service_level::{self, LevelView};

/// Lines of what is broken.
const LISTED: usize = 200;
/// One more is asked for: it says that there are others.
const ASKED: i64 = 201;

/// One objective of a product that somebody may know of.
pub(super) async fn find(state: &AppState, who: &SignedIn, urn: &str, id: &str) -> Result<(ProductView, LevelView), HttpError> {
    let product = visible(state, who, urn).await?;
    let id: ServiceLevelId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut conn = state.pool.acquire().await?;
    let level = service_level::level(&mut conn, product.id, id, state.now()).await?.ok_or(HttpError::NotFound)?;
    Ok((product, level))
}

pub(super) async fn history(state: &AppState, level: &LevelView) -> Result<History, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let now = state.now();
    // The budget of the window's first day is of the window before it.
    let after = now - level.budget.window() * 2;
    let mut measured = service_level::measurements(&mut conn, level.id, after, now).await?;
    let beyond = measured.len().saturating_sub(usize::try_from(service_level::MEASUREMENTS).unwrap_or_default());
    measured.drain(..beyond);
    let bad = service_level::bad_periods(&mut conn, level, after, now).await?;
    let changes = service_level::changes(&mut conn, level.id, after).await?;
    Ok(History { measured, cut: beyond > 0, bad, changes, now })
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path((urn, id)): Path<(String, String)>) -> Result<Response, HttpError> {
    let (product, level) = find(&state, &who, &urn, &id).await?;
    let history = history(&state, &level).await?;
    let keeps = authorise(&who.actor, Action::Promise { place: product.at.place }).is_ok();
    let (csrf, title) = (who.csrf.clone(), format!("{} – {}", level.objective, product.title));
    render::page(&state, &who, Section::Products, &title, StatusCode::OK, move || level_page(&csrf, &product, &level, &history, keeps)).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Chosen {
    sector: String,
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Query(chosen): Query<Chosen>) -> Result<Response, HttpError> {
    let sector = Some(chosen.sector.trim()).filter(|slug| !slug.is_empty()).map(str::to_owned);
    let mut conn = state.pool.acquire().await?;
    let lines = service_level::breaches(&mut conn, who.actor.person, sector.as_deref(), ASKED, state.now()).await?;
    drop(conn);
    render::page(&state, &who, Section::Products, "Promises that are not kept", StatusCode::OK, move || {
        breaches_page(&lines, sector.as_deref(), LISTED)
    })
    .await
}
