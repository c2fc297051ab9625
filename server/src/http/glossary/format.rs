//! `GET` and `POST /glossary/{slug}/format`, and `POST /glossary/{slug}/format/end`: how the values of a term are written, kept by the trusted centre
//! of its sector or by the data office.

use super::show::sector;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::glossary::format_page;
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::glossary::{FormatForm, check_format};
use domain::{Action, Violation};
use serde::Deserialize;
use store::glossary::{self, Term};

/// The term in use, when whoever asks keeps it.
pub(super) async fn kept(state: &AppState, who: &SignedIn, slug: &str) -> Result<Term, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let term = glossary::term(&mut conn, &slug.replace('\0', "")).await?.filter(|term| term.retired_at.is_none()).ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::KeepTerm { sector: sector(&term) })?;
    Ok(term)
}

async fn page(
    state: &AppState,
    who: &SignedIn,
    term: Term,
    typed: Option<FormatForm>,
    reason: String,
    wrong: Vec<Violation>,
) -> Result<Response, HttpError> {
    let now = glossary::polyseme(&mut *state.pool.acquire().await?, term.id).await?;
    let form = typed.or_else(|| now.as_ref().map(|polyseme| FormatForm::from(&polyseme.format))).unwrap_or_default();
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = format!("{}How values of {} are written", if wrong.is_empty() { "" } else { "Error: " }, term.name);
    let csrf = who.csrf.clone();
    render::page(state, who, Section::None, &title, status, move || format_page(&csrf, &term, now.as_ref(), &form, &reason, &wrong)).await
}

pub async fn form(State(state): State<AppState>, who: SignedIn, Path(slug): Path<String>) -> Result<Response, HttpError> {
    let term = kept(&state, &who, &slug).await?;
    page(&state, &who, term, None, String::new(), vec![]).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    pattern: String,
    codes: String,
    description: String,
    example: String,
}

pub async fn save(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let term = kept(&state, &who, &slug).await?;
    let clean = |text: String| text.replace('\0', "");
    let form =
        FormatForm { pattern: clean(typed.pattern), codes: clean(typed.codes), description: clean(typed.description), example: clean(typed.example) };
    let format = match check_format(&form) {
        Ok(format) => format,
        Err(wrong) => return page(&state, &who, term, Some(form), String::new(), wrong).await,
    };
    let mut tx = state.pool.begin().await?;
    glossary::set_format(&mut tx, who.actor.person, &term, &format, &who.origin, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(Redirect::to(&format!("/glossary/{}", term.slug)).into_response())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Reason {
    reason: String,
}

pub async fn end(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Reason>,
) -> Result<Response, HttpError> {
    let term = kept(&state, &who, &slug).await?;
    let reason = typed.reason.replace('\0', "").trim().to_owned();
    if !(5..=500).contains(&reason.chars().count()) {
        let wrong = vec![Violation::new("reason", "reason_missing", "Say why in 5 to 500 characters.")];
        return page(&state, &who, term, None, reason, wrong).await;
    }
    let mut tx = state.pool.begin().await?;
    if !glossary::end_format(&mut tx, who.actor.person, &term, &reason, &who.origin, state.now()).await? {
        return Err(HttpError::NotFound);
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/glossary/{}", term.slug)).into_response())
}
