//! `GET` and `POST /admin/retention`.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::organisation::{RetentionForm, retention_page};
use app::shell::Section;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::retention::{Kept, check_days};
use domain::{Action, Violation, calendar};
use serde::Deserialize;
use store::retention;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// What is to be changed.
    what: String,
    done: String,
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageRetention)?;
    page(&state, &who, asked.what.parse().ok(), None, !asked.done.is_empty(), vec![]).await
}

async fn page(
    state: &AppState,
    who: &SignedIn,
    what: Option<Kept>,
    typed: Option<String>,
    done: bool,
    wrong: Vec<Violation>,
) -> Result<Response, HttpError> {
    let periods = retention::periods(&mut *state.pool.acquire().await?).await?;
    let form = periods
        .iter()
        .find(|period| Some(period.what) == what)
        .map(|period| RetentionForm { period: *period, days: typed.unwrap_or_else(|| period.days.to_string()) });
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (csrf, today) = (who.csrf.clone(), calendar::day(state.now()));
    let shown = move || retention_page(&csrf, &periods, today, done, form.as_ref(), &wrong);
    render::page(state, who, Section::Administration, "Retention", status, shown).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    what: String,
    days: String,
    version: i32,
}

pub async fn change(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageRetention)?;
    let what: Kept = typed.what.parse().map_err(|_| HttpError::NotFound)?;
    let wrong = match check_days(&typed.days) {
        Ok(days) => {
            let mut tx = state.pool.begin().await?;
            let at = (&who.origin, state.now());
            if retention::change_period(&mut tx, who.actor.person, what, days, typed.version, at).await? {
                tx.commit().await?;
                return Ok(Redirect::to("/admin/retention?done=1").into_response());
            }
            let message = "Somebody changed this since you opened it. Look at what it is now, then save again if you still want to.";
            vec![Violation::new("days", "changed_meanwhile", message)]
        }
        Err(wrong) => wrong,
    };
    page(&state, &who, Some(what), Some(typed.days), false, wrong).await
}
