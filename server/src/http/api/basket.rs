//! `/api/v1/basket` and `/api/v1/requests/draft`: what somebody means to ask for, and the form that they began. The same that the pages
//! show, so that a program may begin what a person ends.

use super::called::Called;
use super::requests::{Asking, Nothing};
use crate::clock;
use crate::http::access::ask::Typed;
use crate::http::access::basket::{added, removed};
use crate::http::access::draft::written;
use crate::http::access::scope_form;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::access::{self, BasketItem};
use uuid::Uuid;

pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Json<Value>, HttpError> {
    let items = access::basket_items(&mut *state.pool.acquire().await?, who.actor.person, state.now()).await?;
    let line = |one: &BasketItem| json!({ "port": one.address, "product_title": one.product_title, "title": one.dataset_title });
    Ok(Json(json!({ "basket": items.iter().map(line).collect::<Vec<_>>() })))
}

/// How many, for the header's island.
pub async fn count(State(state): State<AppState>, who: SignedIn) -> Result<Json<Value>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let standing = access::standing(&mut conn, &who.actor, &[], state.now()).await?;
    Ok(Json(json!({ "count": standing.basket })))
}

/// A dataset's address, or that of a product for all of its datasets.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Item {
    port: String,
}

pub async fn add(State(state): State<AppState>, Called(item, who): Called<Item>) -> Result<Json<Value>, HttpError> {
    added(&state, &who, &item.port).await?;
    list(State(state), who).await
}

pub async fn remove(State(state): State<AppState>, Called(item, who): Called<Item>) -> Result<Json<Value>, HttpError> {
    removed(&state, &who, &item.port).await?;
    list(State(state), who).await
}

/// A form as [`Asking`] takes it.
fn asking(typed: &Typed) -> Value {
    let mut rows: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for ((address, column), typed) in scope_form::rows(&typed.row_names, &typed.row_values) {
        let values: Vec<String> = typed.split([',', ';', '\n']).map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect();
        if !values.is_empty() {
            rows.entry(address).or_default().insert(column, values);
        }
    }
    let version = |one: &String| one.split_once('=').and_then(|(address, version)| Some((address.to_owned(), version.parse::<i32>().ok()?)));
    let terms: BTreeMap<String, i32> = typed.accepted.iter().filter_map(version).collect();
    json!({
        "ports": typed.ports, "purpose": typed.purpose, "explanation": typed.explanation, "legal_basis": typed.legal_basis, "team": typed.team,
        "for_team": Some(&typed.for_team).filter(|team| !team.is_empty()), "seen_by": typed.seen_by, "until": typed.until,
        "columns": scope_form::columns(&typed.columns_shown, &typed.columns), "rows": rows, "terms": terms,
    })
}

/// The form that somebody began, as `POST /api/v1/requests` takes it; null when there is none.
pub async fn draft(State(state): State<AppState>, who: SignedIn) -> Result<Json<Value>, HttpError> {
    let draft = access::draft(&mut *state.pool.acquire().await?, who.actor.person).await?;
    let saved_at = draft.as_ref().map(|draft| draft.saved_at);
    let typed = draft.and_then(|draft| serde_json::from_str::<Typed>(&draft.form).ok());
    Ok(Json(json!({ "draft": typed.as_ref().map(asking), "saved_at": saved_at })))
}

/// Keeps a form in place of the one before; it is checked only when it is continued or sent.
pub async fn keep_draft(State(state): State<AppState>, Called(sent, who): Called<Asking>) -> Result<Json<Value>, HttpError> {
    let form = written(&sent.typed(Uuid::from_bytes(clock::random())))?;
    access::keep_draft(&mut *state.pool.acquire().await?, who.actor.person, &form, state.now()).await?;
    draft(State(state), who).await
}

pub async fn throw_away(State(state): State<AppState>, Called(_, who): Called<Nothing>) -> Result<Json<Value>, HttpError> {
    access::throw_away_draft(&mut *state.pool.acquire().await?, who.actor.person).await?;
    draft(State(state), who).await
}
