//! `POST /products/{urn}/incidents` and `…/{id}/mend`: something is wrong with a product's data, and then it is not.

use super::show::listed;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::service_level::visible;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::IncidentId;
use domain::{Action, Violation, Violations};
use serde::Deserialize;
use store::catalogue::ProductView;
use store::problem;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    title: String,
    cause: String,
}

fn fits(text: &str) -> bool {
    (5..=500).contains(&text.chars().count()) && !text.contains('\0')
}

pub async fn open(
    State(state): State<AppState>,
    Path(urn): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    match opened(&state, &who, &product, &typed.title).await? {
        Ok(_) => Ok(Redirect::to(&format!("/products/{}/problems", product.address)).into_response()),
        Err(wrong) => listed(&state, &who, product, wrong).await,
    }
}

/// Opens an incident for who may; or what is wrong with its title.
pub(super) async fn opened(
    state: &AppState,
    who: &SignedIn,
    product: &ProductView,
    title: &str,
) -> Result<Result<IncidentId, Violations>, HttpError> {
    authorise(&who.actor, Action::AnswerProblem { place: product.at.place })?;
    let title = title.trim();
    if !fits(title) {
        let words = "Say in 5 to 500 characters what is wrong. Everyone who holds an agreement is told.";
        return Ok(Err(vec![Violation::new("title", "title_missing", words)]));
    }
    let mut tx = state.pool.begin().await?;
    let of = (product.id, product.address.as_str());
    let id = problem::open_incident(&mut tx, who.actor.person, of, title, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    Ok(Ok(id))
}

pub async fn mend(
    State(state): State<AppState>,
    Path((urn, id)): Path<(String, String)>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    match mended(&state, &who, &product, &id, &typed.cause).await? {
        Ok(_) => Ok(Redirect::to(&format!("/products/{}/problems", product.address)).into_response()),
        Err(wrong) => listed(&state, &who, product, wrong).await,
    }
}

/// Mends an incident for who may, and with it the problems that are part of it; or what is wrong with its cause.
pub(super) async fn mended(
    state: &AppState,
    who: &SignedIn,
    product: &ProductView,
    id: &str,
    cause: &str,
) -> Result<Result<IncidentId, Violations>, HttpError> {
    authorise(&who.actor, Action::AnswerProblem { place: product.at.place })?;
    let id: IncidentId = id.parse().map_err(|_| HttpError::NotFound)?;
    let cause = cause.trim();
    if !fits(cause) {
        return Ok(Err(vec![Violation::new("cause", "cause_missing", "Say in 5 to 500 characters what it was and what was done.")]));
    }
    let mut tx = state.pool.begin().await?;
    let of = (product.id, product.address.as_str());
    problem::mend_incident(&mut tx, who.actor.person, of, id, cause, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    Ok(Ok(id))
}
