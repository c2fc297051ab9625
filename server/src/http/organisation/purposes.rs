//! `GET` and `POST /admin/purposes`; `GET` and `POST /admin/purposes/{code}`, and the same under `/retire`;
//! `POST /admin/purposes/{code}/restore`.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::organisation::{PurposeDone, purpose_page, purposes_page, retire_page};
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::organisation::{PurposeForm, check_purpose};
use domain::{Action, Violation};
use serde::Deserialize;
use store::organisation::{self, PurposeLine};

#[derive(Deserialize)]
pub struct Asked {
    /// What was done on the page before, and to which.
    #[serde(default)]
    done: String,
    #[serde(default)]
    code: String,
}

fn status(wrong: &[Violation]) -> StatusCode {
    if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ReadAdministration)?;
    let done = match asked.done.as_str() {
        "added" => Some(PurposeDone::Added),
        "changed" => Some(PurposeDone::Changed),
        "retired" => Some(PurposeDone::Retired(asked.code)),
        "restored" => Some(PurposeDone::Restored),
        "rotated" => Some(PurposeDone::Rotated),
        "no-key" => Some(PurposeDone::NoKey),
        _ => None,
    };
    page(&state, &who, done, PurposeForm::default(), vec![]).await
}

/// The page, also with what was typed into the form and what is wrong with it.
async fn page(state: &AppState, who: &SignedIn, done: Option<PurposeDone>, form: PurposeForm, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let purposes = organisation::purpose_lines(&mut *state.pool.acquire().await?, None).await?;
    // Undone is only what is retired still; an address from elsewhere names what it likes.
    let done = done.filter(|done| match done {
        PurposeDone::Retired(code) => purposes.iter().any(|line| line.purpose.code == *code && line.retired_at.is_some()),
        _ => true,
    });
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Administration, "Purposes", status(&wrong), move || {
        purposes_page(&csrf, &purposes, done.as_ref(), &form, &wrong)
    })
    .await
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Typed {
    code: String,
    title: String,
    explanation: String,
    legal_source: String,
    position: String,
}

impl From<Typed> for PurposeForm {
    fn from(typed: Typed) -> Self {
        Self { code: typed.code, title: typed.title, explanation: typed.explanation, legal_source: typed.legal_source, position: typed.position }
    }
}

pub async fn add(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManagePurposes)?;
    let form = PurposeForm::from(typed);
    let wrong = match check_purpose(&form) {
        Ok(purpose) => {
            let mut tx = state.pool.begin().await?;
            if organisation::add_purpose(&mut tx, who.actor.person, &purpose, &who.origin, state.now()).await? {
                tx.commit().await?;
                return Ok(Redirect::to("/admin/purposes?done=added").into_response());
            }
            vec![Violation::new(
                "code",
                "code_known",
                "There is a purpose of this code, retired perhaps. Choose another code, or offer that one again.",
            )]
        }
        Err(wrong) => wrong,
    };
    page(&state, &who, None, form, wrong).await
}

async fn line(state: &AppState, code: &str) -> Result<PurposeLine, HttpError> {
    let code = code.replace('\0', "");
    let mut found = organisation::purpose_lines(&mut *state.pool.acquire().await?, Some(&code)).await?;
    found.pop().ok_or(HttpError::NotFound)
}

pub async fn show(State(state): State<AppState>, Path(code): Path<String>, who: SignedIn) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManagePurposes)?;
    let line = line(&state, &code).await?;
    let form = PurposeForm::from(&line.purpose);
    one(&state, &who, line, form, vec![]).await
}

async fn one(state: &AppState, who: &SignedIn, line: PurposeLine, form: PurposeForm, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Administration, "Change a purpose", status(&wrong), move || purpose_page(&csrf, &line, &form, &wrong)).await
}

pub async fn change(
    State(state): State<AppState>,
    Path(code): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManagePurposes)?;
    let line = line(&state, &code).await?;
    // The code stands in requests: the form cannot change it.
    let form = PurposeForm { code: line.purpose.code.clone(), ..PurposeForm::from(typed) };
    match check_purpose(&form) {
        Ok(purpose) => {
            let mut tx = state.pool.begin().await?;
            if !organisation::change_purpose(&mut tx, who.actor.person, &purpose, &who.origin, state.now()).await? {
                return Err(HttpError::NotFound);
            }
            tx.commit().await?;
            Ok(Redirect::to("/admin/purposes?done=changed").into_response())
        }
        Err(wrong) => one(&state, &who, line, form, wrong).await,
    }
}

pub async fn ask_retirement(State(state): State<AppState>, Path(code): Path<String>, who: SignedIn) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManagePurposes)?;
    let line = line(&state, &code).await?;
    question(&state, &who, line, vec![]).await
}

async fn question(state: &AppState, who: &SignedIn, line: PurposeLine, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Administration, "Retire a purpose", status(&wrong), move || retire_page(&csrf, &line, &wrong)).await
}

#[derive(Deserialize)]
pub struct Known {
    /// Set when it was said that open requests name it.
    #[serde(default)]
    known: String,
}

pub async fn retire(
    State(state): State<AppState>,
    Path(code): Path<String>,
    CheckedForm(typed, who): CheckedForm<Known>,
) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManagePurposes)?;
    let line = line(&state, &code).await?;
    let open = line.used.open_requests;
    if open > 0 && typed.known != "yes" {
        let fault =
            Violation::new("known", "open_requests_not_known", "Requests that wait for a decision name this purpose. Tick that you know of them.");
        return question(&state, &who, line, vec![fault]).await;
    }
    let note = if open > 0 { format!(", named by {open} open request{}", if open == 1 { "" } else { "s" }) } else { String::new() };
    set(&state, &who, &line, true, &note).await?;
    Ok(Redirect::to(&format!("/admin/purposes?done=retired&code={}", line.purpose.code)).into_response())
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn restore(
    State(state): State<AppState>,
    Path(code): Path<String>,
    CheckedForm(_, who): CheckedForm<Nothing>,
) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManagePurposes)?;
    let line = line(&state, &code).await?;
    set(&state, &who, &line, false, "").await?;
    Ok(Redirect::to("/admin/purposes?done=restored").into_response())
}

async fn set(state: &AppState, who: &SignedIn, line: &PurposeLine, retired: bool, note: &str) -> Result<(), HttpError> {
    let mut tx = state.pool.begin().await?;
    organisation::set_purpose_retired(&mut tx, who.actor.person, &line.purpose.code, retired, note, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(())
}
