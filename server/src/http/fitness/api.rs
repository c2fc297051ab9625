//! `GET /api/v1/fitness` and `/api/v1/products/{urn}/fitness`: the same figures and checks for programs.

use super::asked::{Found, Typed, figures, read};
use super::product::looked_at;
use crate::http::error::HttpError;
use crate::http::service_level::visible;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::calendar;
use domain::fitness::Scores;
use rules::fitness::{Checked, check};
use serde_json::{Map, Value, json};
use store::fitness::{Mean, TrendPoint};

/// Products in one answer, the least fit first.
const LISTED: i64 = 500;

fn fresh(body: Value) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn scores(scores: &Scores) -> Value {
    let mut each: Map<String, Value> = scores.by_characteristic().map(|(of, score)| (of.as_str().to_owned(), score.into())).collect();
    each.insert("overall".into(), scores.overall.into());
    each.into()
}

fn means(means: &[Mean]) -> Value {
    means.iter().map(|mean| json!({ "name": mean.slug, "title": mean.title, "products": mean.products, "scores": scores(&mean.scores) })).collect()
}

fn days(points: &[TrendPoint]) -> Value {
    let known = points.iter().filter_map(|point| Some(json!({ "day": point.day, "products": point.products, "scores": scores(&point.scores?) })));
    known.collect()
}

pub async fn all(State(state): State<AppState>, who: SignedIn, Query(typed): Query<Typed>) -> Result<Response, HttpError> {
    let Found { figures, trend, least, gains } = figures(&state, &who, &read(&typed), LISTED).await?;
    let gains: Vec<Value> = gains
        .iter()
        .filter_map(|gain| Some((gain, check(&gain.code)?)))
        .map(|(gain, check)| {
            json!({ "check": gain.code, "characteristic": check.characteristic, "title": check.title, "mend": check.mend, "products": gain.products,
                    "cannot_tell": gain.unclear, "gain": gain.gain })
        })
        .collect();
    let products: Vec<Value> = least
        .iter()
        .map(|line| json!({ "address": line.address, "title": line.title, "scores": scores(&line.scores), "not_met": line.unmet }))
        .collect();
    Ok(fresh(json!({
        "day": calendar::day(state.now()),
        "whole": figures.whole.as_ref().map(|whole| json!({ "products": whole.products, "scores": scores(&whole.scores) })),
        "sectors": means(&figures.sectors), "agencies": means(&figures.agencies), "domains": means(&figures.domains),
        "trend": days(&trend), "gains": gains, "products": products,
    })))
}

fn said(one: &Checked, address: &str) -> Value {
    let evidence: Vec<Value> = one.evidence.iter().map(|seen| json!({ "field": seen.field, "message": seen.message })).collect();
    json!({
        "check": one.check.code, "characteristic": one.check.characteristic, "title": one.check.title, "weight": one.check.weight, "state": one.state,
        "evidence": evidence, "mend": one.check.mend, "link": one.check.mends.path(address),
    })
}

pub async fn product(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let (assessed, trend) = looked_at(&state, product.id).await?;
    Ok(fresh(json!({
        "product": product.address,
        "scores": assessed.as_ref().map(|assessed| scores(&assessed.scores)),
        "checks": assessed.iter().flat_map(|assessed| &assessed.checked).map(|one| said(one, &product.address)).collect::<Vec<_>>(),
        "trend": days(&trend),
    })))
}
