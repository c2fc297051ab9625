//! What columns are: reviews of a product's columns, the levels, and the detectors that domains add.

mod api;
mod decide;
mod detectors;
mod form;
mod history;
mod manage;
mod publish;
mod review;
mod scheme;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/products/{urn}/classify", Audience::Everyone, get(review::show)),
        Route::post("/products/{urn}/classify", Audience::Everyone, post(decide::decide)),
        Route::post("/products/{urn}/classify/propose", Audience::Everyone, post(review::propose)),
        Route::post("/products/{urn}/classify/take-back", Audience::Everyone, post(review::take_back)),
        Route::post("/products/{urn}/classify/publish", Audience::Everyone, post(publish::publish)),
        Route::get("/products/{urn}/classify/history", Audience::Everyone, get(history::show)),
        Route::get("/api/v1/products/{urn}/classification", Audience::Everyone, get(api::show)),
        Route::get("/manage", Audience::Everyone, get(manage::list)),
        Route::get("/classification", Audience::Everyone, get(scheme::show)),
        Route::get("/admin/classification/{code}", Audience::Role, get(scheme::edit)),
        Route::post("/admin/classification/{code}", Audience::Role, post(scheme::change)),
        Route::get("/detectors", Audience::Everyone, get(detectors::list)),
        Route::post("/detectors", Audience::Role, post(detectors::add)),
        Route::post("/detectors/{id}/retire", Audience::Everyone, post(detectors::retire)),
    ]
}
