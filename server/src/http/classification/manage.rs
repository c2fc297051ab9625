//! `GET /manage`: the products that the reader looks after.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::classification::manage_page;
use app::shell::Section;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use store::classification;

const PAGE: usize = 50;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The last product shown before: `w.` when it waits for a decision, `n.` when not, and its address.
    after: String,
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    let after = asked.after.split_once('.').map(|(waits, address)| (waits == "w", address.replace('\0', "")));
    let mut conn = state.pool.acquire().await?;
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut products = classification::kept_products(&mut conn, who.actor.person, after, limit, state.now()).await?;
    drop(conn);
    let more = products.len() > PAGE;
    products.truncate(PAGE);
    let next = products.last().filter(|_| more).map(|last| format!("{}.{}", if last.waits() { "w" } else { "n" }, last.address));
    render::page(&state, &who, Section::Work, "What you look after", StatusCode::OK, move || manage_page(&products, next.as_deref())).await
}
