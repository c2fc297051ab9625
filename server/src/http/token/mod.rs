//! Access tokens of one's own, and finding the person behind one.

mod list;
pub mod presented;
mod revoke;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/mine/tokens", Audience::Everyone, get(list::show)),
        Route::post("/mine/tokens", Audience::Everyone, post(list::make)),
        Route::post("/mine/tokens/{id}/revoke", Audience::Owning("token"), post(revoke::revoke)),
    ]
}
