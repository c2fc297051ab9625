//! The API for programs: rows at a port with a bearer token, and what the islands ask.

mod basket_count;
mod formats;
mod notices;
mod rows;

use crate::routes::{Audience, Route};
use axum::routing::get;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/basket/count", Audience::Everyone, get(basket_count::count)),
        Route::get("/api/v1/notices", Audience::Everyone, get(notices::list)),
        Route::get("/api/v1/ports/{urn}/rows", Audience::Token, get(rows::rows)),
    ]
}
