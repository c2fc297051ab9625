//! `POST /standards/{slug}/check-ins` plans a check-in of the working group; `…/check-ins/{id}` writes down what it decided.

use super::edit::newest;
use super::show::{page, readable};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::standard::Acts;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::StandardCheckInId;
use domain::standard::{CheckInForm, check_agenda, check_minutes};
use domain::{Action, Violations, calendar};
use serde::Deserialize;
use store::standard::{self, Version};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    held_on: String,
    agenda: String,
    attendance: String,
    decisions: String,
}

impl From<Typed> for CheckInForm {
    fn from(typed: Typed) -> Self {
        let Typed { held_on, agenda, attendance, decisions } = typed;
        Self { held_on, agenda, attendance, decisions, of: None }
    }
}

/// The newest version, for whoever keeps the standard.
pub(super) async fn kept(state: &AppState, who: &SignedIn, slug: &str) -> Result<Version, HttpError> {
    let version = newest(state, who, slug).await?;
    authorise(&who.actor, Action::KeepStandard { scope: version.place })?;
    Ok(version)
}

pub async fn plan(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let version = kept(&state, &who, &slug).await?;
    let form = CheckInForm::from(typed);
    match planned(&state, &who, &version, &form).await? {
        Ok(done) => Ok(back(&version, if done { "planned" } else { "already" })),
        Err(wrong) => again(&state, &who, &slug, version, form, wrong).await,
    }
}

/// Plans a check-in; false when the same one is there already. Whether this person keeps the standard was asked before.
pub(super) async fn planned(state: &AppState, who: &SignedIn, version: &Version, form: &CheckInForm) -> Result<Result<bool, Violations>, HttpError> {
    let agenda = match check_agenda(form, calendar::day(state.now())) {
        Ok(agenda) => agenda,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let mut tx = state.pool.begin().await?;
    let done = standard::plan_check_in(&mut tx, who.actor.person, version.id, &agenda, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    Ok(Ok(done))
}

pub async fn note(
    State(state): State<AppState>,
    Path((slug, id)): Path<(String, String)>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let version = kept(&state, &who, &slug).await?;
    let id: StandardCheckInId = id.parse().map_err(|_| HttpError::NotFound)?;
    let form = CheckInForm { of: Some(id), ..CheckInForm::from(typed) };
    match noted(&state, &who, &version, id, &form).await? {
        Ok(done) => Ok(back(&version, if done { "noted" } else { "already" })),
        Err(wrong) => again(&state, &who, &slug, version, form, wrong).await,
    }
}

/// Writes down what was decided, once; false when it was written down before, or there is no such check-in.
pub(super) async fn noted(
    state: &AppState,
    who: &SignedIn,
    version: &Version,
    id: StandardCheckInId,
    form: &CheckInForm,
) -> Result<Result<bool, Violations>, HttpError> {
    let minutes = match check_minutes(form) {
        Ok(minutes) => minutes,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let mut tx = state.pool.begin().await?;
    let done = standard::note_check_in(&mut tx, who.actor.person, version.id, id, &minutes, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Ok(done))
}

async fn again(state: &AppState, who: &SignedIn, slug: &str, version: Version, form: CheckInForm, wrong: Violations) -> Result<Response, HttpError> {
    let all = readable(&mut *state.pool.acquire().await?, who, slug).await?;
    page(state, who, version, all, Acts { check_in: form, ..Acts::default() }, wrong, None).await
}

fn back(version: &Version, word: &str) -> Response {
    Redirect::to(&format!("/standards/{}/{}?done={word}#check-ins", version.standard.id, version.standard.version)).into_response()
}
