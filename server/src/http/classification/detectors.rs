//! `GET` and `POST /detectors`, `POST /detectors/{id}/retire`: what domains add to the detectors of personal data.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::classification::detectors::detectors_page;
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use detect::{Detectors, Rule};
use domain::authorisation::authorise;
use domain::classification::{DetectorForm, check_detector};
use domain::id::DetectorId;
use domain::organisation::Scope;
use domain::{Action, Violation, Violations};
use serde::Deserialize;
use store::classification::{self, NewDetector};
use store::organisation;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    done: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    name: String,
    domain: String,
    category: String,
    name_patterns: String,
    value_pattern: String,
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    let done = match asked.done.as_str() {
        "added" => Some("The detector was added. Columns are looked at again."),
        "retired" => Some("The detector was retired. What it proposed alone is withdrawn."),
        _ => None,
    };
    page(&state, &who, DetectorForm::default(), done, vec![]).await
}

/// Where this person may add detectors, as (scope, value, label).
async fn places(state: &AppState, who: &SignedIn) -> Result<Vec<(Scope, String, String)>, HttpError> {
    let mut all = vec![(Scope::Whole, "whole".to_owned(), "Every domain".to_owned())];
    for domain in organisation::domains(&mut *state.pool.acquire().await?).await? {
        all.push((Scope::Domain(domain.id), domain.id.to_string(), domain.title));
    }
    all.retain(|(scope, ..)| authorise(&who.actor, Action::ManageDetector { scope: *scope }).is_ok());
    Ok(all)
}

async fn page(state: &AppState, who: &SignedIn, form: DetectorForm, done: Option<&'static str>, wrong: Violations) -> Result<Response, HttpError> {
    let lines = classification::detectors(&mut *state.pool.acquire().await?).await?;
    let mine = |scope| authorise(&who.actor, Action::ManageDetector { scope }).is_ok();
    let lines: Vec<_> = lines.into_iter().map(|line| (line.clone(), mine(line.scope))).collect();
    let places: Vec<(String, String)> = places(state, who).await?.into_iter().map(|(_, value, label)| (value, label)).collect();
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let csrf = who.csrf.clone();
    render::page(state, who, Section::None, "Detectors of domains", status, move || detectors_page(&csrf, &lines, &places, &form, done, &wrong)).await
}

pub async fn add(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let places = places(&state, &who).await?;
    if places.is_empty() {
        return Err(HttpError::Forbidden("Only the data office and owners and stewards of domains may add detectors."));
    }
    let Typed { name, domain, category, name_patterns, value_pattern } = typed;
    let form = DetectorForm { name, domain, category, name_patterns, value_pattern };
    let scope = places.iter().find(|(_, value, _)| *value == form.domain).map(|(scope, ..)| *scope);
    let mut wrong = if scope.is_none() { vec![Violation::new("domain", "place_missing", "Choose where it looks.")] } else { vec![] };
    match (check_detector(&form), scope) {
        (Ok((name, category, name_patterns, value_pattern)), Some(scope)) => {
            let rule =
                Rule { name: name.clone(), domain: None, category, name_patterns: name_patterns.clone(), value_pattern: value_pattern.clone() };
            let domain = if let Scope::Domain(id) = scope { Some(id) } else { None };
            if let Err(fault) = Detectors::with([rule]) {
                wrong.push(Violation::new("name_patterns", "pattern_unreadable", fault.to_string()));
            } else {
                let id: DetectorId = state.ids.next(state.now());
                let new = NewDetector { id, name, domain, category, name_patterns, value_pattern };
                let mut tx = state.pool.begin().await?;
                if classification::add_detector(&mut tx, who.actor.person, &new, &who.origin, state.now()).await? {
                    tx.commit().await?;
                    return Ok(Redirect::to("/detectors?done=added").into_response());
                }
                wrong.push(Violation::new("name", "name_known", "There is a detector of this name already."));
            }
        }
        (Err(more), _) => wrong.extend(more),
        (Ok(_), None) => {}
    }
    page(&state, &who, form, None, wrong).await
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn retire(
    State(state): State<AppState>,
    Path(id): Path<DetectorId>,
    CheckedForm(_, who): CheckedForm<Nothing>,
) -> Result<Response, HttpError> {
    let mut tx = state.pool.begin().await?;
    let lines = classification::detectors(&mut tx).await?;
    let line = lines.iter().find(|line| line.id == id).ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::ManageDetector { scope: line.scope })?;
    classification::retire_detector(&mut tx, who.actor.person, id, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to("/detectors?done=retired").into_response())
}
