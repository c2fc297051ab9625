//! `GET /quality`, `/quality/{slug}` and its printable report: what trusted centres expect, and who falls short; `POST` sets it.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::quality::{Sector, report_page, sector_page, sectors_page};
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, NaiveDate, Utc};
use domain::authorisation::authorise;
use domain::id::{BenchmarkId, SectorId};
use domain::quality::{BenchmarkForm, check_benchmark, falls_short};
use domain::{Action, Violation, Violations, calendar};
use serde::Deserialize;
use store::{quality, service_level};

/// Broken promises in a report.
const LISTED: i64 = 501;

/// Every sector as it stands.
pub(super) async fn all(state: &AppState, who: &SignedIn) -> Result<Vec<Sector>, HttpError> {
    let sectors = quality::sectors(&mut *state.pool.acquire().await?).await?;
    let mut lines = vec![];
    for (id, slug, title) in sectors {
        lines.push(read(state, who, (id, slug, title), state.now()).await?);
    }
    Ok(lines)
}

pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let lines = all(&state, &who).await?;
    render::page(&state, &who, Section::Products, "Quality of sectors", StatusCode::OK, move || sectors_page(&lines)).await
}

/// A sector as it stood at a moment.
async fn read(state: &AppState, who: &SignedIn, (id, slug, title): (SectorId, String, String), until: DateTime<Utc>) -> Result<Sector, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let now = state.now();
    let benchmarks = quality::benchmarks(&mut conn, id, until).await?;
    let products = quality::sector_quality(&mut conn, id, who.actor.person, until, now).await?;
    let short = products
        .iter()
        .map(|product| benchmarks.iter().map(|line| falls_short(&line.benchmark, product.at(&line.benchmark), until)).collect::<Vec<_>>())
        .collect();
    let broken = service_level::breaches(&mut conn, who.actor.person, Some(&slug), LISTED, now).await?;
    Ok(Sector { id, slug, title, benchmarks, products, short, broken })
}

async fn find(state: &AppState, who: &SignedIn, slug: &str, until: DateTime<Utc>) -> Result<Sector, HttpError> {
    let found = quality::sector(&mut *state.pool.acquire().await?, slug).await?.ok_or(HttpError::NotFound)?;
    read(state, who, (found.0, slug.to_owned(), found.1), until).await
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(slug): Path<String>) -> Result<Response, HttpError> {
    page(&state, &who, &slug, BenchmarkForm { within_days: "7".into(), ..BenchmarkForm::default() }, vec![]).await
}

async fn page(state: &AppState, who: &SignedIn, slug: &str, form: BenchmarkForm, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let sector = find(state, who, slug, state.now()).await?;
    let sets = authorise(&who.actor, Action::SetBenchmark { sector: sector.id }).is_ok();
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (csrf, title) = (who.csrf.clone(), format!("Quality – {} sector", sector.title));
    render::page(state, who, Section::Products, &title, status, move || sector_page(&csrf, &sector, sets.then_some(&form), &wrong)).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    layer: String,
    at_least: String,
    within_days: String,
    reason: String,
}

pub async fn set(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let Typed { layer, at_least, within_days, reason } = typed;
    let form = BenchmarkForm { layer, at_least, within_days, reason };
    match kept(&state, &who, &slug, &form).await? {
        Ok(()) => Ok(Redirect::to(&format!("/quality/{slug}")).into_response()),
        Err(wrong) => page(&state, &who, &slug, form, wrong).await,
    }
}

/// Sets what is expected of a layer, for who may; or what is wrong with it.
pub(super) async fn kept(state: &AppState, who: &SignedIn, slug: &str, form: &BenchmarkForm) -> Result<Result<(), Violations>, HttpError> {
    let (sector, _) = quality::sector(&mut *state.pool.acquire().await?, slug).await?.ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::SetBenchmark { sector })?;
    let new = match check_benchmark(form) {
        Ok(new) => new,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let mut tx = state.pool.begin().await?;
    quality::set_benchmark(&mut tx, who.actor.person, sector, &new, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Ended {
    benchmark: String,
}

pub async fn end(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Ended>,
) -> Result<Response, HttpError> {
    ended(&state, &who, &slug, &typed.benchmark).await?;
    Ok(Redirect::to(&format!("/quality/{slug}")).into_response())
}

/// Ends what is expected, for who may.
pub(super) async fn ended(state: &AppState, who: &SignedIn, slug: &str, id: &str) -> Result<(), HttpError> {
    let (sector, _) = quality::sector(&mut *state.pool.acquire().await?, slug).await?.ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::SetBenchmark { sector })?;
    let id: BenchmarkId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut tx = state.pool.begin().await?;
    quality::end_benchmark(&mut tx, who.actor.person, sector, id, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Until {
    until: String,
}

/// A sector as it stood at the end of a day; today, as it stands, when none that was is named.
pub(super) async fn at_the_end_of(state: &AppState, who: &SignedIn, slug: &str, day: &str) -> Result<(NaiveDate, Sector), HttpError> {
    let today = calendar::day(state.now());
    let day = day.trim().parse::<NaiveDate>().ok().filter(|day| *day <= today).unwrap_or(today);
    let until = calendar::end_of(day).min(state.now());
    Ok((day, find(state, who, slug, until).await?))
}

/// The periodic audit: as the sector stood at the end of a day, today when none is named. It prints clean.
pub async fn report(
    State(state): State<AppState>,
    who: SignedIn,
    Path(slug): Path<String>,
    Query(chosen): Query<Until>,
) -> Result<Response, HttpError> {
    let (day, sector) = at_the_end_of(&state, &who, &slug, &chosen.until).await?;
    let title = format!("Quality audit – {} sector", sector.title);
    render::page(&state, &who, Section::Products, &title, StatusCode::OK, move || report_page(&sector, day)).await
}
