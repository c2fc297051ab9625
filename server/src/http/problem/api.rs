//! `/api/v1/products/{urn}/problems` and `/usage`: the same for programs.

use super::report::places;
use super::show::of_product;
use super::usage;
use crate::http::api::called::{Called, idempotency_key};
use crate::http::error::HttpError;
use crate::http::service_level::visible;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use domain::problem::{ProblemForm, check_problem};
use serde::Deserialize;
use serde_json::{Value, json};
use store::problem::{self, COLUMNS, INCIDENTS, IncidentLine, PROBLEMS, ProblemLine};

pub(super) fn said(line: &ProblemLine) -> Value {
    json!({ "id": line.id, "dataset": line.dataset, "column": line.column, "about": line.about, "words": line.words, "state": line.state,
            "reported_at": line.reported_at, "ended_at": line.ended_at, "mine": line.mine })
}

pub(super) fn incident(one: &IncidentLine) -> Value {
    json!({ "id": one.id, "title": one.title, "opened_at": one.opened_at, "mended_at": one.mended_at, "cause": one.cause, "problems": one.problems })
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let model = of_product(&state, &who, product).await?;
    let (most, incidents_most) = (usize::try_from(PROBLEMS).unwrap_or_default(), usize::try_from(INCIDENTS).unwrap_or_default());
    let hours = |time: Option<TimeDelta>| time.map(|time| time.num_hours());
    let incidents: Vec<Value> = model.incidents.iter().take(incidents_most).map(incident).collect();
    let body = json!({
        "product": model.product.address, "problems": model.problems.iter().take(most).map(said).collect::<Vec<_>>(), "others_left_out": !model.all,
        "problems_truncated": model.problems.len() > most, "incidents_truncated": model.incidents.len() > incidents_most,
        "incidents": incidents, "open": model.mending.open, "hours_to_answer": hours(model.mending.answered), "hours_to_mend": hours(model.mending.mended),
    });
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Reported {
    /// A dataset, or `dataset.column`; none is the whole product.
    place: String,
    about: String,
    words: String,
}

pub async fn report(
    State(state): State<AppState>,
    Path(urn): Path<String>,
    headers: HeaderMap,
    Called(sent, who): Called<Reported>,
) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let key = idempotency_key(&headers)?;
    let form = ProblemForm { place: sent.place, about: sent.about, words: sent.words };
    let new = check_problem(&form, &places(&state, &product).await?).map_err(HttpError::Invalid)?;
    let mut tx = state.pool.begin().await?;
    let id = problem::report(&mut tx, who.actor.person, (product.id, &product.address), &new, key, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id, "page": format!("/problems/{id}") }))).into_response())
}

pub async fn usage(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let read = usage::read(&state, &who, &product).await?;
    let most = usize::try_from(COLUMNS).unwrap_or_default();
    let months: Vec<Value> = read
        .months
        .iter()
        .map(|one| {
            json!({ "month": one.first_day, "reads": one.reads, "agreements": one.agreements, "people": one.people, "machines": one.machines,
                    "rows": one.rows, "reads_counted": one.counted, "columns": one.columns })
        })
        .collect();
    let columns: Vec<Value> = read
        .columns
        .iter()
        .take(most)
        .map(|one| {
            json!({ "dataset": one.dataset, "column": one.column, "reads": one.reads, "agreements": one.agreements, "last_read": one.last_read })
        })
        .collect();
    let satisfaction = json!({ "answers": read.satisfaction.answers, "useful": read.satisfaction.useful, "trusted": read.satisfaction.trusted });
    let body = json!({ "product": product.address, "months": months, "columns": columns, "columns_truncated": read.columns.len() > most, "satisfaction": satisfaction });
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}
