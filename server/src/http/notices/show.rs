//! `GET /notices`: what waits for me, and what I was told.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::notices::{Notices, notices_page};
use app::shell::Section;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use store::{mail, notice};

/// Notices on the page: unread ones first, so that older read ones fall off.
const LISTED: i64 = 200;

pub async fn show(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let (person, now) = (who.actor.person, state.now());
    let mut conn = state.pool.acquire().await?;
    let counts = render::counts(&mut conn, &who, now).await?;
    let page = Notices {
        standing: counts.access,
        to_do: notice::to_do(&mut conn, &who.actor, now).await?,
        notices: notice::notices(&mut conn, person, None, LISTED, now).await?,
        unread: counts.unread,
        refused: mail::refused(&mut conn, person, now).await?,
        shown: now,
    };
    drop(conn);
    let csrf = who.csrf.clone();
    Ok(render::page_with(&state, &who, &counts, Section::Notices, "Notices", StatusCode::OK, move || notices_page(&csrf, &page)))
}
