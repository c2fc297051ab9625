//! Data that is wanted: asked of a domain when a search finds nothing, answered by the domain's people.

mod answer;
mod ask;
mod show;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

const NOUN: &str = "wanted data";

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/wanted/new", Audience::Everyone, get(ask::form)),
        Route::post("/wanted", Audience::Everyone, post(ask::ask)),
        Route::get("/wanted/{id}", Audience::Owning(NOUN), get(show::show)),
        Route::get("/wanted/{id}/asked", Audience::Owning(NOUN), get(show::asked)),
        Route::post("/wanted/{id}/answer", Audience::Owning(NOUN), post(answer::answer)),
        Route::post("/wanted/{id}/withdraw", Audience::Owning(NOUN), post(show::withdraw)),
    ]
}
