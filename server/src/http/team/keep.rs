//! `POST /teams/{id}/add`, `/remove`, `/lead` and `/end`. Whoever leaves loses their credentials in the same transaction.

use super::show::{page, readable};
use crate::ending::end_at_once;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::{PersonId, TeamId};
use domain::team::{InTeam, LeaveReason};
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
    match added(&state, &who, found.id, standing, &typed.email).await? {
        Ok(()) => Ok(Redirect::to(&format!("/teams/{}", found.id)).into_response()),
        Err(fault) => page(&state, &who, found, standing, typed.email, vec![fault]).await,
    }
}

/// Adds a colleague by their e-mail address, where this person keeps the team; or says why not.
pub(crate) async fn added(state: &AppState, who: &SignedIn, team: TeamId, standing: InTeam, email: &str) -> Result<Result<(), Violation>, HttpError> {
    authorise(&who.actor, Action::KeepTeam { team: standing })?;
    let mut tx = state.pool.begin().await?;
    let Some(person) = organisation::by_email(&mut tx, &email.trim().replace('\0', "")).await? else {
        let fault = Violation::new("email", "person_unknown", "Enter the e-mail address of a colleague who has signed in to Pasar before.");
        return Ok(Err(fault));
    };
    match team::add(&mut tx, who.actor.person, team, person, &who.origin, &state.ids, state.now()).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(Ok(()))
        }
        Err(StoreError::Conflict(message)) => Ok(Err(Violation::new("email", "cannot_be_added", message))),
        Err(error) => Err(error.into()),
    }
}

fn person(typed: &str) -> Result<PersonId, HttpError> {
    typed.parse().map_err(|_| HttpError::NotFound)
}

pub async fn remove(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let (found, standing) = readable(&state, &who, &id).await?;
    let person = person(&typed.person)?;
    removed(&state, &who, found.id, standing, person).await?;
    let own = person == who.actor.person;
    Ok(Redirect::to(&if own { "/teams".to_owned() } else { format!("/teams/{}", found.id) }).into_response())
}

/// Takes somebody out; anybody may take out themselves.
pub(crate) async fn removed(state: &AppState, who: &SignedIn, team: TeamId, standing: InTeam, person: PersonId) -> Result<(), HttpError> {
    let own = person == who.actor.person;
    if !own {
        authorise(&who.actor, Action::KeepTeam { team: standing })?;
    }
    let reason = if own { LeaveReason::Left } else { LeaveReason::Removed };
    let mut tx = state.pool.begin().await?;
    team::leave(&mut tx, who.actor.person, team, person, reason, &who.origin, state.now()).await?;
    let lost = access::end_lost_credentials(&mut tx, state.now()).await?;
    tx.commit().await?;
    end_at_once(state, &lost).await;
    Ok(())
}

pub async fn lead(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let (found, standing) = readable(&state, &who, &id).await?;
    led(&state, &who, found.id, standing, person(&typed.person)?, !typed.lead.is_empty()).await?;
    Ok(Redirect::to(&format!("/teams/{}", found.id)).into_response())
}

/// Makes somebody of the team lead it, or no longer, where this person keeps the team.
pub(crate) async fn led(state: &AppState, who: &SignedIn, team: TeamId, standing: InTeam, person: PersonId, lead: bool) -> Result<(), HttpError> {
    authorise(&who.actor, Action::KeepTeam { team: standing })?;
    let mut tx = state.pool.begin().await?;
    team::set_lead(&mut tx, who.actor.person, team, person, lead, &who.origin, state.now()).await?;
    Ok(tx.commit().await?)
}

pub async fn end(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(_, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let (found, standing) = readable(&state, &who, &id).await?;
    ended(&state, &who, found.id, standing).await?;
    Ok(Redirect::to("/teams").into_response())
}

/// Ends a team that holds nothing, where this person keeps it.
pub(crate) async fn ended(state: &AppState, who: &SignedIn, team: TeamId, standing: InTeam) -> Result<(), HttpError> {
    authorise(&who.actor, Action::KeepTeam { team: standing })?;
    let mut tx = state.pool.begin().await?;
    team::end(&mut tx, who.actor.person, team, &who.origin, state.now()).await?;
    Ok(tx.commit().await?)
}
