//! `POST /agreements/{id}/machines`, `…/credential` and `…/end`: machine clients; and the credential of one person of a team.
//! A new role's row is committed before the source makes the role, and the secret is shown on this answer alone.

use super::agreements::{not_usable, page, readable};
use crate::clock;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access::agreement::Shown;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::CredentialId;
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
async fn kept(state: &AppState, who: &SignedIn, id: &str) -> Result<AgreementView, HttpError> {
    let agreement = readable(state, who, id).await?;
    authorise(&who.actor, Action::KeepMachines { holder: agreement.belongs(who.actor.person) })?;
    Ok(agreement)
}

pub async fn add(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let agreement = kept(&state, &who, &id).await?;
    let name = match check_machine(&typed.machine) {
        Ok(name) => name,
        Err(fault) => return page(&state, &who, agreement, None, vec![fault]).await,
    };
    let mut tx = state.pool.begin().await?;
    match access::name_machine(&mut tx, who.actor.person, agreement.id, &name, &who.origin, &state.ids, state.now()).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(Redirect::to(&format!("/agreements/{}", agreement.id)).into_response())
        }
        Err(StoreError::Conflict(message)) => {
            drop(tx);
            page(&state, &who, agreement, None, vec![Violation::new("machine", "machine_refused", message)]).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The machine client that a form names, of this agreement.
async fn named(state: &AppState, agreement: &AgreementView, typed: &str) -> Result<CredentialId, HttpError> {
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
    let mut tx = state.pool.begin().await?;
    access::end_machine(&mut tx, who.actor.person, agreement.id, machine, &who.origin, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(Redirect::to(&format!("/agreements/{}", agreement.id)).into_response())
}

/// Of somebody of the team that holds it.
pub async fn own_credential(state: &AppState, who: &SignedIn, agreement: AgreementView) -> Result<Response, HttpError> {
    let own = access::begin_credential(&mut *state.pool.acquire().await?, agreement.id, who.actor.person, &state.ids, state.now()).await?;
    create(state, who, agreement, own, None).await
}

/// The source changes inside the record's transaction: when it fails, nothing has changed; should the record fail after it,
/// nobody has seen the new secret and the former one is dead.
async fn create(
    state: &AppState,
    who: &SignedIn,
    agreement: AgreementView,
    of: CredentialId,
    machine: Option<CredentialId>,
) -> Result<Response, HttpError> {
    let credential = Credential::of_holder(of.0, clock::random());
    let mut tx = state.pool.begin().await?;
    let until = access::note_credential_of(&mut tx, who.actor.person, agreement.id, of, &credential.hash(), &who.origin, state.now()).await?;
    let until = until.ok_or_else(not_usable)?;
    state.source.set_credential_of(agreement.id.0, of.0, until, &credential).await?;
    tx.commit().await?;
    let shown = Shown { secret: credential.secret().to_owned(), token: credential.token(), machine };
    let agreement = readable(state, who, &agreement.id.to_string()).await?;
    page(state, who, agreement, Some(shown), vec![]).await
}
