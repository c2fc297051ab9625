//! `GET /products/{urn}/quality` and `/products/{urn}/quality/{id}`: how a product's checks stand, and what one run said.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::service_level::visible;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::quality::{Rules, product_quality_page, run_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Action;
use domain::authorisation::authorise;
use domain::id::QualityRunId;
use domain::quality::{Passed, falls_short};
use store::{quality, quality_audit};

/// Runs of the history; one more is read, which says that there are others.
const RUNS: usize = 100;
const ASKED: i64 = 101;

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let mut conn = state.pool.acquire().await?;
    let now = state.now();
    let checks = quality::checks_now(&mut conn, product.id).await?;
    let runs = quality::runs(&mut conn, product.id, ASKED).await?;
    let benchmarks = quality::benchmarks(&mut conn, product.at.place.sector, now).await?;
    let audited = quality_audit::latest_of(&mut conn, product.id).await?;
    let rules = Rules {
        declared: quality::declared(&mut conn, product.id).await?,
        error: quality::probe_error(&mut conn, product.id).await?,
        keeps: authorise(&who.actor, Action::Promise { place: product.at.place }).is_ok(),
    };
    drop(conn);
    let expected = benchmarks
        .into_iter()
        .map(|line| {
            let of = checks.iter().filter(|check| line.benchmark.layer.is_none_or(|layer| layer == check.layer));
            let latest = of.clone().map(|check| check.at).max().map(|at| (at, Passed::of(of.map(|check| check.outcome))));
            let short = falls_short(&line.benchmark, latest, now);
            (line, short)
        })
        .collect::<Vec<_>>();
    let (csrf, title) = (who.csrf.clone(), format!("Quality – {}", product.title));
    render::page(&state, &who, Section::Products, &title, StatusCode::OK, move || {
        product_quality_page(&csrf, &product, &rules, &checks, (&runs, RUNS), &expected, audited.as_ref())
    })
    .await
}

pub async fn run(State(state): State<AppState>, who: SignedIn, Path((urn, id)): Path<(String, String)>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let id: QualityRunId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut conn = state.pool.acquire().await?;
    let run = quality::run(&mut conn, product.id, id).await?.ok_or(HttpError::NotFound)?;
    let checks = quality::checks_of(&mut conn, id).await?;
    drop(conn);
    let title = format!("A run of checks – {}", product.title);
    render::page(&state, &who, Section::Products, &title, StatusCode::OK, move || run_page(&product, &run, &checks)).await
}
