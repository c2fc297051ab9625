//! Audits of quality: planned, read and printed, and what they found answered; and the same for programs.

mod api;
mod csv;
mod list;
mod plan;
mod plan_api;
mod report;
mod task;
mod task_api;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

/// What follows from an audit belongs to whoever looks after the product.
const TASK: Audience = Audience::Owning("quality task");

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/quality-audits", Audience::Everyone, get(list::list)),
        Route::get("/quality/{slug}/audits/new", Audience::Everyone, get(plan::new)),
        Route::post("/quality/{slug}/audits/new", Audience::Everyone, post(plan::make)),
        Route::get("/quality-audits/plans/{id}", Audience::Everyone, get(plan::show)),
        Route::get("/quality-audits/plans/{id}/change", Audience::Everyone, get(plan::open)),
        Route::post("/quality-audits/plans/{id}/change", Audience::Everyone, post(plan::change)),
        Route::post("/quality-audits/plans/{id}/state", Audience::Everyone, post(plan::set_state)),
        Route::get("/quality-audits/{id}", Audience::Everyone, get(report::show)),
        Route::get("/quality-audits/{id}/results.csv", Audience::Everyone, get(csv::csv)),
        Route::get("/quality-tasks", Audience::Everyone, get(task::list)),
        Route::get("/quality-tasks/{id}", TASK, get(task::show)),
        Route::post("/quality-tasks/{id}/answer", TASK, post(task::answer)),
        Route::post("/quality-tasks/{id}/decide", TASK, post(task::decide)),
        Route::get("/api/v1/quality-audits", Audience::Everyone, get(api::list)),
        Route::get("/api/v1/quality-audits/{id}", Audience::Everyone, get(api::show)),
        Route::get("/api/v1/quality-audits/{id}/results.csv", Audience::Everyone, get(csv::csv)),
        Route::get("/api/v1/quality-audits/plans", Audience::Everyone, get(plan_api::list)),
        Route::get("/api/v1/quality-audits/plans/{id}", Audience::Everyone, get(plan_api::show)),
        Route::post("/api/v1/quality-audits/plans/{id}/change", Audience::Everyone, post(plan_api::change)),
        Route::post("/api/v1/quality-audits/plans/{id}/state", Audience::Everyone, post(plan_api::set_state)),
        Route::post("/api/v1/quality/{slug}/audits", Audience::Everyone, post(plan_api::make)),
        Route::get("/api/v1/quality-tasks", Audience::Everyone, get(task_api::list)),
        Route::get("/api/v1/quality-tasks/{id}", TASK, get(task_api::show)),
        Route::post("/api/v1/quality-tasks/{id}/answer", TASK, post(task_api::answer)),
        Route::post("/api/v1/quality-tasks/{id}/decide", TASK, post(task_api::decide)),
    ]
}
