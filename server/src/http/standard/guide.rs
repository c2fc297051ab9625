//! `GET /standards/guide`: how a rule is written, for whoever writes one.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::standard::guide_page;
use app::shell::Section;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

pub async fn show(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    render::page(&state, &who, Section::Standards, "Guide for rules", StatusCode::OK, guide_page).await
}
