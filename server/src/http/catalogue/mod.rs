//! Discovering and reading products. Every handler reads through what the reader may know of; the rest is a 404.

mod datasets;
mod home;
mod links;
mod show;
mod terms;
mod terms_edit;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/", Audience::Everyone, get(home::home)),
        Route::get("/products/{urn}", Audience::Everyone, get(show::overview)),
        Route::get("/products/{urn}/{tab}", Audience::Everyone, get(show::tab)),
        Route::get("/api/v1/products/{urn}/datasets", Audience::Everyone, get(datasets::api)),
        Route::get("/api/v1/products/{urn}/links", Audience::Everyone, get(links::api)),
        Route::get("/products/{urn}/agreement/compare", Audience::Everyone, get(terms::compare)),
        Route::get("/products/{urn}/agreement/edit", Audience::Everyone, get(terms_edit::edit)),
        Route::post("/products/{urn}/agreement/edit", Audience::Everyone, post(terms_edit::check)),
        Route::post("/products/{urn}/agreement/publish", Audience::Everyone, post(terms_edit::publish)),
        Route::get("/products/{urn}/agreement/{version}", Audience::Everyone, get(terms::version)),
    ]
}
