//! `GET` and `POST /admin/holidays`, `POST /admin/holidays/paste` and `POST /admin/holidays/{day}/remove`.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::organisation::{HolidayDone, HolidayForm, holidays_page};
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Datelike, NaiveDate};
use domain::authorisation::authorise;
use domain::organisation::{Holiday, check_holiday, read_holidays};
use domain::{Action, Violation, calendar};
use serde::Deserialize;
use store::organisation;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// The year shown; this one when nothing is said.
    year: String,
    /// How many the page before added, or the day and name that it removed.
    added: String,
    removed: String,
    title: String,
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ReadAdministration)?;
    let removed = check_holiday(&asked.removed, &asked.title).ok().map(HolidayDone::Removed);
    let done = removed.or_else(|| asked.added.parse().ok().map(HolidayDone::Added));
    page(&state, &who, asked.year.parse().ok(), done, HolidayForm::default(), vec![]).await
}

/// The page, also with what was typed into its forms and what is wrong with it.
async fn page(
    state: &AppState,
    who: &SignedIn,
    year: Option<i32>,
    done: Option<HolidayDone>,
    form: HolidayForm,
    wrong: Vec<Violation>,
) -> Result<Response, HttpError> {
    let year = year.filter(|year| (1..=9999).contains(year)).unwrap_or_else(|| calendar::day(state.now()).year());
    let mut conn = state.pool.acquire().await?;
    let years = organisation::holiday_years(&mut conn).await?;
    let holidays = organisation::holidays_of(&mut conn, year).await?;
    drop(conn);
    let csrf = who.csrf.clone();
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    render::page(state, who, Section::Administration, "Public holidays", status, move || {
        holidays_page(&csrf, year, &years, &holidays, done.as_ref(), &form, &wrong)
    })
    .await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    day: String,
    title: String,
    pasted: String,
}

pub async fn add(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageHolidays)?;
    match check_holiday(&typed.day, &typed.title) {
        Ok(holiday) => write(&state, &who, &[holiday]).await,
        Err(wrong) => again(&state, &who, typed, wrong).await,
    }
}

pub async fn paste(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageHolidays)?;
    match read_holidays(&typed.pasted) {
        Ok(holidays) => write(&state, &who, &holidays).await,
        Err(wrong) => again(&state, &who, typed, wrong).await,
    }
}

async fn again(state: &AppState, who: &SignedIn, typed: Typed, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let year = typed.day.trim().parse::<NaiveDate>().ok().map(|day| day.year());
    page(state, who, year, None, HolidayForm { day: typed.day, title: typed.title, pasted: typed.pasted }, wrong).await
}

async fn write(state: &AppState, who: &SignedIn, holidays: &[Holiday]) -> Result<Response, HttpError> {
    let mut tx = state.pool.begin().await?;
    let added = organisation::add_holidays(&mut tx, who.actor.person, holidays, &who.origin, state.now()).await?;
    tx.commit().await?;
    let year = holidays.first().map_or_else(|| calendar::day(state.now()).year(), |holiday| holiday.day.year());
    Ok(Redirect::to(&format!("/admin/holidays?year={year}&added={added}")).into_response())
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn remove(
    State(state): State<AppState>,
    Path(day): Path<String>,
    CheckedForm(_, who): CheckedForm<Nothing>,
) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageHolidays)?;
    let day: NaiveDate = day.parse().map_err(|_| HttpError::NotFound)?;
    let mut tx = state.pool.begin().await?;
    let removed = organisation::remove_holiday(&mut tx, who.actor.person, day, &who.origin, state.now()).await?.ok_or(HttpError::NotFound)?;
    tx.commit().await?;
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("year", &day.year().to_string())
        .append_pair("removed", &day.to_string())
        .append_pair("title", &removed.title)
        .finish();
    Ok(Redirect::to(&format!("/admin/holidays?{query}")).into_response())
}
