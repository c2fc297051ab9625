//! Quality: rules that teams declare, results that tools send, what a product's runs said, and what trusted centres expect of their sectors.

mod api;
mod product;
mod rules;
mod sector;
mod sector_api;

use crate::routes::{Audience, Route};
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

/// The largest document of a tool, in bytes: dbt's manifest names every model of a project.
const LARGEST: usize = 16 * 1024 * 1024;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/products/{urn}/quality", Audience::Everyone, get(product::show)),
        Route::get("/products/{urn}/quality/rules/new", Audience::Everyone, get(rules::new)),
        Route::post("/products/{urn}/quality/rules/new", Audience::Everyone, post(rules::declare)),
        Route::post("/products/{urn}/quality/rules/{id}/end", Audience::Everyone, post(rules::end)),
        Route::get("/products/{urn}/quality/{id}", Audience::Everyone, get(product::run)),
        Route::get("/quality", Audience::Everyone, get(sector::list)),
        Route::get("/quality/{slug}", Audience::Everyone, get(sector::show)),
        Route::post("/quality/{slug}", Audience::Everyone, post(sector::set)),
        Route::post("/quality/{slug}/end", Audience::Everyone, post(sector::end)),
        Route::get("/quality/{slug}/report", Audience::Everyone, get(sector::report)),
        Route::get("/api/v1/quality", Audience::Everyone, get(sector_api::list)),
        Route::get("/api/v1/quality/{slug}", Audience::Everyone, get(sector_api::show)),
        Route::post("/api/v1/quality/{slug}/benchmarks", Audience::Everyone, post(sector_api::set)),
        Route::post("/api/v1/quality/{slug}/benchmarks/{id}/end", Audience::Everyone, post(sector_api::end)),
        Route::get("/api/v1/products/{urn}/quality", Audience::Everyone, get(api::show)),
        Route::post("/api/v1/products/{urn}/quality/rules", Audience::Everyone, post(api::declare)),
        Route::post("/api/v1/products/{urn}/quality/rules/{id}/end", Audience::Everyone, post(api::end)),
        Route::get("/api/v1/products/{urn}/quality/{id}", Audience::Everyone, get(api::run)),
        Route::post("/api/v1/products/{urn}/quality", Audience::Everyone, post(api::report).layer(DefaultBodyLimit::max(LARGEST))),
    ]
}
