//! `POST /agreements/{id}/machines`, `…/credential` and `…/end`: machine clients; and the credential of one person of a team.
//! A new role's row is committed before the source makes the role, and the secret is shown on this answer alone.

use super::agreements::{not_usable, page, readable};
use crate::clock;
use crate::ending::end_at_once;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access::agreement::Shown;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use domain::authorisation::authorise;
use domain::id::{AgreementId, CredentialId};
use domain::team::check_machine;
use domain::{Action, Violation};
use ports::Credential;
use serde::Deserialize;
use store::StoreError;
use store::access::{self, AgreementView};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    machine: String,
    machine_id: String,
}

/// The agreement, when this person keeps its machine clients.
pub(crate) async fn kept(state: &AppState, who: &SignedIn, id: &str) -> Result<AgreementView, HttpError> {
    let agreement = readable(state, who, id).await?;
    authorise(&who.actor, Action::KeepMachines { holder: agreement.belongs(who.actor.person) })?;
    Ok(agreement)
}

pub async fn add(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let agreement = kept(&state, &who, &id).await?;
    match added(&state, &who, agreement.id, &typed.machine).await? {
        Ok(_) => Ok(Redirect::to(&format!("/agreements/{}", agreement.id)).into_response()),
        Err(fault) => page(&state, &who, agreement, None, vec![fault]).await,
    }
}

/// Names a machine client of an agreement that this person keeps; or says why not.
pub(crate) async fn added(
    state: &AppState,
    who: &SignedIn,
    agreement: AgreementId,
    name: &str,
) -> Result<Result<CredentialId, Violation>, HttpError> {
    let name = match check_machine(name) {
        Ok(name) => name,
        Err(fault) => return Ok(Err(fault)),
    };
    let mut tx = state.pool.begin().await?;
    match access::name_machine(&mut tx, who.actor.person, agreement, &name, &who.origin, &state.ids, state.now()).await {
        Ok(id) => {
            tx.commit().await?;
            Ok(Ok(id))
        }
        Err(StoreError::Conflict(message)) => Ok(Err(Violation::new("machine", "machine_refused", message))),
        Err(error) => Err(error.into()),
    }
}

/// The machine client that a form names, of this agreement.
pub(crate) async fn named(state: &AppState, agreement: &AgreementView, typed: &str) -> Result<CredentialId, HttpError> {
    let known = access::machines(&mut *state.pool.acquire().await?, agreement.id).await?;
    known.into_iter().map(|machine| machine.id).find(|id| id.to_string() == typed).ok_or(HttpError::NotFound)
}

pub async fn credential(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let agreement = kept(&state, &who, &id).await?;
    let machine = named(&state, &agreement, &typed.machine_id).await?;
    create(&state, &who, agreement, machine, Some(machine)).await
}

pub async fn end(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let agreement = kept(&state, &who, &id).await?;
    let machine = named(&state, &agreement, &typed.machine_id).await?;
    ended(&state, &who, agreement.id, machine).await?;
    Ok(Redirect::to(&format!("/agreements/{}", agreement.id)).into_response())
}

/// Ends a machine client of an agreement that this person keeps, and its credential.
pub(crate) async fn ended(state: &AppState, who: &SignedIn, agreement: AgreementId, machine: CredentialId) -> Result<(), HttpError> {
    let mut tx = state.pool.begin().await?;
    access::end_machine(&mut tx, who.actor.person, agreement, machine, &who.origin, state.now()).await?;
    tx.commit().await?;
    end_at_once(state, &[agreement]).await;
    Ok(())
}

/// Of somebody of the team that holds it.
pub async fn own_credential(state: &AppState, who: &SignedIn, agreement: AgreementView) -> Result<Response, HttpError> {
    let own = access::begin_credential(&mut *state.pool.acquire().await?, agreement.id, who.actor.person, &state.ids, state.now()).await?;
    create(state, who, agreement, own, None).await
}

async fn create(
    state: &AppState,
    who: &SignedIn,
    agreement: AgreementView,
    of: CredentialId,
    machine: Option<CredentialId>,
) -> Result<Response, HttpError> {
    let (credential, _) = created(state, who, agreement.id, of).await?;
    let shown = Shown { secret: credential.secret().to_owned(), token: credential.token(), machine };
    let agreement = readable(state, who, &agreement.id.to_string()).await?;
    page(state, who, agreement, Some(shown), vec![]).await
}

/// A new credential, with the end of its agreement. The source changes inside the record's transaction: when it fails, nothing has
/// changed; should the record fail after it, nobody has seen the new secret and the former one is dead.
pub(crate) async fn created(
    state: &AppState,
    who: &SignedIn,
    agreement: AgreementId,
    of: CredentialId,
) -> Result<(Credential, DateTime<Utc>), HttpError> {
    let credential = Credential::of_holder(of.0, clock::random());
    let mut tx = state.pool.begin().await?;
    let until = access::note_credential_of(&mut tx, who.actor.person, agreement, of, &credential.hash(), &who.origin, state.now()).await?;
    let until = until.ok_or_else(not_usable)?;
    state.source.set_credential_of(agreement.0, of.0, until, &credential).await?;
    tx.commit().await?;
    Ok((credential, until))
}
