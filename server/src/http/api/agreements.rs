//! `/api/v1/agreements`: what one holds, alone or with a team; asking for the same again, giving up, revoking. Credentials are made
//! on the page alone, where a person sees them once.

use super::called::{Called, idempotency_key};
use super::requests::{Nothing, Page, one_more, submitted};
use super::said;
use crate::ending::end_at_once;
use crate::http::access::agreements::readable;
use crate::http::access::renew;
use crate::http::access::terms::{accept_version, own};
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::access::LONGEST_TEXT;
use domain::authorisation::authorise;
use domain::{Action, Violation};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::access::{self, EndReason, OwedTerms};

pub async fn list(State(state): State<AppState>, who: SignedIn, Query(page): Query<Page>) -> Result<Json<Value>, HttpError> {
    let lines = access::agreements_after(&mut *state.pool.acquire().await?, who.actor.person, page.after()?, one_more()).await?;
    Ok(Json(said::listed("agreements", "/api/v1/agreements", lines, |line| line.id.to_string(), said::agreement_line)))
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Json<Value>, HttpError> {
    Ok(Json(said::agreement(&readable(&state, &who, &id).await?)))
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Renewing {
    /// The version of the product's terms that is accepted, by its address.
    terms: BTreeMap<String, i32>,
}

/// Asks for the same again; every check and rule runs anew.
pub async fn renew(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Called(sent, who): Called<Renewing>,
) -> Result<Response, HttpError> {
    let agreement = readable(&state, &who, &id).await?;
    authorise(&who.actor, Action::UseAgreement { holder: agreement.belongs(who.actor.person) })?;
    let key = idempotency_key(&headers)?;
    let mut conn = state.pool.acquire().await?;
    let renewal = access::renewal(&mut conn, agreement.id).await?.ok_or(HttpError::NotFound)?;
    if access::owed_by(&mut conn, agreement.id).await?.is_some() {
        let advice = "This agreement has new terms to accept first, on its page.";
        return Err(HttpError::Token(StatusCode::CONFLICT, "terms_owed", advice));
    }
    drop(conn);
    let mut typed = renew::typed(renewal, key.to_string(), &state);
    typed.accepted = sent.terms.iter().map(|(address, version)| format!("{address}={version}")).collect();
    submitted(&state, &who, key, typed).await
}

pub async fn give_up(State(state): State<AppState>, Path(id): Path<String>, Called(_, who): Called<Nothing>) -> Result<Json<Value>, HttpError> {
    let agreement = readable(&state, &who, &id).await?;
    authorise(&who.actor, Action::GiveUpAgreement { holder: agreement.belongs(who.actor.person) })?;
    end(&state, &who, &id, &EndReason::GivenUp).await
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Reason {
    reason: String,
}

pub async fn revoke(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<Reason>) -> Result<Json<Value>, HttpError> {
    let agreement = readable(&state, &who, &id).await?;
    authorise(&who.actor, Action::RevokeAgreement { place: agreement.place })?;
    let reason = sent.reason.trim().replace('\0', "");
    if reason.is_empty() || reason.chars().count() > LONGEST_TEXT {
        let words = format!("Say why, in at most {LONGEST_TEXT} characters: the holder reads it.");
        return Err(HttpError::Invalid(vec![Violation::new("reason", "reason_missing", words)]));
    }
    end(&state, &who, &id, &EndReason::Revoked(reason)).await
}

fn owed(terms: Option<&OwedTerms>) -> Value {
    let said = |owed: &OwedTerms| json!({ "product": owed.product_address, "version": owed.version, "accepted": owed.accepted, "accept_by": owed.accept_by, "held": owed.held });
    json!({ "owed": terms.map(said) })
}

/// The terms that are to be accepted; null when there are none.
pub async fn terms(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Json<Value>, HttpError> {
    let (_, terms) = own(&state, &who, &id).await?;
    Ok(Json(owed(terms.as_ref())))
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Accepting {
    /// The current one: nobody accepts what they did not read.
    version: i32,
}

pub async fn accept(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<Accepting>) -> Result<Json<Value>, HttpError> {
    let (id, _) = own(&state, &who, &id).await?;
    accept_version(&state, &who, id, sent.version).await?;
    let left = access::owed_by(&mut *state.pool.acquire().await?, id).await?;
    Ok(Json(owed(left.as_ref())))
}

async fn end(state: &AppState, who: &SignedIn, id: &str, why: &EndReason) -> Result<Json<Value>, HttpError> {
    let agreement = readable(state, who, id).await?;
    let mut tx = state.pool.begin().await?;
    access::end(&mut tx, Some(who.actor.person), agreement.id, why, &who.origin, state.now()).await?;
    tx.commit().await?;
    end_at_once(state, &[agreement.id]).await;
    Ok(Json(said::agreement(&readable(state, who, id).await?)))
}
