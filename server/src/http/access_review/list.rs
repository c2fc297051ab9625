//! `GET /reviews`: those of one's domains, one's sector, or all.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access_review::reviews_page;
use app::shell::Section;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::Reviewing;
use domain::calendar;
use store::access_review;

pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let reviews = access_review::reviews(&mut *state.pool.acquire().await?, &Reviewing::of(&who.actor), state.now()).await?;
    let today = calendar::day(state.now());
    render::page(&state, &who, Section::Work, "Reviews of access", StatusCode::OK, move || reviews_page(&reviews, today)).await
}
