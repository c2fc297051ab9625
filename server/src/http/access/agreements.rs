//! `GET /agreements`, `GET /agreements/{id}`; its credential, giving up and revoking.

use crate::clock;
use crate::ending::end_at_once;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access::agreement::{May, Readers, Shown, agreement_page, agreements_page};
use app::features::access::connect::Connection;
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::LONGEST_TEXT;
use domain::authorisation::authorise;
use domain::id::AgreementId;
use domain::{Action, Violation, calendar};
use ports::{Credential, RoleOf, Source};
use serde::Deserialize;
use store::access::{self, AgreementView, EndReason};
use store::{problem, standard};
use uuid::Uuid;

pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let agreements = access::agreements_of(&mut conn, who.actor.person).await?;
    let owed = access::owed_terms(&mut conn, who.actor.person).await?;
    drop(conn);
    let keeps = access::looks_after_agreements(&who.actor);
    render::page(&state, &who, Section::Agreements, "Agreements", StatusCode::OK, move || agreements_page(&agreements, &owed, keeps)).await
}

pub(crate) async fn readable(state: &AppState, who: &SignedIn, id: &str) -> Result<AgreementView, HttpError> {
    let id: AgreementId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut conn = state.pool.acquire().await?;
    let agreement = access::agreement(&mut conn, id).await?.ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::ReadAgreement { holder: agreement.belongs(who.actor.person), place: agreement.place })
        .map_err(|_| HttpError::NotFound)?;
    Ok(agreement)
}

pub(super) async fn page(
    state: &AppState,
    who: &SignedIn,
    agreement: AgreementView,
    shown: Option<Shown>,
    wrong: Vec<Violation>,
) -> Result<Response, HttpError> {
    let holder = agreement.belongs(who.actor.person);
    let mut conn = state.pool.acquire().await?;
    let may = May {
        use_it: authorise(&who.actor, Action::UseAgreement { holder }).is_ok(),
        give_up: authorise(&who.actor, Action::GiveUpAgreement { holder }).is_ok(),
        machines: authorise(&who.actor, Action::KeepMachines { holder }).is_ok(),
        rotate: authorise(&who.actor, Action::RotateKey { place: agreement.place }).is_ok(),
        revoke: authorise(&who.actor, Action::RevokeAgreement { place: agreement.place }).is_ok(),
        say: problem::is_asked(&mut conn, agreement.id, who.actor.person).await?,
        renewal_key: Uuid::from_bytes(clock::random()),
    };
    let config = &state.config;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let owed = access::owed_by(&mut conn, agreement.id).await?;
    let own = match &agreement.team {
        Some(_) => access::own_credential(&mut conn, agreement.id, who.actor.person).await?,
        None => None,
    };
    let suspends = authorise(&who.actor, Action::Suspend { sector: Some(agreement.place.sector) }).is_ok();
    let readers = Readers {
        suspend: if suspends { access::suspendable(&mut conn, agreement.id).await? } else { vec![] },
        machines: access::machines(&mut conn, agreement.id).await?,
        stopping: standard::stopping(&mut conn, agreement.id, calendar::day(state.now())).await?,
        read_by: access::read_by(&mut conn, agreement.id).await?,
        failing: access::grant_work(&mut conn, agreement.id).await?,
        made_at: if agreement.team.is_some() { own.and_then(|(_, at)| at) } else { agreement.credential_at },
    };
    drop(conn);
    // One's own role, or that of the machine client whose credential is shown.
    let role = match (shown.as_ref().and_then(|shown| shown.machine), &agreement.team, own) {
        (Some(machine), _, _) => RoleOf::Credential(machine.0).name(),
        (None, Some(_), Some((own, _))) => RoleOf::Credential(own.0).name(),
        (None, Some(_), None) => "(create your credential first)".into(),
        (None, None, _) => Source::role(agreement.id.0),
    };
    let connection = Connection {
        host: config.source_public.0.clone(),
        port: config.source_public.1,
        database: config.source_database.clone(),
        role,
        base_url: config.base_url.as_str().trim_end_matches('/').to_owned(),
    };
    let title = format!("Agreement – {}", agreement.product_title);
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Agreements, &title, status, move || {
        agreement_page(&csrf, &agreement, &connection, may, &readers, shown.as_ref(), owed.as_ref(), &wrong)
    })
    .await
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    let agreement = readable(&state, &who, &id).await?;
    page(&state, &who, agreement, None, vec![]).await
}

#[derive(Deserialize)]
pub struct Reason {
    #[serde(default)]
    reason: String,
}

/// Creates a credential and shows it on this answer alone. The source changes inside the record's transaction: when it fails,
/// nothing has changed; should the record fail after it, nobody has seen the new secret and the former one is dead.
pub async fn credential(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(_, who): CheckedForm<Reason>,
) -> Result<Response, HttpError> {
    let agreement = readable(&state, &who, &id).await?;
    authorise(&who.actor, Action::UseAgreement { holder: agreement.belongs(who.actor.person) })?;
    if agreement.team.is_some() {
        return super::machines::own_credential(&state, &who, agreement).await;
    }
    let credential = Credential::new(agreement.id.0, clock::random());
    let mut tx = state.pool.begin().await?;
    if !access::note_credential(&mut tx, who.actor.person, agreement.id, &credential.hash(), &who.origin, state.now()).await? {
        return Err(not_usable());
    }
    state.source.set_credential(agreement.id.0, &credential).await?;
    tx.commit().await?;
    let shown = Shown { secret: credential.secret().to_owned(), token: credential.token(), machine: None };
    let agreement = readable(&state, &who, &id).await?;
    page(&state, &who, agreement, Some(shown), vec![]).await
}

pub(super) fn not_usable() -> HttpError {
    HttpError::Conflict("This agreement is not granted at its port yet, is on hold, or has ended. Open it again to see its state.".into())
}

pub async fn give_up(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(_, who): CheckedForm<Reason>) -> Result<Response, HttpError> {
    let agreement = readable(&state, &who, &id).await?;
    authorise(&who.actor, Action::GiveUpAgreement { holder: agreement.belongs(who.actor.person) })?;
    end(&state, &who, agreement.id, EndReason::GivenUp).await
}

pub async fn revoke(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Reason>,
) -> Result<Response, HttpError> {
    let agreement = readable(&state, &who, &id).await?;
    authorise(&who.actor, Action::RevokeAgreement { place: agreement.place })?;
    let reason = typed.reason.trim().replace('\0', "");
    if reason.is_empty() || reason.chars().count() > LONGEST_TEXT {
        let fault = Violation::new("reason", "reason_missing", format!("Say why, in at most {LONGEST_TEXT} characters: the holder reads it."));
        return page(&state, &who, agreement, None, vec![fault]).await;
    }
    end(&state, &who, agreement.id, EndReason::Revoked(reason)).await
}

async fn end(state: &AppState, who: &SignedIn, id: AgreementId, why: EndReason) -> Result<Response, HttpError> {
    let mut tx = state.pool.begin().await?;
    access::end(&mut tx, Some(who.actor.person), id, &why, &who.origin, state.now()).await?;
    tx.commit().await?;
    end_at_once(state, &[id]).await;
    Ok(Redirect::to(&format!("/agreements/{id}")).into_response())
}
