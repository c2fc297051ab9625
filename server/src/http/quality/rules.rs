//! `GET` and `POST /products/{urn}/quality/rules/new`, and `…/{id}/end`: what a product's team says that its data keeps to.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::service_level::{names, visible};
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::quality::rule_page;
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::DeclaredRuleId;
use domain::quality::{RuleForm, check_rule};
use domain::service_level::Comparison;
use domain::{Action, Violation};
use serde::Deserialize;
use store::catalogue::ProductView;
use store::quality;

async fn page(state: &AppState, who: &SignedIn, product: ProductView, form: RuleForm, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let (datasets, columns) = names(state, &product).await?;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let csrf = who.csrf.clone();
    let title = format!("{}Declare a rule of {}", if wrong.is_empty() { "" } else { "Error: " }, product.title);
    render::page(state, who, Section::Products, &title, status, move || rule_page(&csrf, &product, &datasets, &columns, &form, &wrong)).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Chosen {
    /// A rule that is there: the form is filled in with it.
    rule: String,
}

pub async fn new(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>, Query(chosen): Query<Chosen>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    authorise(&who.actor, Action::Promise { place: product.at.place })?;
    let there = match chosen.rule.parse::<DeclaredRuleId>() {
        Ok(id) => quality::declared(&mut *state.pool.acquire().await?, product.id).await?.into_iter().find(|line| line.id == id),
        Err(_) => None,
    };
    let empty = || RuleForm { comparison: Comparison::AtLeast.as_str().to_owned(), bound: "100".into(), ..RuleForm::default() };
    let form = there.map_or_else(empty, |line| RuleForm::from(&line.rule));
    page(&state, &who, product, form, vec![]).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    name: String,
    title: String,
    layer: String,
    measure: String,
    about: String,
    low: String,
    high: String,
    pattern: String,
    codes: String,
    comparison: String,
    bound: String,
}

pub async fn declare(
    State(state): State<AppState>,
    Path(urn): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    authorise(&who.actor, Action::Promise { place: product.at.place })?;
    let Typed { name, title, layer, measure, about, low, high, pattern, codes, comparison, bound } = typed;
    let form = RuleForm { name, title, layer, measure, about, low, high, pattern, codes, comparison, bound };
    let (datasets, columns) = names(&state, &product).await?;
    let new = match check_rule(&form, &datasets, &columns) {
        Ok(new) => new,
        Err(wrong) => return page(&state, &who, product, form, wrong).await,
    };
    let mut tx = state.pool.begin().await?;
    quality::declare(&mut tx, who.actor.person, product.id, &new, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/products/{}/quality#rules", product.address)).into_response())
}

/// Why a rule ends, where it says enough.
pub(super) fn reason(typed: &str) -> Result<&str, HttpError> {
    let reason = typed.trim();
    if (5..=500).contains(&reason.chars().count()) {
        return Ok(reason);
    }
    Err(HttpError::Invalid(vec![Violation::new("reason", "reason_missing", "Say why in 5 to 500 characters. Go back and write it.")]))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Reason {
    pub(super) reason: String,
}

pub async fn end(
    State(state): State<AppState>,
    Path((urn, id)): Path<(String, String)>,
    CheckedForm(typed, who): CheckedForm<Reason>,
) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let id: DeclaredRuleId = id.parse().map_err(|_| HttpError::NotFound)?;
    authorise(&who.actor, Action::Promise { place: product.at.place })?;
    let reason = reason(&typed.reason)?;
    let mut tx = state.pool.begin().await?;
    quality::end_rule(&mut tx, who.actor.person, product.id, id, reason, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/products/{}/quality#rules", product.address)).into_response())
}
