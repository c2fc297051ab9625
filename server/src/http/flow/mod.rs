//! Personal data that goes from product to product: what has no policy, and what the data office wants done about it.

mod list;
mod standard;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/flows", Audience::Everyone, get(list::show)),
        Route::get("/api/v1/flows", Audience::Everyone, get(list::api)),
        Route::get("/admin/flows", Audience::Role, get(standard::show)),
        Route::post("/admin/flows", Audience::Role, post(standard::change)),
    ]
}
