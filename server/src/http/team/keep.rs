//! `POST /teams/{id}/add`, `/remove`, `/lead` and `/end`. Whoever leaves loses their credentials in the same transaction.

use super::show::{page, readable};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::PersonId;
use domain::team::LeaveReason;
use domain::{Action, Violation};
use serde::Deserialize;
use store::{StoreError, access, organisation, team};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    email: String,
    person: String,
    lead: String,
}

pub async fn add(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let (found, standing) = readable(&state, &who, &id).await?;
    authorise(&who.actor, Action::KeepTeam { team: standing })?;
    let mut tx = state.pool.begin().await?;
    let fault = match organisation::by_email(&mut tx, &typed.email.trim().replace('\0', "")).await? {
        None => Violation::new("email", "person_unknown", "Enter the e-mail address of a colleague who has signed in to Pasar before."),
        Some(person) => match team::add(&mut tx, who.actor.person, found.id, person, &who.origin, &state.ids, state.now()).await {
            Ok(()) => {
                tx.commit().await?;
                return Ok(Redirect::to(&format!("/teams/{}", found.id)).into_response());
            }
            Err(StoreError::Conflict(message)) => Violation::new("email", "cannot_be_added", message),
            Err(error) => return Err(error.into()),
        },
    };
    drop(tx);
    page(&state, &who, found, standing, typed.email, vec![fault]).await
}

fn person(typed: &str) -> Result<PersonId, HttpError> {
    typed.parse().map_err(|_| HttpError::NotFound)
}

/// Takes somebody out; anybody may take out themselves.
pub async fn remove(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let (found, standing) = readable(&state, &who, &id).await?;
    let person = person(&typed.person)?;
    let own = person == who.actor.person;
    if !own {
        authorise(&who.actor, Action::KeepTeam { team: standing })?;
    }
    let reason = if own { LeaveReason::Left } else { LeaveReason::Removed };
    let mut tx = state.pool.begin().await?;
    team::leave(&mut tx, who.actor.person, found.id, person, reason, &who.origin, state.now()).await?;
    access::end_lost_credentials(&mut tx, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(Redirect::to(&if own { "/teams".to_owned() } else { format!("/teams/{}", found.id) }).into_response())
}

pub async fn lead(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let (found, standing) = readable(&state, &who, &id).await?;
    authorise(&who.actor, Action::KeepTeam { team: standing })?;
    let mut tx = state.pool.begin().await?;
    team::set_lead(&mut tx, who.actor.person, found.id, person(&typed.person)?, !typed.lead.is_empty(), &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/teams/{}", found.id)).into_response())
}

pub async fn end(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(_, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let (found, standing) = readable(&state, &who, &id).await?;
    authorise(&who.actor, Action::KeepTeam { team: standing })?;
    let mut tx = state.pool.begin().await?;
    team::end(&mut tx, who.actor.person, found.id, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to("/teams").into_response())
}
