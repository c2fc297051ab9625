//! `POST /mine/followed` and `POST /mine/unfollowed`: one product, from its own page or from the list.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Urn;
use serde::Deserialize;
use store::mine;

#[derive(Deserialize)]
pub struct Product {
    #[serde(default)]
    product: String,
    /// Where to go afterwards: `mine`, or the product's page.
    #[serde(default)]
    back: String,
}

impl Product {
    fn address(&self) -> Result<String, HttpError> {
        let urn: Urn = self.product.parse().map_err(|_| HttpError::NotFound)?;
        Ok(urn.product_address())
    }
}

pub async fn follow(State(state): State<AppState>, CheckedForm(form, who): CheckedForm<Product>) -> Result<Response, HttpError> {
    let address = form.address()?;
    let mut conn = state.pool.acquire().await?;
    if !mine::follow(&mut conn, who.actor.person, &address, state.now()).await? {
        return Err(HttpError::NotFound);
    }
    let next = if form.back == "mine" { "/mine".to_owned() } else { format!("/products/{address}") };
    Ok(Redirect::to(&next).into_response())
}

pub async fn unfollow(State(state): State<AppState>, CheckedForm(form, who): CheckedForm<Product>) -> Result<Response, HttpError> {
    let address = form.address()?;
    let mut conn = state.pool.acquire().await?;
    if !mine::unfollow(&mut conn, who.actor.person, &address, state.now()).await? {
        return Err(HttpError::NotFound);
    }
    let next = if form.back == "mine" { format!("/mine?unfollowed={address}") } else { format!("/products/{address}") };
    Ok(Redirect::to(&next).into_response())
}
