//! `GET /api/v1/search/suggest?q=…`: what could be meant, while it is being typed.

use super::link;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::search::Link;
use axum::Json;
use axum::extract::{RawQuery, State};
use serde::Serialize;

/// Past queries suggested at once.
const PAST: i64 = 3;

#[derive(Serialize)]
pub struct Suggestions {
    suggestions: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    kind: &'static str,
    title: String,
    note: String,
    path: String,
}

pub async fn suggest(State(state): State<AppState>, who: SignedIn, RawQuery(raw): RawQuery) -> Result<Json<Suggestions>, HttpError> {
    let words = link::read(&raw.unwrap_or_default()).query.words;
    let mut conn = state.pool.acquire().await?;
    let found = state.searcher.suggest(&mut conn, who.actor.person, &words, state.now()).await?;
    let past = store::mine::past_queries(&mut conn, who.actor.person, words.trim(), PAST).await?;
    drop(conn);
    let past = past.into_iter().map(|words| {
        let mut link = Link::default();
        link.query.words.clone_from(&words);
        Line { kind: "past", title: words, note: "You searched for this".into(), path: link.url() }
    });
    let suggestions = found.into_iter().map(|s| Line { kind: s.kind.name(), title: s.title, note: s.note, path: s.path }).chain(past).collect();
    Ok(Json(Suggestions { suggestions }))
}
