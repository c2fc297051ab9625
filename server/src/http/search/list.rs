//! `GET /products`: words and filters from the URL, so that a list can be sent to a colleague.

use super::link::{self, Place};
use crate::http::error::HttpError;
use crate::http::mine::note;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::search::{Listed, list_page};
use app::shell::Section;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

pub async fn list(State(state): State<AppState>, who: SignedIn, headers: HeaderMap, RawQuery(raw): RawQuery) -> Result<Response, HttpError> {
    let raw = raw.unwrap_or_default();
    let link = link::read(&raw);
    let title = if link.query.words.trim().is_empty() { "Products".to_owned() } else { format!("{} – products", link.query.words.trim()) };
    let found = async {
        let (query, place) = link::asked(&state, &link).await?;
        let mut conn = state.pool.acquire().await?;
        Ok::<_, HttpError>((state.searcher.search(&mut conn, who.actor.person, &query, state.now()).await?, place))
    };
    let ((results, place), standing) = tokio::try_join!(found, render::standing(&state, &who))?;
    // While somebody is still typing, the island asks; only what they come to is remembered.
    if headers.get("sec-fetch-dest").is_none_or(|dest| dest != "empty") && link.query.after.is_none() {
        note::searched(&state, &who, &raw);
    }
    let others = if link.query.after.is_none() { state.searcher.others(&link.query.words) } else { vec![] };
    Ok(render::page_with(&state, &who, &standing, Section::Search, &title, StatusCode::OK, move || {
        let Place { question, faults, answer, outlines } = &place;
        let listed = Listed { results: &results, others: &others, place: question, place_faults: faults, place_answer: answer, outlines };
        list_page(&link, &listed)
    }))
}
