//! `GET` and `POST /mine/tokens`: one's tokens, and a new one, shown once.

use crate::clock;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::token::{Form, Page, Shown, tokens_page};
use app::shell::Section;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::token::{NewToken, PREFIX};
use domain::{Violation, Violations, calendar};
use serde::Deserialize;
use store::{StoreError, token};

#[derive(Deserialize, Default)]
pub struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(default)]
    until: String,
}

pub async fn show(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    page(&state, &who, Typed::default(), None, vec![]).await
}

pub async fn make(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let new = match NewToken::check(&typed.name, &typed.scopes, &typed.until, calendar::day(state.now())) {
        Ok(new) => new,
        Err(wrong) => return page(&state, &who, typed, None, wrong).await,
    };
    let secret = format!("{PREFIX}{}", clock::token());
    let mut tx = state.pool.begin().await?;
    match token::make(&mut tx, who.actor.person, &new, &clock::hash(&secret), &who.origin, &state.ids, state.now()).await {
        Ok(_) => tx.commit().await?,
        Err(StoreError::Conflict(message)) => {
            drop(tx);
            return page(&state, &who, typed, None, vec![Violation::new("name", "too_many_tokens", message)]).await;
        }
        Err(error) => return Err(error.into()),
    }
    page(&state, &who, Typed::default(), Some(Shown { name: new.name, secret }), vec![]).await
}

async fn page(state: &AppState, who: &SignedIn, typed: Typed, shown: Option<Shown>, wrong: Violations) -> Result<Response, HttpError> {
    let tokens = token::tokens(&mut *state.pool.acquire().await?, who.actor.person).await?;
    let form = Form { name: typed.name, scopes: typed.scopes, until: typed.until };
    let page = Page { tokens, form, shown, now: state.now(), base_url: state.config.url("") };
    let (status, title) =
        if wrong.is_empty() { (StatusCode::OK, "Access tokens") } else { (StatusCode::UNPROCESSABLE_ENTITY, "Error: Access tokens") };
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Mine, title, status, move || tokens_page(&csrf, &page, &wrong)).await
}
