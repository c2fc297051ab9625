//! Service levels: one objective with its history, declaring and ending, and the same for programs. The list is a tab of the product.

mod api;
mod declare;
mod keep;
mod show;

pub(crate) use declare::names;

use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::routes::{Audience, Route};
use crate::state::AppState;
use axum::routing::{get, post};
use domain::Urn;
use store::catalogue::{self, ProductView};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/products/{urn}/service-levels/new", Audience::Everyone, get(declare::new)),
        Route::post("/products/{urn}/service-levels/new", Audience::Everyone, post(declare::declare)),
        Route::get("/products/{urn}/service-levels/{id}", Audience::Everyone, get(show::show)),
        Route::get("/products/{urn}/service-levels/{id}/change", Audience::Everyone, get(declare::change)),
        Route::post("/products/{urn}/service-levels/{id}/end", Audience::Everyone, post(declare::end)),
        Route::get("/service-levels", Audience::Everyone, get(show::list)),
        Route::get("/api/v1/products/{urn}/service-levels", Audience::Everyone, get(api::list)),
        Route::get("/api/v1/products/{urn}/service-levels/{id}", Audience::Everyone, get(api::show)),
        Route::post("/api/v1/products/{urn}/service-levels", Audience::Everyone, post(keep::declare)),
        Route::post("/api/v1/products/{urn}/service-levels/{id}/end", Audience::Everyone, post(keep::end)),
        Route::get("/api/v1/service-levels", Audience::Everyone, get(keep::broken)),
        Route::post("/api/v1/products/{urn}/service-levels/{id}/measurements", Audience::Everyone, post(api::report)),
    ]
}

/// A product that somebody may know of.
pub(crate) async fn visible(state: &AppState, who: &SignedIn, urn: &str) -> Result<ProductView, HttpError> {
    let urn: Urn = urn.parse().map_err(|_| HttpError::NotFound)?;
    let mut conn = state.pool.acquire().await?;
    catalogue::product(&mut conn, who.actor.person, &urn.product_address(), state.now()).await?.ok_or(HttpError::NotFound)
}
