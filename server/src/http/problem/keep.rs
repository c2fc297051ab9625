//! For programs: problems that wait for an answer, answering one, opening and mending an incident, the two questions after use, and what nobody reads.
//! The same checks as on the pages.

use super::answer::{Typed, answered};
use super::api::{incident, said};
use super::show::find;
use super::{incident as incidents, usage};
use crate::http::api::paging::paged;
use crate::http::api::{Called, Page, one_more};
use crate::http::error::HttpError;
use crate::http::service_level::visible;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::Action;
use domain::authorisation::authorise;
use domain::id::{IncidentId, ProblemId, ProductId};
use serde::Deserialize;
use serde_json::{Value, json};
use store::problem::{self, AnswerLine, Neglected, ProblemLine, ProblemView};

fn fresh(body: Value) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// A problem of a list that has several products.
fn of_product(line: &ProblemLine) -> Value {
    let mut body = said(line);
    body["product"] = line.product_address.as_str().into();
    body["title"] = line.product_title.as_str().into();
    body
}

fn whole(view: &ProblemView) -> Value {
    let answer = |one: &AnswerLine| json!({ "author": one.author, "at": one.at, "to": one.to, "text": one.text });
    let mut body = of_product(&view.line);
    body["reported_by"] = view.reporter_name.as_str().into();
    body["incident"] = view.incident.as_ref().map(|(id, title)| json!({ "id": id, "title": title })).into();
    body["answers"] = view.answers.iter().map(answer).collect();
    body
}

/// Open problems of products that one looks after, the oldest first.
pub async fn waiting(State(state): State<AppState>, who: SignedIn, Query(page): Query<Page>) -> Result<Response, HttpError> {
    let after: Option<ProblemId> = page.after()?;
    let mut conn = state.pool.acquire().await?;
    let lines = problem::open_problems_after(&mut conn, who.actor.person, after, one_more(), state.now()).await?;
    Ok(fresh(paged("problems", "/api/v1/problems", &[], lines, |line| line.id.to_string(), of_product)))
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    Ok(fresh(whole(&find(&state, &who, &id).await?)))
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Answer {
    /// What becomes of it: accepted, mended, declined.
    to: String,
    text: String,
    /// An open incident of the product that it is part of.
    incident: Option<String>,
}

pub async fn answer(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<Answer>) -> Result<Response, HttpError> {
    let found = find(&state, &who, &id).await?;
    let typed = Typed { to: sent.to, text: sent.text, incident: sent.incident.unwrap_or_default() };
    answered(&state, &who, &found, &typed).await?.map_err(HttpError::Invalid)?;
    Ok(fresh(whole(&find(&state, &who, &id).await?)))
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Opening {
    title: String,
}

/// An incident of a product as it stands.
async fn one(state: &AppState, product: ProductId, id: IncidentId) -> Result<Value, HttpError> {
    let all = problem::incidents(&mut *state.pool.acquire().await?, product).await?;
    all.iter().find(|one| one.id == id).map(incident).ok_or(HttpError::NotFound)
}

/// While an incident in the same words is open, it is that one: a program that sends twice tells nobody twice.
pub async fn open(State(state): State<AppState>, Path(urn): Path<String>, Called(sent, who): Called<Opening>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    authorise(&who.actor, Action::AnswerProblem { place: product.at.place })?;
    let known = problem::incidents(&mut *state.pool.acquire().await?, product.id).await?;
    if let Some(same) = known.iter().find(|one| one.mended_at.is_none() && one.title == sent.title.trim()) {
        return Ok(fresh(incident(same)));
    }
    let id = incidents::opened(&state, &who, &product, &sent.title).await?.map_err(HttpError::Invalid)?;
    Ok((StatusCode::CREATED, fresh(one(&state, product.id, id).await?)).into_response())
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Mending {
    cause: String,
}

pub async fn mend(
    State(state): State<AppState>,
    Path((urn, id)): Path<(String, String)>,
    Called(sent, who): Called<Mending>,
) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let id = incidents::mended(&state, &who, &product, &id, &sent.cause).await?.map_err(HttpError::Invalid)?;
    // Among those that are over it may be behind what is listed.
    let said = one(&state, product.id, id).await.unwrap_or_else(|_| json!({ "id": id }));
    Ok(fresh(said))
}

/// Each from 1 to 5.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Said {
    useful: Option<i16>,
    trusted: Option<i16>,
}

pub async fn say(State(state): State<AppState>, Path(urn): Path<String>, Called(sent, who): Called<Said>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    usage::answered(&state, &who, &product, (sent.useful, sent.trusted)).await?.map_err(HttpError::Invalid)?;
    Ok(fresh(json!({ "product": product.address, "useful": sent.useful, "trusted": sent.trusted })))
}

/// Products that one looks after and that nobody has read for half a year, or whose readers do not like them.
pub async fn neglected(State(state): State<AppState>, who: SignedIn, Query(page): Query<Page>) -> Result<Response, HttpError> {
    let after = Some(page.after.as_str()).filter(|address| !address.is_empty());
    let mut conn = state.pool.acquire().await?;
    let lines = problem::neglected_after(&mut conn, who.actor.person, after, one_more(), state.now()).await?;
    let line = |one: &Neglected| {
        let said = one.satisfaction;
        json!({ "product": one.address, "title": one.title, "last_read": one.last_read,
                "satisfaction": { "answers": said.answers, "useful": said.useful, "trusted": said.trusted } })
    };
    Ok(fresh(paged("products", "/api/v1/usage", &[], lines, |line| line.address.clone(), line)))
}
