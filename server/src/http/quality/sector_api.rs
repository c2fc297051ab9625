//! `/api/v1/quality`: what trusted centres expect of their sectors, who falls short, and setting it, for programs. The same checks as on the pages.

use super::api::share;
use super::sector::{all, at_the_end_of, ended, kept};
use crate::http::api::Called;
use crate::http::api::paging::{behind, paged};
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::quality::Sector;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::quality::{Benchmark, BenchmarkForm, Layer, Shortfall};
use serde::Deserialize;
use serde_json::{Value, json};
use store::quality::{BenchmarkLine, ProductQuality};

fn fresh(body: Value) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let line = |sector: &Sector| {
        json!({ "slug": sector.slug, "title": sector.title, "expectations": sector.benchmarks.len(), "products": sector.products.len(),
                "short": sector.falling_short(), "promises_not_kept": sector.broken.len() })
    };
    let sectors: Vec<Value> = all(&state, &who).await?.iter().map(line).collect();
    Ok(fresh(json!({ "sectors": sectors })))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// The day at whose end it is looked at.
    until: String,
    /// Products that fall short alone.
    short: bool,
    after: String,
}

/// Which checks a benchmark is about, as it is set.
fn layer(of: &Benchmark) -> &'static str {
    of.layer.map_or("all", Layer::as_str)
}

fn expectation(one: &BenchmarkLine) -> Value {
    json!({ "id": one.id, "layer": layer(&one.benchmark), "at_least": one.benchmark.at_least, "within_days": one.benchmark.within_days,
            "reason": one.reason, "set_by": one.set_by, "set_at": one.set_at })
}

fn shortfall(short: Option<Shortfall>) -> Option<&'static str> {
    short.map(|short| match short {
        Shortfall::NeverChecked => "never-checked",
        Shortfall::TooOld => "too-old",
        Shortfall::TooLow(_) => "too-low",
    })
}

/// A product against each expectation, in their order.
fn product(benchmarks: &[BenchmarkLine], (one, short): &(ProductQuality, Vec<Option<Shortfall>>)) -> Value {
    let against = |(line, short): (&BenchmarkLine, &Option<Shortfall>)| {
        let latest = one.at(&line.benchmark);
        json!({ "layer": layer(&line.benchmark), "shortfall": shortfall(*short), "latest_at": latest.map(|(at, _)| at),
                "checks": latest.map(|(_, passed)| share(passed)) })
    };
    json!({ "product": one.address, "title": one.title, "domain": one.domain,
            "against": benchmarks.iter().zip(short).map(against).collect::<Vec<_>>() })
}

/// What is expected, and products against it in pages.
pub async fn show(
    State(state): State<AppState>,
    who: SignedIn,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, HttpError> {
    let (day, sector) = at_the_end_of(&state, &who, &slug, &wanted.until).await?;
    let Sector { id, slug, title, benchmarks, products, short, .. } = sector;
    let domains = store::quality_audit::domains(&mut *state.pool.acquire().await?, id).await?;
    let lines: Vec<(ProductQuality, Vec<Option<Shortfall>>)> =
        products.into_iter().zip(short).filter(|(_, short)| !wanted.short || short.iter().any(Option::is_some)).collect();
    let lines = behind(lines, &wanted.after, |(one, _)| one.address.clone())?;
    let day = day.to_string();
    let asked = [("until", day.as_str()), ("short", if wanted.short { "true" } else { "" })];
    let path = format!("/api/v1/quality/{slug}");
    let mut body = paged("products", &path, &asked, lines, |(one, _)| one.address.clone(), |line| product(&benchmarks, line));
    body["sector"] = slug.into();
    body["title"] = title.into();
    body["domains"] = domains.iter().map(|(id, title)| json!({ "id": id, "title": title })).collect();
    body["until"] = day.into();
    body["expectations"] = benchmarks.iter().map(expectation).collect();
    Ok(fresh(body))
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Expected {
    /// A layer, or `all`.
    layer: String,
    at_least: Option<f64>,
    within_days: Option<i32>,
    reason: String,
}

/// In place of what was expected of the layer.
pub async fn set(State(state): State<AppState>, Path(slug): Path<String>, Called(sent, who): Called<Expected>) -> Result<Response, HttpError> {
    let form = BenchmarkForm {
        layer: sent.layer,
        at_least: sent.at_least.map(|share| share.to_string()).unwrap_or_default(),
        within_days: sent.within_days.map(|days| days.to_string()).unwrap_or_default(),
        reason: sent.reason,
    };
    kept(&state, &who, &slug, &form).await?.map_err(HttpError::Invalid)?;
    expectations(&state, &who, &slug).await
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn end(
    State(state): State<AppState>,
    Path((slug, id)): Path<(String, String)>,
    Called(_, who): Called<Nothing>,
) -> Result<Response, HttpError> {
    ended(&state, &who, &slug, &id).await?;
    expectations(&state, &who, &slug).await
}

/// What is expected of a sector now.
async fn expectations(state: &AppState, who: &SignedIn, slug: &str) -> Result<Response, HttpError> {
    let (_, sector) = at_the_end_of(state, who, slug, "").await?;
    Ok(fresh(json!({ "sector": sector.slug, "expectations": sector.benchmarks.iter().map(expectation).collect::<Vec<_>>() })))
}
