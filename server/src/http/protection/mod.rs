//! How a product's columns and rows are protected: what holds, choosing, waiving, and making keys anew.

mod choose;
mod engine;
mod keys;
mod rows;
mod show;
mod waive;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/products/{urn}/protection", Audience::Everyone, get(show::show)),
        Route::get("/products/{urn}/protection/{dataset}", Audience::Everyone, get(rows::edit)),
        Route::post("/products/{urn}/protection/{dataset}", Audience::Everyone, post(rows::change)),
        Route::get("/products/{urn}/protection/{dataset}/{column}", Audience::Everyone, get(choose::edit)),
        Route::post("/products/{urn}/protection/{dataset}/{column}", Audience::Everyone, post(choose::change)),
        Route::post("/products/{urn}/protection/{dataset}/{column}/waive", Audience::Everyone, post(waive::waive)),
        Route::post("/products/{urn}/protection/{dataset}/{column}/end-waiver", Audience::Everyone, post(waive::end)),
        Route::post("/agreements/{id}/rotate-key", Audience::Owning("agreement"), post(keys::rotate)),
        Route::post("/admin/purposes/{code}/rotate-key", Audience::Role, post(keys::rotate_purpose)),
        Route::post("/v1/data/trino/{key}/{question}", Audience::Public, post(engine::answer)),
    ]
}
