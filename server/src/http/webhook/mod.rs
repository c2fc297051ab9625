//! Webhooks: for owners of domains and GDO administrators. A webhook of others is nothing here, as if it did not exist.

pub(crate) mod change;
pub(crate) mod list;
pub(crate) mod show;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/webhooks", Audience::Everyone, get(list::show)),
        Route::post("/admin/webhooks", Audience::Everyone, post(list::make)),
        Route::get("/admin/webhooks/{id}", Audience::Owning("webhook"), get(show::show)),
        Route::post("/admin/webhooks/{id}/pause", Audience::Owning("webhook"), post(change::pause)),
        Route::post("/admin/webhooks/{id}/resume", Audience::Owning("webhook"), post(change::resume)),
        Route::post("/admin/webhooks/{id}/remove", Audience::Owning("webhook"), post(change::remove)),
        Route::post("/admin/webhooks/{id}/replay", Audience::Owning("webhook"), post(change::replay)),
    ]
}
