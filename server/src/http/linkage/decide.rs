//! `POST /linkages/{id}/approve`, `/refuse` and `/end`.

use super::show::{decidable, find, places};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::linkage::Side;
use domain::{Action, Forbidden, Violation};
use serde::Deserialize;
use store::linkage;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    side: String,
    reason: String,
}

fn reason(text: &str) -> Result<String, HttpError> {
    let text = text.trim();
    if (5..=500).contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    Err(HttpError::Invalid(vec![Violation::new("reason", "reason_missing", "Say why in 5 to 500 characters. Go back and write it.")]))
}

const NOT_AN_OWNER: Forbidden = Forbidden("Only the owner of the product may decide, and never their own linkage.");

pub async fn approve(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let view = find(&state, &who, &id).await?;
    let side: Side = typed.side.parse().map_err(|_| HttpError::NotFound)?;
    let place = view.sides.iter().find(|one| one.side == side).ok_or(HttpError::NotFound)?.place;
    authorise(&who.actor, Action::DecideLinkage { requester: view.requester, place })?;
    let mut tx = state.pool.begin().await?;
    linkage::approve(&mut tx, view.id, side, who.actor.person, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/linkages/{}", view.id)).into_response())
}

pub async fn refuse(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let view = find(&state, &who, &id).await?;
    if decidable(&who, &view).is_empty() {
        return Err(NOT_AN_OWNER.into());
    }
    let reason = reason(&typed.reason)?;
    let mut tx = state.pool.begin().await?;
    linkage::refuse(&mut tx, view.id, who.actor.person, &reason, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/linkages/{}", view.id)).into_response())
}

pub async fn end(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let view = find(&state, &who, &id).await?;
    authorise(&who.actor, Action::EndLinkage { requester: view.requester, places: places(&view)? })?;
    let reason = reason(&typed.reason)?;
    let mut tx = state.pool.begin().await?;
    linkage::end(&mut tx, view.id, who.actor.person, &reason, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/linkages/{}", view.id)).into_response())
}
