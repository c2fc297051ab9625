//! `GET /mine/searches/{id}`, and what can be done to one saved search.

use super::asked;
use super::forget::Nothing;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::mine::{KeptSearch, search_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Violation;
use domain::id::SavedSearchId;
use domain::mine::search_name;
use serde::Deserialize;
use store::mine;

/// New matches listed on the page; it says how many more there are.
const LISTED: i64 = 50;

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    page(&state, &who, parsed(&id)?, None).await
}

#[derive(Deserialize)]
pub struct Name {
    #[serde(default)]
    name: String,
}

pub async fn rename(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(form, who): CheckedForm<Name>) -> Result<Response, HttpError> {
    let id = parsed(&id)?;
    let name = match search_name(&form.name, "name") {
        Ok(name) => name,
        Err(wrong) => return page(&state, &who, id, Some((form.name, wrong))).await,
    };
    let done = mine::rename_search(&mut *state.pool.acquire().await?, who.actor.person, id, &name).await?;
    found(done, &format!("/mine?renamed={id}"))
}

pub async fn remove(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(_, who): CheckedForm<Nothing>) -> Result<Response, HttpError> {
    let id = parsed(&id)?;
    let done = mine::remove_search(&mut *state.pool.acquire().await?, who.actor.person, id, state.now()).await?;
    found(done, &format!("/mine?removed={id}"))
}

pub async fn restore(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(_, who): CheckedForm<Nothing>,
) -> Result<Response, HttpError> {
    let done = mine::restore_search(&mut *state.pool.acquire().await?, who.actor.person, parsed(&id)?).await?;
    found(done, "/mine")
}

pub async fn seen(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(_, who): CheckedForm<Nothing>) -> Result<Response, HttpError> {
    let done = mine::search_seen(&mut *state.pool.acquire().await?, who.actor.person, parsed(&id)?, state.now()).await?;
    found(done, "/mine")
}

fn parsed(id: &str) -> Result<SavedSearchId, HttpError> {
    id.parse().map_err(|_| HttpError::NotFound)
}

fn found(done: bool, next: &str) -> Result<Response, HttpError> {
    if done { Ok(Redirect::to(next).into_response()) } else { Err(HttpError::NotFound) }
}

/// The page, also with a name that was typed and what is wrong with it.
async fn page(state: &AppState, who: &SignedIn, id: SavedSearchId, typed: Option<(String, Violation)>) -> Result<Response, HttpError> {
    let (person, now) = (who.actor.person, state.now());
    let mut conn = state.pool.acquire().await?;
    let search = mine::saved_search(&mut conn, person, id, now).await?.ok_or(HttpError::NotFound)?;
    let matches = mine::new_matches(&mut conn, person, id, LISTED, now).await?;
    drop(conn);
    let (status, title) = match &typed {
        Some(_) => (StatusCode::UNPROCESSABLE_ENTITY, format!("Error: {}", search.name)),
        None => (StatusCode::OK, search.name.clone()),
    };
    let (name, wrong) = typed.map_or_else(|| (search.name.clone(), vec![]), |(name, fault)| (name, vec![fault]));
    let kept = KeptSearch { asked: asked(&search.query), search };
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Mine, &title, status, move || search_page(&csrf, &kept, &matches, &name, &wrong)).await
}
