//! `GET /sharing`.

use super::asked::{Typed, figures, read};
use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::sharing::sharing_page;
use app::shell::Section;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use store::access::sharing_choices;

pub async fn page(State(state): State<AppState>, who: SignedIn, Query(typed): Query<Typed>) -> Result<Response, HttpError> {
    let asked = read(&typed, state.now());
    let mut conn = state.pool.acquire().await?;
    let choices = sharing_choices(&mut conn).await?;
    let sharing = figures(&mut conn, Some(who.actor.person), &asked, state.now()).await?;
    drop(conn);
    render::page(&state, &who, Section::None, "How long sharing takes", StatusCode::OK, move || sharing_page(&asked, &choices, &sharing)).await
}
