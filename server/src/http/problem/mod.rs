//! Problems that readers report, incidents, and how a product is used.

mod answer;
mod api;
mod incident;
mod keep;
mod report;
mod show;
mod usage;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/problems", Audience::Everyone, get(show::mine)),
        Route::get("/problems/{id}", Audience::Owning("problem"), get(show::show)),
        Route::post("/problems/{id}/answer", Audience::Owning("problem"), post(answer::answer)),
        Route::get("/products/{urn}/problems", Audience::Everyone, get(show::list)),
        Route::get("/products/{urn}/problems/new", Audience::Everyone, get(report::new)),
        Route::post("/products/{urn}/problems/new", Audience::Everyone, post(report::report)),
        Route::post("/products/{urn}/incidents", Audience::Everyone, post(incident::open)),
        Route::post("/products/{urn}/incidents/{id}/mend", Audience::Everyone, post(incident::mend)),
        Route::get("/products/{urn}/usage", Audience::Everyone, get(usage::show)),
        Route::post("/products/{urn}/usage", Audience::Everyone, post(usage::say)),
        Route::get("/usage", Audience::Everyone, get(usage::neglected)),
        Route::get("/api/v1/products/{urn}/problems", Audience::Everyone, get(api::list)),
        Route::post("/api/v1/products/{urn}/problems", Audience::Everyone, post(api::report)),
        Route::get("/api/v1/products/{urn}/usage", Audience::Everyone, get(api::usage)),
        Route::post("/api/v1/products/{urn}/usage", Audience::Everyone, post(keep::say)),
        Route::get("/api/v1/usage", Audience::Everyone, get(keep::neglected)),
        Route::post("/api/v1/products/{urn}/incidents", Audience::Everyone, post(keep::open)),
        Route::post("/api/v1/products/{urn}/incidents/{id}/mend", Audience::Everyone, post(keep::mend)),
        Route::get("/api/v1/problems", Audience::Everyone, get(keep::waiting)),
        Route::get("/api/v1/problems/{id}", Audience::Owning("problem"), get(keep::show)),
        Route::post("/api/v1/problems/{id}/answer", Audience::Owning("problem"), post(keep::answer)),
    ]
}
