//! `GET /subjects/new` and `POST /subjects`: the request is written down, every source is asked, and what they said is written down.
//! What names the person comes in the body of the form and goes nowhere else: it is not shown again, not even when the form is wrong.

use super::list::sectors;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use crate::subjects::{keyed_hash, look};
use app::features::subject::{SubjectTyped, open_page};
use app::shell::Section;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::{SectorId, SubjectRequestId};
use domain::subject::{NewSubject, SubjectForm, WORKING_DAYS_TO_ANSWER, check_subject};
use domain::{Action, Violation, calendar};
use serde::Deserialize;
use store::access;
use store::subject::{self, NewRequest};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    kind: String,
    identifier: String,
    wish: String,
    purpose: String,
    reason: String,
}

/// Where this person may have somebody looked for: everywhere, or in the sector that they are a security officer of.
fn place(who: &SignedIn) -> Result<Option<SectorId>, HttpError> {
    let everywhere = authorise(&who.actor, Action::OpenSubject { sector: None });
    if everywhere.is_ok() {
        return Ok(None);
    }
    let own = sectors(&who.actor).into_iter().find(|sector| authorise(&who.actor, Action::OpenSubject { sector: Some(*sector) }).is_ok());
    match own {
        Some(sector) => Ok(Some(sector)),
        None => Err(everywhere.err().map_or(HttpError::NotFound, HttpError::from)),
    }
}

pub async fn new(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let sector = place(&who)?;
    page(&state, &who, sector, SubjectTyped::default(), vec![]).await
}

async fn page(state: &AppState, who: &SignedIn, sector: Option<SectorId>, typed: SubjectTyped, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let csrf = who.csrf.clone();
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    render::page(state, who, Section::None, "Look for a person", status, move || open_page(&csrf, sector.is_none(), &typed, &wrong)).await
}

pub async fn open(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let sector = place(&who)?;
    let Typed { kind, identifier, wish, purpose, reason } = typed;
    let kept = SubjectTyped { kind: kind.clone(), wish: wish.clone(), purpose: purpose.clone(), reason: reason.clone() };
    let new = match check_subject(&SubjectForm { kind, identifier, wish, purpose, reason }) {
        Ok(new) => new,
        Err(wrong) => return page(&state, &who, sector, kept, wrong).await,
    };
    let again = |code, message: &str| vec![Violation::new("identifier", code, message)];
    let Some(hash) = state.config.secret.as_ref().and_then(|secret| keyed_hash(secret, &new.identifier)) else {
        let message = "This installation has no secret to hash with. Ask whoever runs it to set PASAR_SECRET.";
        return page(&state, &who, sector, kept, again("no_secret", message)).await;
    };
    if state.source.logs_parameters().await? {
        let message = "The source would write what names the person into its log. Its administrator must turn that off for Pasar’s login first.";
        return page(&state, &who, sector, kept, again("source_logs", message)).await;
    }
    // Somebody who goes away meanwhile leaves no request half looked for.
    let id = tokio::spawn(async move { write_and_look(&state, &who, sector, &new, hash).await })
        .await
        .map_err(|error| HttpError::Internal(error.into()))??;
    Ok(Redirect::to(&format!("/subjects/{id}")).into_response())
}

async fn write_and_look(
    state: &AppState,
    who: &SignedIn,
    sector: Option<SectorId>,
    new: &NewSubject,
    hash: [u8; 32],
) -> Result<SubjectRequestId, HttpError> {
    let (by, mask) = (who.actor.person, new.identifier.mask());
    let mut tx = state.pool.begin().await?;
    let holidays = access::holidays(&mut tx).await?;
    let due_on = calendar::add_working_days(calendar::day(state.now()), WORKING_DAYS_TO_ANSWER, &holidays);
    let request =
        NewRequest { by, sector, kind: new.identifier.kind(), hash, mask: &mask, wish: new.wish, purpose: &new.purpose, reason: &new.reason, due_on };
    let id = subject::open(&mut tx, &request, &who.origin, &state.ids, state.now()).await?;
    let columns = subject::columns(&mut tx, sector).await?;
    tx.commit().await?;
    let looked = look(state, &new.identifier, columns).await;
    let mut tx = state.pool.begin().await?;
    match &looked {
        Ok(looked) => subject::found(&mut tx, id, by, looked, &who.origin, &state.ids, state.now()).await?,
        Err(error) => {
            tracing::error!(%error, request = %id, "a person could not be looked for");
            subject::could_not_look(&mut tx, id, by, &who.origin, state.now()).await?;
        }
    }
    tx.commit().await?;
    Ok(id)
}
