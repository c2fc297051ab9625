//! `GET /delegations`, `POST /delegations` and `POST /delegations/{id}/end`: who decides while somebody is away.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access::delegation::{DelegationForm, delegations_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::id::DelegationId;
use domain::{Violation, calendar};
use serde::Deserialize;
use store::{StoreError, access, organisation};

/// Days that one delegation may last.
const LONGEST: u64 = 90;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub email: String,
    pub since: String,
    pub until: String,
}

pub async fn show(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    page(&state, &who, DelegationForm::default()).await
}

async fn page(state: &AppState, who: &SignedIn, form: DelegationForm) -> Result<Response, HttpError> {
    let delegations = access::delegations(&mut *state.pool.acquire().await?, who.actor.person, state.now()).await?;
    let status = if form.wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Work, "While you are away", status, move || delegations_page(&csrf, &delegations, &form)).await
}

/// From the first moment of the first day to the end of the last, in Singapore; a first day that is today begins now.
fn period(typed: &Typed, now: DateTime<Utc>) -> Result<(DateTime<Utc>, DateTime<Utc>), Vec<Violation>> {
    let today = calendar::day(now);
    let read = |field: &'static str, typed: &str| {
        typed.trim().parse::<NaiveDate>().map_err(|_| Violation::new(field, "not_a_date", "Enter a date such as 2027-05-31."))
    };
    let (since, until) = match (read("since", &typed.since), read("until", &typed.until)) {
        (Ok(since), Ok(until)) => (since, until),
        (since, until) => return Err(since.err().into_iter().chain(until.err()).collect()),
    };
    if since < today {
        Err(vec![Violation::new("since", "since_past", "Enter today or a later day.")])
    } else if until < since {
        Err(vec![Violation::new("until", "until_before_since", "The last day cannot be before the first.")])
    } else if until.signed_duration_since(since).num_days().unsigned_abs() >= LONGEST {
        Err(vec![Violation::new("until", "too_long", format!("At most {LONGEST} days."))])
    } else {
        let begin = since.checked_sub_days(Days::new(1)).map_or(now, calendar::end_of);
        Ok((begin.max(now), calendar::end_of(until)))
    }
}

pub async fn make(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    match made(&state, &who, &typed).await? {
        Ok(()) => Ok(Redirect::to("/delegations").into_response()),
        Err(wrong) => page(&state, &who, DelegationForm { email: typed.email, since: typed.since, until: typed.until, wrong }).await,
    }
}

/// Names a deputy; or gives what is wrong with what was typed.
pub(crate) async fn made(state: &AppState, who: &SignedIn, typed: &Typed) -> Result<Result<(), Vec<Violation>>, HttpError> {
    let mut tx = state.pool.begin().await?;
    let deputy = organisation::by_email(&mut tx, typed.email.trim()).await?.filter(|deputy| *deputy != who.actor.person);
    let unknown = || Violation::new("email", "person_unknown", "Enter the e-mail address of a colleague who has signed in to Pasar before.");
    let wrong = match (period(typed, state.now()), deputy) {
        (Ok((since, until)), Some(deputy)) => {
            match access::delegate(&mut tx, who.actor.person, deputy, since, until, &who.origin, &state.ids, state.now()).await {
                Ok(_) => {
                    tx.commit().await?;
                    return Ok(Ok(()));
                }
                Err(StoreError::Conflict(message)) => vec![Violation::new("since", "overlapping", message)],
                Err(error) => return Err(error.into()),
            }
        }
        (period, deputy) => deputy.is_none().then(unknown).into_iter().chain(period.err().unwrap_or_default()).collect(),
    };
    Ok(Err(wrong))
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn end(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(_, who): CheckedForm<Nothing>) -> Result<Response, HttpError> {
    ended(&state, &who, &id).await?;
    Ok(Redirect::to("/delegations").into_response())
}

/// Ends a delegation of the reader's own.
pub(crate) async fn ended(state: &AppState, who: &SignedIn, id: &str) -> Result<(), HttpError> {
    let id: DelegationId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut tx = state.pool.begin().await?;
    if !access::end_delegation(&mut tx, who.actor.person, id, &who.origin, state.now()).await? {
        return Err(HttpError::NotFound);
    }
    Ok(tx.commit().await?)
}
