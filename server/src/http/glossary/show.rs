//! `GET /glossary` and `GET /glossary/{slug}`.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::glossary::{term_page, terms_page};
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use store::glossary;

/// Columns listed on one term's page.
const LISTED: usize = 200;

#[derive(Deserialize)]
pub struct Words {
    #[serde(default)]
    q: String,
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Query(words): Query<Words>) -> Result<Response, HttpError> {
    let words = words.q.replace('\0', "").trim().to_owned();
    let mut conn = state.pool.acquire().await?;
    let terms = glossary::terms_with(&mut conn, &words).await?;
    drop(conn);
    render::page(&state, &who, Section::None, "Glossary", StatusCode::OK, move || terms_page(&words, &terms)).await
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(slug): Path<String>) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let term = glossary::term(&mut conn, &slug.replace('\0', "")).await?.ok_or(HttpError::NotFound)?;
    let one_more = i64::try_from(LISTED + 1).unwrap_or(i64::MAX);
    let mut uses = glossary::uses(&mut conn, who.actor.person, &term.column_names, one_more, state.now()).await?;
    drop(conn);
    let cut_off = uses.len() > LISTED;
    uses.truncate(LISTED);
    let title = term.name.clone();
    render::page(&state, &who, Section::None, &title, StatusCode::OK, move || term_page(&term, &uses, cut_off)).await
}
