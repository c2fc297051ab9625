//! `GET` and `POST /products/{urn}/problems/new`: reporting what is wrong, from the very column.

use crate::clock;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::service_level::visible;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::problem::report_page;
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Violation;
use domain::problem::{ProblemForm, check_problem};
use serde::Deserialize;
use store::catalogue::{self, ProductView};
use store::problem;
use uuid::Uuid;

/// Datasets of a product, and their columns as `dataset.column`.
pub(super) async fn places(state: &AppState, product: &ProductView) -> Result<Vec<String>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let datasets = catalogue::datasets(&mut conn, product.id).await?;
    let columns = catalogue::columns(&mut conn, product.id).await?;
    let mut places = vec![];
    for dataset in datasets {
        places.extend(columns.iter().filter(|column| column.dataset == dataset.id).map(|column| format!("{}.{}", dataset.name, column.name)));
        places.push(dataset.name);
    }
    places.sort();
    Ok(places)
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    place: String,
    about: String,
    words: String,
    key: String,
}

async fn page(
    state: &AppState,
    who: &SignedIn,
    product: ProductView,
    form: ProblemForm,
    key: Uuid,
    wrong: Vec<Violation>,
) -> Result<Response, HttpError> {
    let places = places(state, &product).await?;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = format!("{}Report a problem of {}", if wrong.is_empty() { "" } else { "Error: " }, product.title);
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Products, &title, status, move || report_page(&csrf, &product, &places, &form, &key.to_string(), &wrong)).await
}

pub async fn new(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>, Query(typed): Query<Typed>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let form = ProblemForm { place: typed.place, about: typed.about, words: String::new() };
    page(&state, &who, product, form, Uuid::from_bytes(clock::random()), vec![]).await
}

pub async fn report(
    State(state): State<AppState>,
    Path(urn): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let key = typed.key.parse().unwrap_or_else(|_| Uuid::from_bytes(clock::random()));
    let form = ProblemForm { place: typed.place, about: typed.about, words: typed.words };
    let new = match check_problem(&form, &places(&state, &product).await?) {
        Ok(new) => new,
        Err(wrong) => return page(&state, &who, product, form, key, wrong).await,
    };
    let mut tx = state.pool.begin().await?;
    let id = problem::report(&mut tx, who.actor.person, (product.id, &product.address), &new, key, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/problems/{id}")).into_response())
}
