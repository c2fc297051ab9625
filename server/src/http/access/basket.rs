//! `GET /basket`; `POST /basket/add` and `/remove`.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access::basket::basket_page;
use app::shell::Section;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Urn;
use serde::Deserialize;
use store::access;

#[derive(Deserialize)]
pub struct Item {
    port: String,
}

pub async fn show(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let items = access::basket_items(&mut conn, who.actor.person, state.now()).await?;
    drop(conn);
    let csrf = who.csrf.clone();
    render::page(&state, &who, Section::Basket, "Basket", StatusCode::OK, move || basket_page(&csrf, &items)).await
}

pub async fn add(State(state): State<AppState>, CheckedForm(item, who): CheckedForm<Item>) -> Result<Response, HttpError> {
    added(&state, &who, &item.port).await?;
    Ok(Redirect::to("/basket").into_response())
}

/// Puts a dataset into the basket, or every dataset of a port or product, by address.
pub(crate) async fn added(state: &AppState, who: &SignedIn, address: &str) -> Result<(), HttpError> {
    let urn: Urn = address.parse().map_err(|_| HttpError::NotFound)?;
    let mut tx = state.pool.begin().await?;
    let found = access::asked(&mut tx, who.actor.person, &[urn], state.now()).await?;
    if found.is_empty() {
        return Err(HttpError::NotFound);
    }
    for asked in &found {
        access::basket_add(&mut tx, who.actor.person, asked.port, asked.dataset, state.now()).await?;
    }
    Ok(tx.commit().await?)
}

pub async fn remove(State(state): State<AppState>, CheckedForm(item, who): CheckedForm<Item>) -> Result<Response, HttpError> {
    removed(&state, &who, &item.port).await?;
    Ok(Redirect::to("/basket").into_response())
}

/// Takes what an address names out of the basket; nothing happens when it is not in it.
pub(crate) async fn removed(state: &AppState, who: &SignedIn, address: &str) -> Result<(), HttpError> {
    let urn: Urn = address.parse().map_err(|_| HttpError::NotFound)?;
    let mut tx = state.pool.begin().await?;
    for asked in access::asked(&mut tx, who.actor.person, &[urn], state.now()).await? {
        access::basket_remove(&mut tx, who.actor.person, asked.port, asked.dataset).await?;
    }
    Ok(tx.commit().await?)
}
