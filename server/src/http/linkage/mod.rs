//! How many people two agreements have in common: asking, approving on both sides, and reading the answer.

mod ask;
mod decide;
mod show;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/linkages", Audience::Everyone, get(show::list)),
        Route::get("/linkages/new", Audience::Everyone, get(ask::new)),
        Route::post("/linkages", Audience::Everyone, post(ask::ask)),
        Route::get("/linkages/{id}", Audience::Owning("linkage"), get(show::show)),
        Route::get("/api/v1/linkages/{id}", Audience::Owning("linkage"), get(show::api)),
        Route::post("/linkages/{id}/approve", Audience::Owning("linkage"), post(decide::approve)),
        Route::post("/linkages/{id}/refuse", Audience::Owning("linkage"), post(decide::refuse)),
        Route::post("/linkages/{id}/end", Audience::Owning("linkage"), post(decide::end)),
    ]
}
