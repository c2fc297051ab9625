//! `GET /linkages/new` and `POST /linkages`.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::linkage::ask_page;
use app::shell::Section;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Violation;
use domain::linkage::{LEAST_MATCH, LinkageForm, check_linkage};
use serde::Deserialize;
use store::linkage;

pub async fn new(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    page(&state, &who, LinkageForm { least: LEAST_MATCH.to_string(), ..LinkageForm::default() }, vec![]).await
}

async fn page(state: &AppState, who: &SignedIn, form: LinkageForm, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let columns = linkage::linkable(&mut conn, who.actor.person, state.now()).await?;
    drop(conn);
    let csrf = who.csrf.clone();
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    render::page(state, who, Section::Agreements, "Ask how many are in both", status, move || ask_page(&csrf, &columns, &form, &wrong)).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    left: String,
    right: String,
    way: String,
    reason: String,
    least: String,
    gives: String,
}

pub async fn ask(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let Typed { left, right, way, reason, least, gives } = typed;
    let form = LinkageForm { left, right, way, reason, least, gives };
    let new = match check_linkage(&form) {
        Ok(new) => new,
        Err(wrong) => return page(&state, &who, form, wrong).await,
    };
    let mut tx = state.pool.begin().await?;
    let id = linkage::ask(&mut tx, who.actor.person, &new, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/linkages/{id}")).into_response())
}
