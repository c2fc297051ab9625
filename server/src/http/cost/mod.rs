//! What products cost, as programs report it. People read it on the page of a product's usage.

mod api;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/products/{urn}/costs", Audience::Everyone, get(api::list)),
        Route::post("/api/v1/products/{urn}/costs", Audience::Everyone, post(api::report)),
    ]
}
