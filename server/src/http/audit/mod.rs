//! The audit trail: all of it for auditors, their sectors for security officers. Its checkpoints are for everyone: they hold
//! hashes and numbers alone, and they protect the trail only when others keep them.

mod api;
mod checkpoints;
mod csv;
mod list;
mod proof;
mod report;

use crate::routes::{Audience, Route};
use axum::routing::get;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/audit", Audience::Role, get(list::page)),
        Route::get("/audit.csv", Audience::Role, get(csv::csv)),
        Route::get("/audit.jsonl", Audience::Role, get(csv::json_lines)),
        Route::get("/audit/report", Audience::Role, get(report::page)),
        Route::get("/audit/report.csv", Audience::Role, get(report::csv)),
        Route::get("/audit/{id}/proof", Audience::Role, get(proof::proof)),
        Route::get("/audit/checkpoints", Audience::Public, get(checkpoints::page)),
        Route::get("/audit/checkpoints/{size}", Audience::Public, get(checkpoints::note)),
        Route::get("/api/v1/audit/checkpoints", Audience::Public, get(checkpoints::json)),
        Route::get("/api/v1/audit/events", Audience::Role, get(api::events)),
        Route::get("/api/v1/audit/events.csv", Audience::Role, get(csv::csv)),
        Route::get("/api/v1/audit/events.jsonl", Audience::Role, get(csv::json_lines)),
        Route::get("/api/v1/audit/events/{id}/proof", Audience::Role, get(proof::proof)),
        Route::get("/api/v1/audit/report", Audience::Role, get(api::report)),
        Route::get("/api/v1/audit/report.csv", Audience::Role, get(report::csv)),
    ]
}
