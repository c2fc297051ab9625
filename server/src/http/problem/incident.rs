//! `POST /products/{urn}/incidents` and `…/{id}/mend`: something is wrong with a product's data, and then it is not.

use super::show::listed;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::service_level::visible;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::IncidentId;
use domain::{Action, Violation};
use serde::Deserialize;
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
    authorise(&who.actor, Action::AnswerProblem { place: product.at.place })?;
    let title = typed.title.trim();
    if !fits(title) {
        let wrong =
            vec![Violation::new("title", "title_missing", "Say in 5 to 500 characters what is wrong. Everyone who holds an agreement is told.")];
        return listed(&state, &who, product, wrong).await;
    }
    let mut tx = state.pool.begin().await?;
    problem::open_incident(&mut tx, who.actor.person, (product.id, &product.address), title, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/products/{}/problems", product.address)).into_response())
}

pub async fn mend(
    State(state): State<AppState>,
    Path((urn, id)): Path<(String, String)>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    authorise(&who.actor, Action::AnswerProblem { place: product.at.place })?;
    let id: IncidentId = id.parse().map_err(|_| HttpError::NotFound)?;
    let cause = typed.cause.trim();
    if !fits(cause) {
        let wrong = vec![Violation::new("cause", "cause_missing", "Say in 5 to 500 characters what it was and what was done.")];
        return listed(&state, &who, product, wrong).await;
    }
    let mut tx = state.pool.begin().await?;
    problem::mend_incident(&mut tx, who.actor.person, (product.id, &product.address), id, cause, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/products/{}/problems", product.address)).into_response())
}
