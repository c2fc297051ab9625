//! Finding products: the page, its JSON, and suggestions. All three ask the same searcher as the same reader.

mod answer;
mod link;
mod list;
mod suggest;

use crate::routes::{Audience, Route};
use axum::routing::get;

pub use link::{asked, read as read_link};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/products", Audience::Everyone, get(list::list)),
        Route::get("/api/v1/search", Audience::Everyone, get(answer::answer)),
        Route::get("/api/v1/search/suggest", Audience::Everyone, get(suggest::suggest)),
    ]
}
