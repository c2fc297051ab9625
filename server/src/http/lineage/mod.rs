//! Lineage: what pipelines tell, the graph for programs, the tab of a product, and names that owners claim.

mod beside;
mod claim;
mod claim_api;
mod column;
mod query;
mod runs;
mod said;
mod sent;
mod tab;
mod tell;

pub use tab::content;

use crate::routes::{Audience, Route};
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use tower_http::decompression::RequestDecompressionLayer;

pub fn routes() -> Vec<Route> {
    // Clients may send what they tell compressed; the limit is of what comes out.
    let events = || (DefaultBodyLimit::max(formats::open_lineage::LARGEST + 1), RequestDecompressionLayer::new());
    let manifest = (DefaultBodyLimit::max(formats::dbt::LARGEST + 1), RequestDecompressionLayer::new());
    vec![
        Route::get("/api/v1/lineage", Audience::Everyone, get(query::api)),
        Route::get("/api/v1/lineage/neighbours", Audience::Everyone, get(beside::api)),
        Route::get("/api/v1/lineage/runs", Audience::Everyone, get(runs::api)),
        Route::get("/api/v1/lineage/names", Audience::Everyone, get(claim_api::list)),
        Route::get("/api/v1/products/{urn}/lineage/names", Audience::Everyone, get(claim_api::of_product)),
        Route::post("/api/v1/lineage/names/claim", Audience::Role, post(claim_api::claim)),
        Route::post("/api/v1/lineage/names/release", Audience::Role, post(claim_api::release)),
        Route::post("/api/v1/lineage", Audience::Role, post(tell::event).layer(events())),
        Route::post("/api/v1/lineage/batch", Audience::Role, post(tell::batch).layer(events())),
        Route::post("/api/v1/lineage/dbt", Audience::Role, post(tell::manifest).layer(manifest)),
        Route::get("/lineage/names", Audience::Everyone, get(claim::list)),
        Route::post("/lineage/names/claim", Audience::Role, post(claim::claim)),
        Route::post("/lineage/names/release", Audience::Role, post(claim::release)),
    ]
}
