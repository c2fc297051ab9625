//! `GET /api/v1/products/{urn}/datasets`: what a product holds, the addresses by which each dataset is asked for, and where it applies.

use crate::http::error::HttpError;
use crate::http::service_level::visible;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::catalogue::Classification;
use serde_json::{Value, json};
use store::catalogue::{self, DatasetView, OutputPortView};

pub async fn api(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let mut conn = state.pool.acquire().await?;
    let datasets = catalogue::datasets(&mut conn, product.id).await?;
    let ports = catalogue::output_ports(&mut conn, product.id).await?;
    drop(conn);
    let datasets: Vec<Value> = datasets.iter().map(|one| dataset(&product.address, one, &ports)).collect();
    let said = json!({ "product": product.address, "place": product.place, "covered_areas": product.covered_areas, "datasets": datasets });
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(said)).into_response())
}

fn dataset(product: &str, dataset: &DatasetView, ports: &[OutputPortView]) -> Value {
    let serves = |port: &&OutputPortView| port.datasets.iter().any(|one| one.id == dataset.id && one.readable);
    let asked_for: Vec<String> = ports.iter().filter(serves).map(|port| format!("{product}.{}.{}", port.name, dataset.name)).collect();
    json!({
        "urn": format!("{product}.{}", dataset.name),
        "title": dataset.title,
        "description": dataset.description,
        "format": dataset.format,
        "rows": dataset.rows,
        "columns": dataset.columns,
        "classification": dataset.classification.map(Classification::as_str),
        "updated_on": dataset.updated_on,
        "source_id": dataset.source_id,
        "place": dataset.place,
        "ports": asked_for,
    })
}
