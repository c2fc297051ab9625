//! `POST /api/v1/products/{urn}/service-levels` and `…/{id}/end`, and `GET /api/v1/service-levels`: promises are declared, changed and ended by program,
//! and those that are not kept are listed. The same checks as on the pages.

use super::api::{fresh, said};
use super::declare::{declared, ended};
use super::show::find;
use super::visible;
use crate::http::api::paging::{nowhere, paged};
use crate::http::api::{Called, one_more};
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use domain::id::ServiceLevelId;
use domain::service_level::{LevelForm, LevelState};
use serde::Deserialize;
use serde_json::{Value, json};
use store::service_level::{self, BreachLine};

/// A promise in the words of the form, with numbers as numbers.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Promised {
    dimension: String,
    objective: String,
    measure: String,
    /// A dataset, or `dataset.column`.
    about: String,
    low: Option<f64>,
    high: Option<f64>,
    comparison: String,
    bound: Option<f64>,
    /// Share of periods, in %.
    target: Option<f64>,
    window_days: Option<i32>,
    every_minutes: Option<i32>,
    /// A time of the day in Singapore.
    at: String,
}

impl Promised {
    fn form(self) -> LevelForm {
        let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
        let whole = |number: Option<i32>| number.map(|number| number.to_string()).unwrap_or_default();
        LevelForm {
            dimension: self.dimension.to_lowercase(),
            objective: self.objective,
            measure: self.measure,
            about: self.about,
            low: number(self.low),
            high: number(self.high),
            comparison: self.comparison,
            bound: number(self.bound),
            target: number(self.target),
            window_days: whole(self.window_days),
            every_minutes: whole(self.every_minutes),
            at: self.at,
        }
    }
}

/// One that the product makes already in the same words is changed: 200.
pub async fn declare(State(state): State<AppState>, Path(urn): Path<String>, Called(sent, who): Called<Promised>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let before = service_level::levels(&mut *state.pool.acquire().await?, product.id, state.now()).await?;
    let id = declared(&state, &who, &product, &sent.form()).await?.map_err(HttpError::Invalid)?;
    let level = service_level::level(&mut *state.pool.acquire().await?, product.id, id, state.now()).await?.ok_or(HttpError::NotFound)?;
    let status = if before.iter().any(|one| one.id == id) { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, fresh(said(&level))).into_response())
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Reason {
    reason: String,
}

pub async fn end(
    State(state): State<AppState>,
    Path((urn, id)): Path<(String, String)>,
    Called(sent, who): Called<Reason>,
) -> Result<Json<Value>, HttpError> {
    let (product, level) = find(&state, &who, &urn, &id).await?;
    ended(&state, &who, &product, &level, &sent.reason).await?;
    Ok(Json(json!({ "id": level.id, "ended": true })))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// A sector's slug.
    sector: String,
    after: String,
}

/// Where a line stands in the list: how it stands, since when, and its id. It is there too when the promise is kept by now.
fn key(line: &BreachLine) -> String {
    let since = line.since.unwrap_or(DateTime::UNIX_EPOCH);
    format!("{},{},{}", line.state, since.timestamp_micros(), line.level)
}

fn read_key(text: &str) -> Option<(LevelState, DateTime<Utc>, ServiceLevelId)> {
    let mut parts = text.split(',');
    let (state, since, id) = (parts.next()?, parts.next()?, parts.next()?);
    Some((state.parse().ok()?, DateTime::from_timestamp_micros(since.parse().ok()?)?, id.parse().ok()?))
}

/// Broken first, then those at risk, the oldest of each first.
pub async fn broken(State(state): State<AppState>, who: SignedIn, Query(wanted): Query<Wanted>) -> Result<Response, HttpError> {
    let sector = wanted.sector.trim();
    let after = match wanted.after.as_str() {
        "" => None,
        text => Some(read_key(text).ok_or_else(nowhere)?),
    };
    let mut conn = state.pool.acquire().await?;
    let of = Some(sector).filter(|slug| !slug.is_empty());
    let lines = service_level::breaches_after(&mut conn, who.actor.person, of, after, one_more(), state.now()).await?;
    let line = |one: &BreachLine| {
        json!({ "id": one.level, "product": one.address, "title": one.title, "domain": one.domain, "sector": one.sector, "objective": one.objective,
                "state": one.state, "since": one.since })
    };
    Ok(fresh(paged("service_levels", "/api/v1/service-levels", &[("sector", sector)], lines, key, line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written() {
        let id: ServiceLevelId = "00000000-0000-7000-8000-000000000001".parse().unwrap();
        let since: DateTime<Utc> = "2026-11-23T02:00:00.123456Z".parse().unwrap();
        let said = String::new;
        let line = BreachLine {
            level: id,
            address: said(),
            title: said(),
            domain: said(),
            sector: said(),
            objective: said(),
            state: LevelState::AtRisk,
            since: Some(since),
        };
        assert_eq!(read_key(&key(&line)), Some((LevelState::AtRisk, since, id)));
        assert_eq!((read_key("at-risk,soon,1"), read_key("")), (None, None));
    }
}
