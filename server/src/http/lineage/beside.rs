//! `GET /api/v1/lineage/neighbours`: all direct neighbours of a product's datasets, or of one of them, by name and in pages.

use super::said::Kind;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Query, State};
use domain::Violation;
use domain::lineage::Direction;
use serde::Deserialize;
use serde_json::{Value, json};
use store::lineage::{self, Looked};

/// Neighbours on one page, and pages at most.
pub const PER_PAGE: i64 = 50;
const MOST_PAGES: i64 = 1_000_000;
/// The longest name that is looked for, in characters.
const LONGEST: usize = 200;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    node: String,
    direction: String,
    q: String,
    page: String,
}

/// What cannot be read is as if it were not there.
pub fn looked(down: bool, words: &str, page: &str) -> Looked {
    let words = words.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    Looked { down, words, page: page.parse().unwrap_or(1).clamp(1, MOST_PAGES), per_page: PER_PAGE }
}

pub async fn api(State(state): State<AppState>, who: SignedIn, Query(wanted): Query<Wanted>) -> Result<Json<Value>, HttpError> {
    let down = match wanted.direction.parse::<Direction>() {
        Ok(Direction::Down) => true,
        Ok(Direction::Up) => false,
        _ => return Err(HttpError::Invalid(vec![Violation::new("direction", "direction_unknown", "It is one of up, down.")])),
    };
    let urn = wanted.node.parse().map_err(|_| HttpError::NotFound)?;
    let (now, reader) = (state.now(), who.actor.person);
    let mut conn = state.pool.acquire().await?;
    let start = lineage::of_address(&mut conn, &urn, reader, now).await?.ok_or(HttpError::NotFound)?;
    let looked = looked(down, &wanted.q, &wanted.page);
    let found = lineage::beside(&mut conn, &start, reader, &looked, now).await?;
    let neighbours: Vec<Kind<'_>> = found.shown.iter().map(Kind::beside).collect();
    let pages = (found.all + PER_PAGE - 1) / PER_PAGE;
    Ok(Json(json!({ "neighbours": neighbours, "all": found.all, "unnamed": found.outside, "page": looked.page, "pages": pages })))
}
