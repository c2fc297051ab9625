//! `GET` and `POST /products/{urn}/service-levels/new`, `…/{id}/change` and `…/{id}/end`: what its team promises of a product.

use super::show::find;
use super::visible;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::standards::evaluate;
use crate::state::AppState;
use app::features::service_level::declare_page;
use app::features::standard::advice_on_levels;
use app::shell::Section;
use app::ui::Remarks;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::ServiceLevelId;
use domain::service_level::{Comparison, LevelForm, check_level, time_of_day};
use domain::{Action, Violation, Violations};
use serde::Deserialize;
use store::catalogue::{self, ProductView};
use store::service_level::{self, LevelView};
use store::standard;

/// Names of datasets, and of columns as `dataset.column`.
pub(crate) async fn names(state: &AppState, product: &ProductView) -> Result<(Vec<String>, Vec<String>), HttpError> {
    let mut conn = state.pool.acquire().await?;
    let datasets = catalogue::datasets(&mut conn, product.id).await?;
    let columns = catalogue::columns(&mut conn, product.id).await?;
    let of = |dataset| datasets.iter().find(|one| one.id == dataset).map(|one| one.name.as_str());
    let columns = columns.iter().filter_map(|column| of(column.dataset).map(|dataset| format!("{dataset}.{}", column.name))).collect();
    Ok((datasets.into_iter().map(|dataset| dataset.name).collect(), columns))
}

async fn page(state: &AppState, who: &SignedIn, product: ProductView, form: LevelForm, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let (datasets, columns) = names(state, &product).await?;
    let standards = standard::findings_of(&mut *state.pool.acquire().await?, product.id).await?;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let csrf = who.csrf.clone();
    let title = format!("{}Declare a service level of {}", if wrong.is_empty() { "" } else { "Error: " }, product.title);
    render::page(state, who, Section::Products, &title, status, move || {
        let advice = advice_on_levels(&standards);
        declare_page(&csrf, &product, &datasets, &columns, &form, Remarks { wrong: &wrong, advice: &advice })
    })
    .await
}

pub async fn new(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    authorise(&who.actor, Action::Promise { place: product.at.place })?;
    let form = LevelForm { target: "99".into(), window_days: "30".into(), every_minutes: "1440".into(), ..LevelForm::default() };
    page(&state, &who, product, form, vec![]).await
}

/// The form filled in with an objective; sent in the same words, it is measured so from then on.
pub async fn change(State(state): State<AppState>, who: SignedIn, Path((urn, id)): Path<(String, String)>) -> Result<Response, HttpError> {
    let (product, level) = find(&state, &who, &urn, &id).await?;
    authorise(&who.actor, Action::Promise { place: product.at.place })?;
    let about = match (&level.dataset, &level.column) {
        (Some(dataset), Some(column)) => format!("{dataset}.{column}"),
        (Some(dataset), None) => dataset.clone(),
        (None, _) => String::new(),
    };
    let form = LevelForm {
        dimension: level.dimension.to_lowercase(),
        objective: level.objective,
        measure: level.measure.as_str().to_owned(),
        about,
        low: level.range.map(|(low, _)| low.to_string()).unwrap_or_default(),
        high: level.range.map(|(_, high)| high.to_string()).unwrap_or_default(),
        comparison: level.bound.map_or(Comparison::AtLeast, |(comparison, _)| comparison).as_str().to_owned(),
        bound: level.bound.map(|(_, bound)| bound.to_string()).unwrap_or_default(),
        target: level.budget.target.to_string(),
        window_days: level.budget.window_days.to_string(),
        every_minutes: level.budget.every_minutes.to_string(),
        at: level.probe_minute.map(time_of_day).unwrap_or_default(),
    };
    page(&state, &who, product, form, vec![]).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    dimension: String,
    objective: String,
    measure: String,
    about: String,
    low: String,
    high: String,
    comparison: String,
    bound: String,
    target: String,
    window_days: String,
    every_minutes: String,
    at: String,
}

pub async fn declare(
    State(state): State<AppState>,
    Path(urn): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let Typed { dimension, objective, measure, about, low, high, comparison, bound, target, window_days, every_minutes, at } = typed;
    let form = LevelForm { dimension, objective, measure, about, low, high, comparison, bound, target, window_days, every_minutes, at };
    match declared(&state, &who, &product, &form).await? {
        Ok(id) => Ok(Redirect::to(&format!("/products/{}/service-levels/{id}", product.address)).into_response()),
        Err(wrong) => page(&state, &who, product, form, wrong).await,
    }
}

/// Declares a promise, or changes the one that has the same words, for who may; or what is wrong with it.
pub(super) async fn declared(
    state: &AppState,
    who: &SignedIn,
    product: &ProductView,
    form: &LevelForm,
) -> Result<Result<ServiceLevelId, Violations>, HttpError> {
    authorise(&who.actor, Action::Promise { place: product.at.place })?;
    let (datasets, columns) = names(state, product).await?;
    let new = match check_level(form, &datasets, &columns) {
        Ok(new) => new,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let mut tx = state.pool.begin().await?;
    let id = service_level::declare(&mut tx, who.actor.person, product.id, &new, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    evaluate::just_saved(state, product.id).await;
    Ok(Ok(id))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Reason {
    reason: String,
}

pub async fn end(
    State(state): State<AppState>,
    Path((urn, id)): Path<(String, String)>,
    CheckedForm(typed, who): CheckedForm<Reason>,
) -> Result<Response, HttpError> {
    let (product, level) = find(&state, &who, &urn, &id).await?;
    ended(&state, &who, &product, &level, &typed.reason).await?;
    Ok(Redirect::to(&format!("/products/{}/service-levels", product.address)).into_response())
}

/// Ends a promise for who may, with why.
pub(super) async fn ended(state: &AppState, who: &SignedIn, product: &ProductView, level: &LevelView, reason: &str) -> Result<(), HttpError> {
    authorise(&who.actor, Action::Promise { place: product.at.place })?;
    let reason = reason.trim();
    if !(5..=500).contains(&reason.chars().count()) || reason.contains('\0') {
        return Err(HttpError::Invalid(vec![Violation::new("reason", "reason_missing", "Say why in 5 to 500 characters. Go back and write it.")]));
    }
    let mut tx = state.pool.begin().await?;
    service_level::end(&mut tx, who.actor.person, product.id, level.id, reason, &who.origin, state.now()).await?;
    tx.commit().await?;
    evaluate::just_saved(state, product.id).await;
    Ok(())
}
