//! `GET /products/{urn}/usage` with its two questions, and `GET /usage`: products that nobody reads or likes, for whoever looks after them.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::service_level::visible;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::problem::{Usage, neglected_page, usage_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{Violation, Violations};
use serde::Deserialize;
use store::catalogue::ProductView;
use store::{cost, problem};

const LISTED: usize = 200;
/// One more is asked for: it says that there are others.
const ASKED: i64 = 201;
/// Months of costs that are shown.
const COST_MONTHS: i64 = 12;

pub(super) async fn read(state: &AppState, who: &SignedIn, product: &ProductView) -> Result<Usage, HttpError> {
    let mut conn = state.pool.acquire().await?;
    Ok(Usage {
        months: problem::use_by_month(&mut conn, product.id, state.now()).await?,
        columns: problem::columns_used(&mut conn, product.id, state.now()).await?,
        costs: cost::months(&mut conn, product.id, COST_MONTHS).await?,
        satisfaction: problem::satisfaction(&mut conn, product.id).await?,
        mine: problem::my_word(&mut conn, product.id, who.actor.person).await?.map(|(_, said)| said),
    })
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    page(&state, &who, product, vec![]).await
}

async fn page(state: &AppState, who: &SignedIn, product: ProductView, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let usage = read(state, who, &product).await?;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (csrf, title) = (who.csrf.clone(), format!("Usage – {}", product.title));
    render::page(state, who, Section::Products, &title, status, move || usage_page(&csrf, &product, &usage, &wrong)).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    useful: String,
    trusted: String,
}

pub async fn say(State(state): State<AppState>, Path(urn): Path<String>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    match answered(&state, &who, &product, (typed.useful.parse().ok(), typed.trusted.parse().ok())).await? {
        Ok(()) => Ok(Redirect::to(&format!("/products/{}/usage", product.address)).into_response()),
        Err(wrong) => page(&state, &who, product, wrong).await,
    }
}

/// Answers the two questions for somebody who has read the data; or what is wrong with the answer.
pub(super) async fn answered(
    state: &AppState,
    who: &SignedIn,
    product: &ProductView,
    (useful, trusted): (Option<i16>, Option<i16>),
) -> Result<Result<(), Violations>, HttpError> {
    let grade = |given: Option<i16>| given.filter(|grade| (1..=5).contains(grade));
    let (useful, trusted) = (grade(useful), grade(trusted));
    let mut wrong = vec![];
    if useful.is_none() {
        wrong.push(Violation::new("useful", "useful_missing", "Choose from 1 to 5 how useful it was."));
    }
    if trusted.is_none() {
        wrong.push(Violation::new("trusted", "trusted_missing", "Choose from 1 to 5 how far you trust it."));
    }
    let (Some(useful), Some(trusted)) = (useful, trusted) else { return Ok(Err(wrong)) };
    let mut tx = state.pool.begin().await?;
    problem::say(&mut tx, who.actor.person, (product.id, &product.address), (useful, trusted), &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

pub async fn neglected(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let lines = problem::neglected(&mut *state.pool.acquire().await?, who.actor.person, ASKED, state.now()).await?;
    render::page(&state, &who, Section::Work, "Products that nobody reads", StatusCode::OK, move || neglected_page(&lines, LISTED)).await
}
