//! Discovering and reading products. Every handler reads through what the reader may know of; the rest is a 404.

mod home;
mod show;

use crate::routes::{Audience, Route};
use axum::routing::get;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/", Audience::Everyone, get(home::home)),
        Route::get("/products/{urn}", Audience::Everyone, get(show::overview)),
        Route::get("/products/{urn}/{tab}", Audience::Everyone, get(show::tab)),
    ]
}
