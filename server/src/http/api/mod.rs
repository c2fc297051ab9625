//! The API for programs: rows at a port with a bearer token; requests, decisions and agreements with an access token; and what the
//! islands ask.

mod agreements;
mod basket;
pub mod called;
mod delegations;
mod drift;
pub(crate) mod formats;
mod given;
mod machines;
mod notices;
pub mod paging;
mod requests;
pub(crate) mod rows;
mod rules;
mod said;
mod sharing;
mod suspensions;
mod tally;
mod teams;
mod terms;
mod webhooks;
mod work;

pub use called::Called;
pub use requests::{Page, one_more};

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/basket", Audience::Everyone, get(basket::list)),
        Route::get("/api/v1/basket/count", Audience::Everyone, get(basket::count)),
        Route::post("/api/v1/basket/add", Audience::Everyone, post(basket::add)),
        Route::post("/api/v1/basket/remove", Audience::Everyone, post(basket::remove)),
        Route::get("/api/v1/notices", Audience::Everyone, get(notices::list)),
        Route::post("/api/v1/notices/read", Audience::Everyone, post(notices::read_all)),
        Route::post("/api/v1/notices/{id}/read", Audience::Owning("notice"), post(notices::read)),
        Route::get("/api/v1/notices/preferences", Audience::Everyone, get(notices::preferences)),
        Route::post("/api/v1/notices/preferences", Audience::Everyone, post(notices::prefer)),
        Route::get("/api/v1/to-do", Audience::Everyone, get(notices::to_do)),
        Route::get("/api/v1/ports/{urn}/rows", Audience::Token, get(rows::rows)),
        Route::get("/api/v1/requests", Audience::Everyone, get(requests::list)),
        Route::post("/api/v1/requests", Audience::Everyone, post(requests::submit)),
        Route::post("/api/v1/requests/check", Audience::Everyone, post(requests::check)),
        Route::get("/api/v1/requests/draft", Audience::Everyone, get(basket::draft)),
        Route::post("/api/v1/requests/draft", Audience::Everyone, post(basket::keep_draft)),
        Route::post("/api/v1/requests/draft/throw-away", Audience::Everyone, post(basket::throw_away)),
        Route::get("/api/v1/products/{urn}/agreement", Audience::Everyone, get(terms::show)),
        Route::get("/api/v1/purposes", Audience::Everyone, get(requests::purposes)),
        Route::get("/api/v1/requests/{id}", Audience::Owning("request"), get(requests::show)),
        Route::post("/api/v1/requests/{id}/withdraw", Audience::Owning("request"), post(requests::withdraw)),
        Route::post("/api/v1/requests/{id}/answer", Audience::Owning("request"), post(requests::answer)),
        Route::post("/api/v1/requests/{id}/undo", Audience::Owning("request"), post(requests::undo)),
        Route::get("/api/v1/work", Audience::Everyone, get(work::list)),
        Route::post("/api/v1/work/preview", Audience::Everyone, post(work::preview)),
        Route::post("/api/v1/work/approve", Audience::Everyone, post(work::approve_many)),
        Route::get("/api/v1/work/{id}", Audience::Owning("step"), get(work::show)),
        Route::post("/api/v1/work/{id}/approve", Audience::Owning("step"), post(work::approve)),
        Route::post("/api/v1/work/{id}/refuse", Audience::Owning("step"), post(work::refuse)),
        Route::post("/api/v1/work/{id}/ask", Audience::Owning("step"), post(work::ask)),
        Route::post("/api/v1/work/{id}/hand-over", Audience::Owning("step"), post(work::hand_over)),
        Route::get("/api/v1/agreements", Audience::Everyone, get(agreements::list)),
        Route::get("/api/v1/agreements/given", Audience::Everyone, get(given::list)),
        Route::get("/api/v1/agreements/{id}", Audience::Owning("agreement"), get(agreements::show)),
        Route::post("/api/v1/agreements/{id}/renew", Audience::Owning("agreement"), post(agreements::renew)),
        Route::post("/api/v1/agreements/{id}/give-up", Audience::Owning("agreement"), post(agreements::give_up)),
        Route::post("/api/v1/agreements/{id}/revoke", Audience::Owning("agreement"), post(agreements::revoke)),
        Route::get("/api/v1/agreements/{id}/terms", Audience::Owning("agreement"), get(agreements::terms)),
        Route::post("/api/v1/agreements/{id}/terms", Audience::Owning("agreement"), post(agreements::accept)),
        Route::get("/api/v1/agreements/{id}/machines", Audience::Owning("agreement"), get(machines::list)),
        Route::post("/api/v1/agreements/{id}/machines", Audience::Owning("agreement"), post(machines::add)),
        Route::post("/api/v1/agreements/{id}/machines/credential", Audience::Owning("agreement"), post(machines::credential)),
        Route::post("/api/v1/agreements/{id}/machines/end", Audience::Owning("agreement"), post(machines::end)),
        Route::get("/api/v1/teams", Audience::Everyone, get(teams::list)),
        Route::post("/api/v1/teams", Audience::Everyone, post(teams::make)),
        Route::get("/api/v1/teams/{id}", Audience::Owning("team"), get(teams::show)),
        Route::post("/api/v1/teams/{id}/add", Audience::Owning("team"), post(teams::add)),
        Route::post("/api/v1/teams/{id}/remove", Audience::Owning("team"), post(teams::remove)),
        Route::post("/api/v1/teams/{id}/lead", Audience::Owning("team"), post(teams::lead)),
        Route::post("/api/v1/teams/{id}/end", Audience::Owning("team"), post(teams::end)),
        Route::get("/api/v1/rules", Audience::Everyone, get(rules::list)),
        Route::post("/api/v1/rules", Audience::Role, post(rules::add)),
        Route::post("/api/v1/rules/{code}/retire", Audience::Everyone, post(rules::retire)),
        Route::post("/api/v1/rules/{code}/restore", Audience::Everyone, post(rules::restore)),
        Route::get("/api/v1/drift", Audience::Role, get(drift::list)),
        Route::get("/api/v1/sharing", Audience::Everyone, get(sharing::show)),
        Route::get("/api/v1/sharing.csv", Audience::Everyone, get(crate::http::sharing::csv::csv)),
        Route::get("/api/v1/webhooks", Audience::Everyone, get(webhooks::list)),
        Route::post("/api/v1/webhooks", Audience::Everyone, post(webhooks::make)),
        Route::get("/api/v1/webhooks/{id}", Audience::Owning("webhook"), get(webhooks::show)),
        Route::get("/api/v1/webhooks/{id}/deliveries", Audience::Owning("webhook"), get(webhooks::deliveries)),
        Route::post("/api/v1/webhooks/{id}/replay", Audience::Owning("webhook"), post(webhooks::replay)),
        Route::post("/api/v1/webhooks/{id}/pause", Audience::Owning("webhook"), post(webhooks::pause)),
        Route::post("/api/v1/webhooks/{id}/resume", Audience::Owning("webhook"), post(webhooks::resume)),
        Route::post("/api/v1/webhooks/{id}/remove", Audience::Owning("webhook"), post(webhooks::remove)),
        Route::get("/api/v1/delegations", Audience::Everyone, get(delegations::list)),
        Route::post("/api/v1/delegations", Audience::Everyone, post(delegations::make)),
        Route::post("/api/v1/delegations/{id}/end", Audience::Owning("delegation"), post(delegations::end)),
        Route::get("/api/v1/suspensions", Audience::Role, get(suspensions::list)),
        Route::post("/api/v1/suspensions/preview", Audience::Role, post(suspensions::preview)),
        Route::post("/api/v1/suspensions", Audience::Role, post(suspensions::place)),
        Route::post("/api/v1/suspensions/{id}/lift", Audience::Role, post(suspensions::lift)),
    ]
}
