//! For machines that watch: alive, ready, and metrics for whoever has their token.

use crate::http::error::HttpError;
use crate::routes::{Audience, Route};
use crate::state::AppState;
use crate::telemetry;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::get;
use secrecy::ExposeSecret;
use subtle::ConstantTimeEq;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/healthz", Audience::Public, get(healthz)),
        Route::get("/readyz", Audience::Public, get(readyz)),
        Route::get("/metrics", Audience::Public, get(metrics)),
    ]
}

async fn healthz() -> &'static str {
    "ok\n"
}

async fn readyz(State(state): State<AppState>) -> Result<&'static str, HttpError> {
    state.pool.acquire().await?;
    Ok("ready\n")
}

/// Hidden unless a token is configured and sent.
async fn metrics(State(state): State<AppState>, headers: HeaderMap) -> Result<String, HttpError> {
    let wanted = state.config.metrics_token.as_ref().ok_or(HttpError::NotFound)?;
    let sent = headers.get("authorization").and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    if bool::from(sent.as_bytes().ct_eq(wanted.expose_secret().as_bytes())) { Ok(telemetry::metrics_text()) } else { Err(HttpError::NotFound) }
}
