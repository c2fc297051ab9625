//! Organisations for everyone; organisations by hand, people, roles, purposes, holidays and retention for administrators.

mod administration;
mod holidays;
mod people;
mod person;
mod purposes;
mod retention;
mod role_ends;
mod roles;
mod show;
mod units;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/organisations", Audience::Everyone, get(show::list)),
        Route::get("/organisations/{slug}", Audience::Everyone, get(show::show)),
        Route::get("/design", Audience::Everyone, get(show::design)),
        Route::get("/admin", Audience::Role, get(administration::show)),
        Route::get("/admin/organisations", Audience::Role, get(units::list)),
        Route::get("/admin/organisations/new", Audience::Role, get(units::new)),
        Route::post("/admin/organisations/new", Audience::Role, post(units::add)),
        Route::get("/admin/organisations/{kind}/{slug}", Audience::Role, get(units::show)),
        Route::post("/admin/organisations/{kind}/{slug}", Audience::Role, post(units::change)),
        Route::get("/admin/organisations/{kind}/{slug}/retire", Audience::Role, get(units::ask_retirement)),
        Route::post("/admin/organisations/{kind}/{slug}/retire", Audience::Role, post(units::retire)),
        Route::post("/admin/organisations/{kind}/{slug}/restore", Audience::Role, post(units::restore)),
        Route::get("/admin/people", Audience::Role, get(people::list)),
        Route::get("/admin/people/{id}", Audience::Role, get(person::show)),
        Route::post("/admin/people/{id}/disable", Audience::Role, post(people::disable)),
        Route::post("/admin/people/{id}/enable", Audience::Role, post(people::enable)),
        Route::post("/admin/roles", Audience::Role, post(roles::grant)),
        Route::post("/admin/roles/{id}/end", Audience::Role, post(roles::end)),
        Route::get("/admin/roles/{id}/until", Audience::Role, get(role_ends::ask)),
        Route::post("/admin/roles/{id}/until", Audience::Role, post(role_ends::change)),
        Route::get("/roles", Audience::Everyone, get(person::own)),
        Route::get("/admin/purposes", Audience::Role, get(purposes::list)),
        Route::post("/admin/purposes", Audience::Role, post(purposes::add)),
        Route::get("/admin/purposes/{code}", Audience::Role, get(purposes::show)),
        Route::post("/admin/purposes/{code}", Audience::Role, post(purposes::change)),
        Route::get("/admin/purposes/{code}/retire", Audience::Role, get(purposes::ask_retirement)),
        Route::post("/admin/purposes/{code}/retire", Audience::Role, post(purposes::retire)),
        Route::post("/admin/purposes/{code}/restore", Audience::Role, post(purposes::restore)),
        Route::get("/admin/holidays", Audience::Role, get(holidays::list)),
        Route::post("/admin/holidays", Audience::Role, post(holidays::add)),
        Route::post("/admin/holidays/paste", Audience::Role, post(holidays::paste)),
        Route::post("/admin/holidays/{day}/remove", Audience::Role, post(holidays::remove)),
        Route::get("/admin/retention", Audience::Role, get(retention::list)),
        Route::post("/admin/retention", Audience::Role, post(retention::change)),
    ]
}
