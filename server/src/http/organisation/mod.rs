//! Organisations for everyone; people and roles for administrators.

mod people;
mod roles;
mod show;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/organisations", Audience::Everyone, get(show::list)),
        Route::get("/organisations/{slug}", Audience::Everyone, get(show::show)),
        Route::get("/design", Audience::Everyone, get(show::design)),
        Route::get("/admin/people", Audience::Role, get(people::list)),
        Route::post("/admin/people/{id}/disable", Audience::Role, post(people::disable)),
        Route::post("/admin/people/{id}/enable", Audience::Role, post(people::enable)),
        Route::post("/admin/roles", Audience::Role, post(roles::grant)),
        Route::post("/admin/roles/{id}/end", Audience::Role, post(roles::end)),
    ]
}
