//! The table of contents: every noun's routes, and what surrounds them all.

use crate::http;
use crate::routes::Route;
use crate::state::AppState;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::timeout::TimeoutLayer;

/// The largest form that is read, in bytes.
const LARGEST_BODY: usize = 256 * 1024;
/// The longest a page may take; reading rows at a port streams and is bounded by the source instead.
const LONGEST: Duration = Duration::from_secs(30);

/// Every route there is, save static files.
pub fn routes() -> Vec<Route> {
    [
        http::health::routes(),
        http::session::routes(),
        http::catalogue::routes(),
        http::flow::routes(),
        http::lineage::routes(),
        http::classification::routes(),
        http::protection::routes(),
        http::search::routes(),
        http::access::routes(),
        http::access_review::routes(),
        http::sharing::routes(),
        http::standard::routes(),
        http::linkage::routes(),
        http::wanted::routes(),
        http::mine::routes(),
        http::notices::routes(),
        http::subject::routes(),
        http::team::routes(),
        http::token::routes(),
        http::webhook::routes(),
        http::audit::routes(),
        http::api::routes(),
        http::organisation::routes(),
        http::glossary::routes(),
        http::service_level::routes(),
        http::quality::routes(),
        http::quality_audit::routes(),
        http::problem::routes(),
        http::cost::routes(),
        http::fitness::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub fn router(state: AppState) -> Router {
    let pages = routes().into_iter().fold(Router::new(), |router, route| router.route(route.path, route.handler));
    // Rows stream, and the columnar formats are compressed already.
    let rows = ["application/x-ndjson", "text/csv", "application/vnd.apache"].map(NotForContentType::const_new);
    let [json_lines, csv, columnar] = rows;
    let compressed = DefaultPredicate::new().and(json_lines).and(csv).and(columnar);
    pages
        .fallback(http::error::not_found)
        .layer(TimeoutLayer::with_status_code(axum::http::StatusCode::SERVICE_UNAVAILABLE, LONGEST))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(CatchPanicLayer::custom(http::error::panicked))
        .layer(from_fn_with_state(state.clone(), http::error::pages))
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(4)).compress_when(compressed))
        .merge(http::assets::router(&state.config.site_root))
        .layer(from_fn(http::security::headers))
        .layer(from_fn(http::observe::observe))
        .with_state(state)
}
