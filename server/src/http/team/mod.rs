//! Teams: one's own, one of them, and who is in it.

pub(crate) mod keep;
pub(crate) mod list;
pub(crate) mod show;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/teams", Audience::Everyone, get(list::show)),
        Route::post("/teams", Audience::Everyone, post(list::make)),
        Route::get("/teams/{id}", Audience::Owning("team"), get(show::show)),
        Route::post("/teams/{id}/add", Audience::Owning("team"), post(keep::add)),
        Route::post("/teams/{id}/remove", Audience::Owning("team"), post(keep::remove)),
        Route::post("/teams/{id}/lead", Audience::Owning("team"), post(keep::lead)),
        Route::post("/teams/{id}/end", Audience::Owning("team"), post(keep::end)),
    ]
}
