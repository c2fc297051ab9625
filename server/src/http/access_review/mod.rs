//! Reviews of access: who holds what of a domain, and what its owners say of it each quarter.

mod answer;
mod csv;
mod decide;
mod list;
mod show;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

const NOUN: Audience = Audience::Owning("access review");
/// What a review asks of one person, or of one team.
const QUESTION: Audience = Audience::Owning("review question");

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/reviews", Audience::Everyone, get(list::list)),
        Route::get("/reviews/{id}", NOUN, get(show::show)),
        Route::get("/reviews/{id}/csv", NOUN, get(csv::csv)),
        Route::post("/reviews/{id}/preview", NOUN, post(decide::preview)),
        Route::post("/reviews/{id}/decide", NOUN, post(decide::decide)),
        Route::get("/reviews/asked/{id}", QUESTION, get(answer::show)),
        Route::post("/reviews/asked/{id}", QUESTION, post(answer::answer)),
    ]
}
