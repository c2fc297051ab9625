//! What somebody is told, and how they want to be told. Everything under the person of the session.

pub(crate) mod mark;
pub(crate) mod preferences;
mod show;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/notices", Audience::Everyone, get(show::show)),
        Route::post("/notices/read", Audience::Everyone, post(mark::all)),
        Route::post("/notices/{id}/read", Audience::Owning("notice"), post(mark::one)),
        Route::get("/notices/preferences", Audience::Everyone, get(preferences::show)),
        Route::post("/notices/preferences", Audience::Everyone, post(preferences::keep)),
    ]
}
