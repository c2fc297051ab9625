//! `GET /wanted/{id}`, its confirmation, and `POST /wanted/{id}/withdraw`.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::wanted::{May, asked_page, wanted_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::WantedId;
use domain::wanted::AnswerForm;
use domain::{Action, Violations};
use serde::Deserialize;
use store::PgConnection;
use store::wanted::{self, WantedView};

/// The question, when this person may read it. That it exists is nobody else's business: 404, as for an id that was never
/// given.
pub async fn readable(state: &AppState, who: &SignedIn, conn: &mut PgConnection, id: &str) -> Result<WantedView, HttpError> {
    let id: WantedId = id.parse().map_err(|_| HttpError::NotFound)?;
    let found = wanted::wanted(conn, id, who.actor.person, state.now()).await?.ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::ReadWanted { asker: found.asker, area: found.area }).map_err(|_| HttpError::NotFound)?;
    Ok(found)
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let found = readable(&state, &who, &mut conn, &id).await?;
    drop(conn);
    page(&state, &who, found, AnswerForm::default(), vec![]).await
}

/// The page of a question that was found readable, also with what was typed and what is wrong with it.
pub async fn page(state: &AppState, who: &SignedIn, found: WantedView, form: AnswerForm, wrong: Violations) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let answerers = wanted::answerers(&mut conn, found.area, found.asker, state.now()).await?;
    drop(conn);
    let may = May {
        answer: authorise(&who.actor, Action::AnswerWanted { asker: found.asker, area: found.area }).is_ok(),
        withdraw: authorise(&who.actor, Action::WithdrawWanted { asker: found.asker }).is_ok(),
    };
    let (status, title) = if wrong.is_empty() {
        (StatusCode::OK, format!("Data that is wanted: {}", found.words))
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, format!("Error: Data that is wanted: {}", found.words))
    };
    let section = if may.withdraw { Section::Requests } else { Section::Work };
    let csrf = who.csrf.clone();
    render::page(state, who, section, &title, status, move || wanted_page(&csrf, &found, &answerers, may, &form, &wrong)).await
}

/// What the one who asked sees first.
pub async fn asked(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let found = readable(&state, &who, &mut conn, &id).await?;
    if found.asker != who.actor.person {
        return Err(HttpError::NotFound);
    }
    let answerers = wanted::answerers(&mut conn, found.area, found.asker, state.now()).await?;
    drop(conn);
    render::page(&state, &who, Section::Requests, "Your question is recorded", StatusCode::OK, move || asked_page(&found, &answerers)).await
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn withdraw(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(_, who): CheckedForm<Nothing>,
) -> Result<Response, HttpError> {
    let mut tx = state.pool.begin().await?;
    let found = readable(&state, &who, &mut tx, &id).await?;
    authorise(&who.actor, Action::WithdrawWanted { asker: found.asker })?;
    wanted::withdraw(&mut tx, who.actor.person, found.id, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/wanted/{}", found.id)).into_response())
}
