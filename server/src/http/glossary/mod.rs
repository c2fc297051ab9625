//! The glossary for everyone; search synonyms for administrators.

mod show;
mod synonym;
mod synonyms;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/glossary", Audience::Everyone, get(show::list)),
        Route::get("/glossary/{slug}", Audience::Everyone, get(show::show)),
        Route::get("/admin/synonyms", Audience::Role, get(synonyms::list)),
        Route::post("/admin/synonyms", Audience::Role, post(synonyms::add)),
        Route::get("/admin/synonyms/{id}", Audience::Role, get(synonym::show)),
        Route::post("/admin/synonyms/{id}", Audience::Role, post(synonym::change)),
        Route::get("/admin/synonyms/{id}/remove", Audience::Role, get(synonym::ask_removal)),
        Route::post("/admin/synonyms/{id}/remove", Audience::Role, post(synonym::remove)),
    ]
}
