//! The glossary for everyone; terms and their format for who keeps them, which columns carry them for who looks after a product; search synonyms for
//! administrators.

mod api;
mod api_keep;
mod concepts;
mod edit;
mod format;
mod show;
mod synonym;
mod synonyms;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};
use domain::organisation::Actor;
use store::catalogue::ProductView;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/glossary", Audience::Everyone, get(show::list)),
        Route::get("/glossary/new", Audience::Role, get(edit::blank)),
        Route::post("/glossary/new", Audience::Role, post(edit::add)),
        Route::get("/glossary/{slug}", Audience::Everyone, get(show::show)),
        Route::get("/glossary/{slug}/edit", Audience::Everyone, get(edit::form)),
        Route::post("/glossary/{slug}/edit", Audience::Everyone, post(edit::save)),
        Route::post("/glossary/{slug}/retire", Audience::Everyone, post(edit::retire)),
        Route::get("/glossary/{slug}/format", Audience::Everyone, get(format::form)),
        Route::post("/glossary/{slug}/format", Audience::Everyone, post(format::save)),
        Route::post("/glossary/{slug}/format/end", Audience::Everyone, post(format::end)),
        Route::get("/products/{urn}/concepts", Audience::Everyone, get(concepts::show)),
        Route::post("/products/{urn}/concepts", Audience::Everyone, post(concepts::say)),
        Route::get("/api/v1/glossary", Audience::Everyone, get(api::list)),
        Route::post("/api/v1/glossary", Audience::Role, post(api_keep::add)),
        Route::get("/api/v1/glossary/{slug}", Audience::Everyone, get(api::show)),
        Route::post("/api/v1/glossary/{slug}", Audience::Everyone, post(api_keep::save)),
        Route::post("/api/v1/glossary/{slug}/retire", Audience::Everyone, post(api_keep::retire)),
        Route::post("/api/v1/glossary/{slug}/format", Audience::Everyone, post(api_keep::set_format)),
        Route::post("/api/v1/glossary/{slug}/format/end", Audience::Everyone, post(api_keep::end_format)),
        Route::get("/api/v1/products/{urn}/concepts", Audience::Everyone, get(api::product)),
        Route::get("/admin/synonyms", Audience::Role, get(synonyms::list)),
        Route::post("/admin/synonyms", Audience::Role, post(synonyms::add)),
        Route::get("/admin/synonyms/{id}", Audience::Role, get(synonym::show)),
        Route::post("/admin/synonyms/{id}", Audience::Role, post(synonym::change)),
        Route::get("/admin/synonyms/{id}/remove", Audience::Role, get(synonym::ask_removal)),
        Route::post("/admin/synonyms/{id}/remove", Audience::Role, post(synonym::remove)),
    ]
}

/// Whether somebody may say which concepts the columns of a product carry, or propose that.
pub(crate) fn may_say(actor: &Actor, product: &ProductView) -> bool {
    concepts::may(actor, product).is_ok()
}
