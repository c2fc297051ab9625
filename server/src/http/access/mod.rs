//! Asking for access, deciding, and agreements.

mod agreements;
mod ask;
mod basket;
mod decide;
mod drift;
mod requests;
mod submit;
mod suspend;
mod suspensions;
mod work;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/basket", Audience::Everyone, get(basket::show)),
        Route::post("/basket/add", Audience::Everyone, post(basket::add)),
        Route::post("/basket/remove", Audience::Everyone, post(basket::remove)),
        Route::get("/requests/new", Audience::Everyone, get(ask::new)),
        Route::post("/requests/check", Audience::Everyone, post(ask::check)),
        Route::get("/requests", Audience::Everyone, get(requests::list)),
        Route::post("/requests", Audience::Everyone, post(submit::submit)),
        Route::get("/requests/{id}", Audience::Owning("request"), get(requests::show)),
        Route::get("/requests/{id}/submitted", Audience::Owning("request"), get(requests::submitted)),
        Route::post("/requests/{id}/withdraw", Audience::Owning("request"), post(requests::withdraw)),
        Route::post("/requests/{id}/approve", Audience::Owning("request"), post(decide::approve)),
        Route::post("/requests/{id}/refuse", Audience::Owning("request"), post(decide::refuse)),
        Route::get("/work", Audience::Everyone, get(work::show)),
        Route::get("/agreements", Audience::Everyone, get(agreements::list)),
        Route::get("/agreements/{id}", Audience::Owning("agreement"), get(agreements::show)),
        Route::post("/agreements/{id}/credential", Audience::Owning("agreement"), post(agreements::credential)),
        Route::post("/agreements/{id}/give-up", Audience::Owning("agreement"), post(agreements::give_up)),
        Route::post("/agreements/{id}/revoke", Audience::Owning("agreement"), post(agreements::revoke)),
        Route::get("/suspensions", Audience::Role, get(suspensions::list)),
        Route::get("/suspensions/new", Audience::Role, get(suspend::new)),
        Route::post("/suspensions/check", Audience::Role, post(suspend::check)),
        Route::post("/suspensions", Audience::Role, post(suspend::place)),
        Route::post("/suspensions/{id}/lift", Audience::Role, post(suspensions::lift)),
        Route::get("/admin/drift", Audience::Role, get(drift::show)),
    ]
}
