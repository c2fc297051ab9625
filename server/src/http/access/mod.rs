//! Asking for access, deciding, and agreements.

pub(crate) mod agreements;
pub(crate) mod answers;
pub(crate) mod ask;
pub(crate) mod basket;
pub(crate) mod decide;
pub(crate) mod delegations;
mod download;
pub(crate) mod draft;
pub(crate) mod drift;
pub(crate) mod given;
pub(crate) mod machines;
pub(crate) mod many;
pub(crate) mod renew;
pub(crate) mod requests;
pub(crate) mod rules;
pub(crate) mod scope_form;
pub(crate) mod submit;
pub(crate) mod suspend;
mod suspensions;
pub(crate) mod terms;
pub(crate) mod work;

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
        Route::post("/requests/draft", Audience::Everyone, post(draft::keep)),
        Route::post("/requests/draft/throw-away", Audience::Everyone, post(draft::throw_away)),
        Route::post("/requests/{id}/answer", Audience::Owning("request"), post(requests::answer)),
        Route::post("/requests/{id}/undo", Audience::Owning("request"), post(requests::undo)),
        Route::get("/work", Audience::Everyone, get(work::show)),
        Route::post("/work/preview", Audience::Everyone, post(many::preview)),
        Route::post("/work/approve", Audience::Everyone, post(many::approve)),
        Route::post("/work/{id}/approve", Audience::Owning("step"), post(decide::approve)),
        Route::post("/work/{id}/refuse", Audience::Owning("step"), post(decide::refuse)),
        Route::post("/work/{id}/ask", Audience::Owning("step"), post(decide::ask)),
        Route::post("/work/{id}/hand-over", Audience::Owning("step"), post(decide::hand_over)),
        Route::get("/rules", Audience::Everyone, get(rules::list)),
        Route::post("/rules", Audience::Role, post(rules::add)),
        Route::post("/rules/{code}/retire", Audience::Everyone, post(rules::retire)),
        Route::post("/rules/{code}/restore", Audience::Everyone, post(rules::restore)),
        Route::get("/delegations", Audience::Everyone, get(delegations::show)),
        Route::post("/delegations", Audience::Everyone, post(delegations::make)),
        Route::post("/delegations/{id}/end", Audience::Owning("delegation"), post(delegations::end)),
        Route::get("/agreements", Audience::Everyone, get(agreements::list)),
        Route::get("/agreements/given", Audience::Everyone, get(given::list)),
        Route::get("/agreements/{id}", Audience::Owning("agreement"), get(agreements::show)),
        Route::get("/agreements/{id}/terms", Audience::Owning("agreement"), get(terms::show)),
        Route::post("/agreements/{id}/terms", Audience::Owning("agreement"), post(terms::accept)),
        Route::post("/agreements/{id}/credential", Audience::Owning("agreement"), post(agreements::credential)),
        Route::post("/agreements/{id}/download", Audience::Owning("agreement"), post(download::download)),
        Route::post("/agreements/{id}/machines", Audience::Owning("agreement"), post(machines::add)),
        Route::post("/agreements/{id}/machines/credential", Audience::Owning("agreement"), post(machines::credential)),
        Route::post("/agreements/{id}/machines/end", Audience::Owning("agreement"), post(machines::end)),
        Route::post("/agreements/{id}/renew", Audience::Owning("agreement"), post(renew::renew)),
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
