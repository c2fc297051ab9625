//! `GET /rules`, `POST /rules`, `POST /rules/{code}/retire` and `/restore`: who must agree to requests.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access::rules::{DECIDERS, RuleForm, RuleRow, rules_page};
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Applies, AskedStep, Asks};
use domain::authorisation::authorise;
use domain::catalogue::Sharing;
use domain::id::PartStepId;
use domain::organisation::Scope;
use domain::{Action, Violation};
use serde::Deserialize;
use store::access::{self, NewRule};
use store::organisation;

/// Longest name of a rule, in characters.
const LONGEST: usize = 200;
/// Where local rules begin: the domain's own step is first.
const FIRST_STAGE: u8 = 2;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    done: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub(crate) title: String,
    pub(crate) scope: String,
    pub(crate) classification: Vec<String>,
    pub(crate) agency: String,
    pub(crate) first: String,
    pub(crate) second: String,
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    let done = match asked.done.as_str() {
        "added" => Some("The rule was added. It holds for requests that are submitted from now on."),
        "retired" => Some("The rule was retired. Steps that it asked for stay."),
        "restored" => Some("The rule is in force again."),
        _ => None,
    };
    page(&state, &who, RuleForm::default(), done).await
}

/// Where this person may add rules, as (value, label).
pub(crate) async fn scopes(state: &AppState, who: &SignedIn) -> Result<Vec<(Scope, String, String)>, HttpError> {
    let mut all = vec![(Scope::Whole, "whole".to_owned(), "Whole of government".to_owned())];
    let mut conn = state.pool.acquire().await?;
    for (id, title) in access::sectors(&mut conn).await? {
        all.push((Scope::Sector(id), format!("sector:{id}"), title));
    }
    for domain in organisation::domains(&mut conn).await? {
        all.push((Scope::Domain(domain.id), format!("domain:{}", domain.id), domain.title));
    }
    drop(conn);
    all.retain(|(scope, ..)| authorise(&who.actor, Action::ManageRule { scope: *scope }).is_ok());
    Ok(all)
}

async fn page(state: &AppState, who: &SignedIn, form: RuleForm, done: Option<&'static str>) -> Result<Response, HttpError> {
    let rules = access::approval_rules(&mut *state.pool.acquire().await?).await?;
    let rules: Vec<RuleRow> =
        rules.into_iter().map(|rule| RuleRow { mine: authorise(&who.actor, Action::ManageRule { scope: rule.scope }).is_ok(), rule }).collect();
    let scopes: Vec<(String, String)> = scopes(state, who).await?.into_iter().map(|(_, value, label)| (value, label)).collect();
    let status = if form.wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Work, "Who must agree", status, move || rules_page(&csrf, &rules, &scopes, &form, done)).await
}

/// The rule, or what is wrong with what was typed. Only steps are added: nothing that is typed here grants at once.
fn read(typed: &Typed, scope: Option<Scope>) -> Result<NewRule, Vec<Violation>> {
    let mut wrong = vec![];
    let title = typed.title.trim().replace('\0', "");
    if title.is_empty() || title.chars().count() > LONGEST {
        wrong.push(Violation::new("title", "title_missing", format!("Enter a name of at most {LONGEST} characters.")));
    }
    if scope.is_none() {
        wrong.push(Violation::new("scope", "scope_unknown", "Choose where the rule holds."));
    }
    let roles = |code: &str| DECIDERS.iter().find(|(known, _)| *known == code).map(|(_, roles)| roles.to_vec());
    let first = roles(&typed.first);
    if first.is_none() {
        wrong.push(Violation::new("first", "decider_missing", "Choose who must agree."));
    }
    let classification = typed.classification.iter().filter_map(|word| word.parse().ok()).collect();
    let applies = Applies { sharing: vec![Sharing::Approval], classification, agency: typed.agency.parse().ok(), ..Applies::default() };
    let steps = first.into_iter().chain(roles(&typed.second)).zip(FIRST_STAGE..).map(|(roles, stage)| AskedStep { stage, roles }).collect();
    match scope {
        Some(scope) if wrong.is_empty() => Ok(NewRule { title, scope, applies, asks: Asks { automatic: false, steps } }),
        _ => Err(wrong),
    }
}

pub async fn add(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    match added(&state, &who, &typed).await? {
        Ok(_) => Ok(Redirect::to("/rules?done=added").into_response()),
        Err(wrong) => {
            let Typed { title, scope, classification, agency, first, second } = typed;
            page(&state, &who, RuleForm { title, scope, classification, agency, first, second, wrong }, None).await
        }
    }
}

/// Adds a rule where this person may, and gives its code; or what is wrong with what was typed.
pub(crate) async fn added(state: &AppState, who: &SignedIn, typed: &Typed) -> Result<Result<PartStepId, Vec<Violation>>, HttpError> {
    let mine = scopes(state, who).await?;
    if mine.is_empty() {
        return Err(HttpError::Forbidden("Only the data office, curators of sectors and owners of domains may add rules."));
    }
    let scope = mine.iter().find(|(_, value, _)| *value == typed.scope).map(|(scope, ..)| *scope);
    let rule = match read(typed, scope) {
        Ok(rule) => rule,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let mut tx = state.pool.begin().await?;
    let code: PartStepId = state.ids.next(state.now());
    access::add_rule(&mut tx, who.actor.person, &rule, code.0, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Ok(code))
}

#[derive(Deserialize)]
pub struct Nothing {}

async fn change(state: &AppState, who: &SignedIn, code: &str, retire: bool) -> Result<Response, HttpError> {
    changed(state, who, code, retire).await?;
    Ok(Redirect::to(if retire { "/rules?done=retired" } else { "/rules?done=restored" }).into_response())
}

/// Takes a rule that this person manages out of force, or back into it.
pub(crate) async fn changed(state: &AppState, who: &SignedIn, code: &str, retire: bool) -> Result<(), HttpError> {
    let mut tx = state.pool.begin().await?;
    let rules = access::approval_rules(&mut tx).await?;
    let rule = rules.iter().find(|rule| rule.code == code).ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::ManageRule { scope: rule.scope })?;
    access::retire_rule(&mut tx, who.actor.person, code, retire, &who.origin, state.now()).await?;
    Ok(tx.commit().await?)
}

pub async fn retire(
    State(state): State<AppState>,
    Path(code): Path<String>,
    CheckedForm(_, who): CheckedForm<Nothing>,
) -> Result<Response, HttpError> {
    change(&state, &who, &code, true).await
}

pub async fn restore(
    State(state): State<AppState>,
    Path(code): Path<String>,
    CheckedForm(_, who): CheckedForm<Nothing>,
) -> Result<Response, HttpError> {
    change(&state, &who, &code, false).await
}
