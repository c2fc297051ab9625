//! `GET` and `POST /api/v1/products/{urn}/costs`: what a product cost by month, and what a program knows of it from a bill.

use crate::http::api::called::{Called, idempotency_key};
use crate::http::error::HttpError;
use crate::http::service_level::visible;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::authorisation::authorise;
use domain::cost::{CostForm, check_cost, each, per_thousand_rows};
use domain::id::ProductId;
use domain::{Action, Month};
use serde::Deserialize;
use serde_json::{Value, json};
use store::cost::{self, MonthOfCost};

/// Months in one answer.
const MONTHS: i64 = 60;

/// Dollars with their two decimals, as text: no amount is lost on the way through a program's floating point.
fn dollars(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn said(one: &MonthOfCost) -> Value {
    let thousand = one.rows_read.and_then(|rows| per_thousand_rows(one.cents, rows));
    json!({ "month": one.first_day.format("%Y-%m").to_string(), "amount": dollars(one.cents), "currency": "SGD", "measured_by": one.measured_by,
            "recorded_at": one.recorded_at, "readers": one.readers, "rows_read": one.rows_read, "per_reader": each(one.cents, one.readers).map(dollars),
            "per_thousand_rows": thousand.map(dollars) })
}

async fn fresh(state: &AppState, product: ProductId, address: &str) -> Result<Response, HttpError> {
    let months = cost::months(&mut *state.pool.acquire().await?, product, MONTHS).await?;
    let body = json!({ "product": address, "months": months.iter().map(said).collect::<Vec<_>>() });
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    fresh(&state, product.id, &product.address).await
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Reported {
    month: String,
    /// A number, or the same as text.
    amount: Value,
    currency: String,
    rows_read: Option<i64>,
    measured_by: String,
}

pub async fn report(
    State(state): State<AppState>,
    Path(urn): Path<String>,
    headers: HeaderMap,
    Called(sent, who): Called<Reported>,
) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    authorise(&who.actor, Action::Promise { place: product.at.place })?;
    let key = idempotency_key(&headers)?;
    let now = state.now();
    let amount = match sent.amount {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text,
        _ => String::new(),
    };
    let form = CostForm { month: sent.month, amount, currency: sent.currency, rows_read: sent.rows_read, measured_by: sent.measured_by };
    let new = check_cost(&form, Month::of(now)).map_err(HttpError::Invalid)?;
    let mut tx = state.pool.begin().await?;
    let added = cost::report(&mut tx, who.actor.person, (product.id, &product.address), &new, key, &who.origin, &state.ids, now).await?;
    tx.commit().await?;
    let body = fresh(&state, product.id, &product.address).await?;
    Ok((if added { StatusCode::CREATED } else { StatusCode::OK }, body).into_response())
}
