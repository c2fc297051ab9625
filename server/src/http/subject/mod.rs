//! Requests of people about data of theirs: opened and watched by the data office and security officers, answered by domains.

mod list;
mod open;
mod show;
mod task;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/subjects", Audience::Role, get(list::show)),
        Route::get("/subjects/new", Audience::Role, get(open::new)),
        Route::post("/subjects", Audience::Role, post(open::open)),
        Route::get("/subjects/{id}", Audience::Role, get(show::show)),
        Route::get("/subjects/tasks", Audience::Everyone, get(task::list)),
        Route::get("/api/v1/subject-tasks", Audience::Everyone, get(task::api)),
        Route::get("/subjects/tasks/{id}", Audience::Owning("subject task"), get(task::show)),
        Route::post("/subjects/tasks/{id}/end", Audience::Owning("subject task"), post(task::end)),
    ]
}
