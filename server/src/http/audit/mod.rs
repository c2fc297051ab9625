//! The audit trail: all of it for auditors, their sectors for security officers.

mod list;

use crate::routes::{Audience, Route};
use axum::routing::get;

pub fn routes() -> Vec<Route> {
    vec![Route::get("/audit", Audience::Role, get(list::page)), Route::get("/audit.csv", Audience::Role, get(list::csv))]
}
