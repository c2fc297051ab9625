//! `/mine/searches/new` and `POST /mine/searches`: keeps the search of a list.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::mine::save_page;
use app::shell::Section;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::mine::NewSearch;
use domain::{Violation, Violations};
use serde::Deserialize;
use store::{StoreError, mine};

#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    query: String,
}

/// The form, with the words as the name that is most likely.
pub async fn form(State(state): State<AppState>, who: SignedIn, Query(typed): Query<Typed>) -> Result<Response, HttpError> {
    let csrf = who.csrf.clone();
    render::page(&state, &who, Section::Mine, "Save a search", StatusCode::OK, move || save_page(&csrf, &typed.query, &typed.name, &[])).await
}

pub async fn save(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let new = match NewSearch::check(&typed.name, &typed.query) {
        Ok(new) => new,
        Err(wrong) => return again(&state, &who, typed, wrong).await,
    };
    let mut conn = state.pool.acquire().await?;
    match mine::save_search(&mut conn, who.actor.person, &new, &state.ids, state.now()).await {
        Ok(id) => Ok(Redirect::to(&format!("/mine?saved={id}")).into_response()),
        Err(StoreError::Conflict(message)) => {
            drop(conn);
            again(&state, &who, typed, vec![Violation::new("name", "too_many_searches", message)]).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The form on a page of its own, with what was typed.
async fn again(state: &AppState, who: &SignedIn, typed: Typed, wrong: Violations) -> Result<Response, HttpError> {
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Mine, "Error: Save a search", StatusCode::UNPROCESSABLE_ENTITY, move || {
        save_page(&csrf, &typed.query, &typed.name, &wrong)
    })
    .await
}
