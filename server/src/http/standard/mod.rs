//! Standards: reading, making, trying and publishing them, letting products off, and what they found.

mod act;
mod api;
mod api_check_in;
mod api_keep;
mod api_waive;
mod calendar;
mod check_in;
mod compare;
mod decision;
mod drafting;
mod edit;
mod guide;
mod list;
mod product;
mod publish;
mod show;
mod simulate;
mod waive;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/standards", Audience::Everyone, get(list::show)),
        Route::post("/standards", Audience::Everyone, post(edit::begin)),
        Route::get("/standards/new", Audience::Everyone, get(edit::new)),
        Route::post("/standards/check", Audience::Everyone, post(edit::check)),
        Route::get("/standards/waivers", Audience::Everyone, get(list::waivers)),
        Route::get("/standards/calendar", Audience::Everyone, get(calendar::show)),
        Route::get("/standards/guide", Audience::Everyone, get(guide::show)),
        Route::get("/standards/shared/{id}", Audience::Everyone, get(show::shared)),
        Route::get("/standards/{slug}", Audience::Everyone, get(show::show)),
        Route::get("/standards/{slug}/{version}", Audience::Everyone, get(show::version)),
        Route::get("/standards/{slug}/compare", Audience::Everyone, get(compare::show)),
        Route::get("/standards/{slug}/edit", Audience::Everyone, get(edit::open)),
        Route::post("/standards/{slug}/edit", Audience::Everyone, post(edit::save)),
        Route::get("/standards/{slug}/simulate", Audience::Everyone, get(simulate::show)),
        Route::get("/standards/{slug}/simulate.csv", Audience::Everyone, get(simulate::csv)),
        Route::post("/standards/{slug}/consult", Audience::Everyone, post(publish::consult)),
        Route::post("/standards/{slug}/agree", Audience::Everyone, post(publish::agree)),
        Route::post("/standards/{slug}/publish", Audience::Everyone, post(publish::publish)),
        Route::post("/standards/{slug}/retire", Audience::Everyone, post(publish::retire)),
        Route::post("/standards/{slug}/comment", Audience::Everyone, post(act::comment)),
        Route::post("/standards/{slug}/answer", Audience::Everyone, post(act::answer)),
        Route::post("/standards/{slug}/check-ins", Audience::Everyone, post(check_in::plan)),
        Route::post("/standards/{slug}/check-ins/{id}", Audience::Everyone, post(check_in::note)),
        Route::post("/standards/{slug}/waive", Audience::Everyone, post(waive::grant)),
        Route::get("/standards/{slug}/waivers/{id}", Audience::Everyone, get(waive::open)),
        Route::post("/standards/{slug}/waivers/{id}", Audience::Everyone, post(waive::extend)),
        Route::post("/standards/{slug}/end-waiver", Audience::Everyone, post(waive::end)),
        Route::get("/products/{urn}/standards", Audience::Everyone, get(product::show)),
        Route::get("/api/v1/standards", Audience::Everyone, get(api::list)),
        Route::post("/api/v1/standards", Audience::Everyone, post(api_keep::begin)),
        Route::get("/api/v1/standards/{slug}", Audience::Everyone, get(api::show)),
        Route::post("/api/v1/standards/{slug}", Audience::Everyone, post(api_keep::save)),
        Route::get("/api/v1/standards/{slug}/simulate", Audience::Everyone, get(api::simulate)),
        Route::post("/api/v1/standards/{slug}/consult", Audience::Everyone, post(api_keep::consult)),
        Route::post("/api/v1/standards/{slug}/agree", Audience::Everyone, post(api_keep::agree)),
        Route::post("/api/v1/standards/{slug}/publish", Audience::Everyone, post(api_keep::publish)),
        Route::post("/api/v1/standards/{slug}/retire", Audience::Everyone, post(api_keep::retire)),
        Route::get("/api/v1/standards/{slug}/comments", Audience::Everyone, get(api_keep::comments)),
        Route::post("/api/v1/standards/{slug}/comments", Audience::Everyone, post(api_keep::comment)),
        Route::post("/api/v1/standards/{slug}/comments/{id}/answer", Audience::Everyone, post(api_keep::answer_comment)),
        Route::get("/api/v1/standards/{slug}/check-ins", Audience::Everyone, get(api_check_in::list)),
        Route::post("/api/v1/standards/{slug}/check-ins", Audience::Everyone, post(api_check_in::plan)),
        Route::post("/api/v1/standards/{slug}/check-ins/{id}", Audience::Everyone, post(api_check_in::note)),
        Route::get("/api/v1/standards/{slug}/waivers", Audience::Everyone, get(api_waive::list)),
        Route::post("/api/v1/standards/{slug}/waivers", Audience::Everyone, post(api_waive::grant)),
        Route::post("/api/v1/standards/{slug}/waivers/{id}/extend", Audience::Everyone, post(api_waive::extend)),
        Route::post("/api/v1/standards/{slug}/waivers/{id}/end", Audience::Everyone, post(api_waive::end)),
        Route::get("/api/v1/waivers", Audience::Everyone, get(api::waivers)),
        Route::get("/api/v1/products/{urn}/evaluations", Audience::Everyone, get(api::evaluations)),
        Route::get("/api/v1/products/{urn}/evaluations/{id}/input", Audience::Everyone, get(api::input)),
        Route::post("/v1/data/pasar", Audience::Everyone, post(decision::ask_all)),
        Route::post("/v1/data/pasar/{slug}", Audience::Everyone, post(decision::ask)),
    ]
}
