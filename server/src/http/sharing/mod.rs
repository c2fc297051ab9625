//! How long sharing takes, for everyone: over the products that each reader may know of.

pub(crate) mod asked;
pub(crate) mod csv;
mod show;

pub use asked::{figures, lately};

use crate::routes::{Audience, Route};
use axum::routing::get;

pub fn routes() -> Vec<Route> {
    vec![Route::get("/sharing", Audience::Everyone, get(show::page)), Route::get("/sharing.csv", Audience::Everyone, get(csv::csv))]
}
