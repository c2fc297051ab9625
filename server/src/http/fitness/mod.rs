//! How fit data products are: the dashboard with its download, the report, one product, what trusted centres announce, and the same for programs.

mod announce;
mod api;
mod api_announce;
mod asked;
mod csv;
mod product;
mod report;
mod show;

pub use product::beside;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/fitness", Audience::Everyone, get(show::page)),
        Route::get("/fitness.csv", Audience::Everyone, get(csv::csv)),
        Route::get("/fitness/report", Audience::Everyone, get(report::page)),
        Route::get("/fitness/announce/{slug}", Audience::Everyone, get(announce::form)),
        Route::post("/fitness/announce/{slug}", Audience::Everyone, post(announce::announce)),
        Route::post("/fitness/withdraw/{id}", Audience::Everyone, post(announce::withdraw)),
        Route::get("/products/{urn}/fitness", Audience::Everyone, get(product::show)),
        Route::get("/api/v1/fitness", Audience::Everyone, get(api::all)),
        Route::get("/api/v1/fitness/announcements", Audience::Everyone, get(api_announce::list)),
        Route::post("/api/v1/fitness/announce/{slug}", Audience::Everyone, post(api_announce::announce)),
        Route::post("/api/v1/fitness/withdraw/{id}", Audience::Everyone, post(api_announce::withdraw)),
        Route::get("/api/v1/products/{urn}/fitness", Audience::Everyone, get(api::product)),
    ]
}
