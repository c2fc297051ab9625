//! `/api/v1/rules`: who must agree to requests. The same checks as on the page.

use super::called::Called;
use super::requests::Nothing;
use crate::http::access::rules::{Typed, added, changed, scopes};
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::Action;
use domain::authorisation::authorise;
use domain::organisation::Scope;
use serde::Deserialize;
use serde_json::{Value, json};
use store::access::{self, RuleView};

/// Where a rule holds, in the word by which one is added: `whole`, or `sector:` or `domain:` and its id.
fn word(scope: Scope) -> String {
    match scope {
        Scope::Whole => "whole".to_owned(),
        Scope::Sector(id) => format!("sector:{id}"),
        Scope::Domain(id) => format!("domain:{id}"),
        Scope::Product(id) => format!("product:{id}"),
    }
}

fn said(who: &SignedIn, rule: &RuleView) -> Value {
    json!({
        "code": rule.code, "title": rule.title, "scope": word(rule.scope), "scope_title": rule.scope_title, "applies": rule.applies, "asks": rule.asks,
        "retired_at": rule.retired_at, "may_change": authorise(&who.actor, Action::ManageRule { scope: rule.scope }).is_ok(),
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    scope: String,
}

/// In the order in which they are applied, retired ones last; with a scope, its own alone.
pub async fn list(State(state): State<AppState>, who: SignedIn, Query(asked): Query<Asked>) -> Result<Json<Value>, HttpError> {
    let rules = access::approval_rules(&mut *state.pool.acquire().await?).await?;
    let shown = rules.iter().filter(|rule| asked.scope.is_empty() || word(rule.scope) == asked.scope);
    let places = scopes(&state, &who).await?;
    let places: Vec<Value> = places.into_iter().map(|(_, scope, title)| json!({ "scope": scope, "title": title })).collect();
    Ok(Json(json!({ "rules": shown.map(|rule| said(&who, rule)).collect::<Vec<_>>(), "may_add": places })))
}

async fn one(state: &AppState, who: &SignedIn, code: &str) -> Result<Json<Value>, HttpError> {
    let rules = access::approval_rules(&mut *state.pool.acquire().await?).await?;
    let rule = rules.iter().find(|rule| rule.code == code).ok_or(HttpError::NotFound)?;
    Ok(Json(said(who, rule)))
}

/// A rule in the words of the form: it adds steps and takes none away.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Adding {
    title: String,
    /// `whole`, or `sector:` or `domain:` and its id.
    scope: String,
    /// None of them means any.
    classification: Vec<String>,
    /// `own` or `other`; nothing for either.
    agency: String,
    /// `domain`, `owner`, `security` or `office`.
    first: String,
    second: String,
}

pub async fn add(State(state): State<AppState>, Called(sent, who): Called<Adding>) -> Result<Response, HttpError> {
    let Adding { title, scope, classification, agency, first, second } = sent;
    let typed = Typed { title, scope, classification, agency, first, second };
    let code = added(&state, &who, &typed).await?.map_err(HttpError::Invalid)?;
    Ok((StatusCode::CREATED, one(&state, &who, &code.to_string()).await?).into_response())
}

/// Takes a rule out of force; steps that it has asked for stay.
pub async fn retire(State(state): State<AppState>, Path(code): Path<String>, Called(_, who): Called<Nothing>) -> Result<Json<Value>, HttpError> {
    changed(&state, &who, &code, true).await?;
    one(&state, &who, &code).await
}

pub async fn restore(State(state): State<AppState>, Path(code): Path<String>, Called(_, who): Called<Nothing>) -> Result<Json<Value>, HttpError> {
    changed(&state, &who, &code, false).await?;
    one(&state, &who, &code).await
}
