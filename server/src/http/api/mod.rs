//! The API for programs: rows at a port with a bearer token; requests, decisions and agreements with an access token; and what the
//! islands ask.

mod agreements;
mod basket_count;
pub mod called;
mod delegations;
pub(crate) mod formats;
mod notices;
pub mod paging;
mod requests;
pub(crate) mod rows;
mod said;
mod suspensions;
mod tally;
mod work;

pub use called::Called;
pub use requests::{Page, one_more};

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/basket/count", Audience::Everyone, get(basket_count::count)),
        Route::get("/api/v1/notices", Audience::Everyone, get(notices::list)),
        Route::get("/api/v1/ports/{urn}/rows", Audience::Token, get(rows::rows)),
        Route::get("/api/v1/requests", Audience::Everyone, get(requests::list)),
        Route::post("/api/v1/requests", Audience::Everyone, post(requests::submit)),
        Route::post("/api/v1/requests/check", Audience::Everyone, post(requests::check)),
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
        Route::get("/api/v1/agreements/{id}", Audience::Owning("agreement"), get(agreements::show)),
        Route::post("/api/v1/agreements/{id}/renew", Audience::Owning("agreement"), post(agreements::renew)),
        Route::post("/api/v1/agreements/{id}/give-up", Audience::Owning("agreement"), post(agreements::give_up)),
        Route::post("/api/v1/agreements/{id}/revoke", Audience::Owning("agreement"), post(agreements::revoke)),
        Route::get("/api/v1/agreements/{id}/terms", Audience::Owning("agreement"), get(agreements::terms)),
        Route::post("/api/v1/agreements/{id}/terms", Audience::Owning("agreement"), post(agreements::accept)),
        Route::get("/api/v1/delegations", Audience::Everyone, get(delegations::list)),
        Route::post("/api/v1/delegations", Audience::Everyone, post(delegations::make)),
        Route::post("/api/v1/delegations/{id}/end", Audience::Owning("delegation"), post(delegations::end)),
        Route::get("/api/v1/suspensions", Audience::Role, get(suspensions::list)),
        Route::post("/api/v1/suspensions/preview", Audience::Role, post(suspensions::preview)),
        Route::post("/api/v1/suspensions", Audience::Role, post(suspensions::place)),
        Route::post("/api/v1/suspensions/{id}/lift", Audience::Role, post(suspensions::lift)),
    ]
}
