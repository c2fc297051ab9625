//! `GET /products/{urn}/problems`, `/problems/{id}` and `/problems`: of a product, one, and those that wait for whoever looks after products.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::service_level::visible;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::problem::{AnswerForm, Product, open_problems_page, problem_page, problems_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::authorise;
use domain::id::{PersonId, ProblemId};
use domain::{Action, Violation};
use store::catalogue::ProductView;
use store::problem::{self, ProblemView};

/// Problems on one page.
const LISTED: usize = 200;
/// One more is asked for: it says that there are others.
const ASKED: i64 = 201;
/// Nobody: to ask whether somebody may read what others reported.
const ANOTHER: PersonId = PersonId(uuid::Uuid::nil());

/// What somebody may see of a product's problems.
pub(super) async fn of_product(state: &AppState, who: &SignedIn, product: ProductView) -> Result<Product, HttpError> {
    let place = product.at.place;
    let mut conn = state.pool.acquire().await?;
    let holds = problem::holds(&mut conn, who.actor.person, product.id).await?;
    let all = authorise(&who.actor, Action::ReadProblem { reporter: ANOTHER, holds, place }).is_ok();
    let problems = problem::problems(&mut conn, product.id, who.actor.person, all).await?;
    let incidents = problem::incidents(&mut conn, product.id).await?;
    let mending = problem::mending(&mut conn, product.id, state.now()).await?;
    let answers = authorise(&who.actor, Action::AnswerProblem { place }).is_ok();
    Ok(Product { product, problems, incidents, mending, all, answers })
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    listed(&state, &who, product, vec![]).await
}

pub(super) async fn listed(state: &AppState, who: &SignedIn, product: ProductView, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let title = format!("Problems – {}", product.title);
    let model = of_product(state, who, product).await?;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Products, &title, status, move || problems_page(&csrf, &model, &wrong)).await
}

pub(super) async fn find(state: &AppState, who: &SignedIn, id: &str) -> Result<ProblemView, HttpError> {
    let id: ProblemId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut conn = state.pool.acquire().await?;
    let found = problem::problem(&mut conn, id, who.actor.person, state.now()).await?.ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::ReadProblem { reporter: found.reporter, holds: found.holds, place: found.place })?;
    Ok(found)
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    let found = find(&state, &who, &id).await?;
    page(&state, &who, found, AnswerForm::default(), vec![]).await
}

pub(super) async fn page(
    state: &AppState,
    who: &SignedIn,
    found: ProblemView,
    form: AnswerForm,
    wrong: Vec<Violation>,
) -> Result<Response, HttpError> {
    let answers = authorise(&who.actor, Action::AnswerProblem { place: found.place }).is_ok() && !found.line.state.is_over();
    let incidents = problem::incidents(&mut *state.pool.acquire().await?, found.product).await?;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (csrf, title) = (who.csrf.clone(), format!("A problem of {}", found.line.product_title));
    render::page(state, who, Section::Products, &title, status, move || problem_page(&csrf, &found, &incidents, answers.then_some(&form), &wrong))
        .await
}

pub async fn mine(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let lines = problem::open_problems(&mut *state.pool.acquire().await?, who.actor.person, ASKED, state.now()).await?;
    render::page(&state, &who, Section::Work, "Reported problems", StatusCode::OK, move || open_problems_page(&lines, LISTED)).await
}
