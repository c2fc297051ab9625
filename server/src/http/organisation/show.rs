//! `GET /organisations`, `GET /organisations/{slug}`, and the component examples in a demonstration.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::organisation::{organisation_page, organisations_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use store::organisation;

/// Products listed on one organisation's page; the product list shows the rest.
const LISTED: i64 = 100;

pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let units = organisation::units(&mut conn, who.actor.person, state.now()).await?;
    drop(conn);
    render::page(&state, &who, Section::Organisations, "Organisations", StatusCode::OK, move || organisations_page(&units)).await
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(slug): Path<String>) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let found = organisation::unit(&mut conn, who.actor.person, &slug.replace('\0', ""), LISTED, state.now()).await?;
    drop(conn);
    let (unit, products) = found.ok_or(HttpError::NotFound)?;
    let title = unit.title.clone();
    render::page(&state, &who, Section::Organisations, &title, StatusCode::OK, move || organisation_page(&unit, &products)).await
}

pub async fn design(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    if !state.config.demonstration {
        return Err(HttpError::NotFound);
    }
    render::page(&state, &who, Section::None, "Components", StatusCode::OK, app::ui::design_page).await
}
