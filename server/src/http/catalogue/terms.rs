//! `GET /products/{urn}/agreement/{version}` and `/products/{urn}/agreement/compare`: one version of a product's terms, and two
//! side by side.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::catalogue::ProductTab;
use app::features::catalogue::terms::{compare_page, version_page};
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Urn;
use serde::Deserialize;
use store::catalogue::{self, ProductView};

/// The product at an address when this reader may know of it, or the answer that leads to where it is now; `rest` is what
/// follows the agreement's own address.
pub async fn visible(state: &AppState, who: &SignedIn, urn: &str, rest: &str) -> Result<Result<ProductView, Response>, HttpError> {
    let urn: Urn = urn.parse().map_err(|_| HttpError::NotFound)?;
    let (address, reader) = (urn.product_address(), who.actor.person);
    let mut conn = state.pool.acquire().await?;
    if let Some(product) = catalogue::product(&mut conn, reader, &address, state.now()).await? {
        return Ok(Ok(product));
    }
    let moved = catalogue::redirect(&mut conn, reader, &address, state.now()).await?.ok_or(HttpError::NotFound)?;
    Ok(Err(Redirect::permanent(&format!("{}{rest}", ProductTab::Agreement.url(&moved))).into_response()))
}

pub async fn version(State(state): State<AppState>, who: SignedIn, Path((urn, version)): Path<(String, String)>) -> Result<Response, HttpError> {
    let version: i32 = version.parse().map_err(|_| HttpError::NotFound)?;
    let product = match visible(&state, &who, &urn, &format!("/{version}")).await? {
        Ok(product) => product,
        Err(moved) => return Ok(moved),
    };
    let mut conn = state.pool.acquire().await?;
    let shown = catalogue::terms(&mut conn, product.id, Some(version)).await?.ok_or(HttpError::NotFound)?;
    let names = catalogue::terms_names(&mut conn).await?;
    drop(conn);
    let title = format!("Terms of {}, version {version}", product.title);
    render::page(&state, &who, Section::Products, &title, StatusCode::OK, move || version_page(&product, &shown, product.terms_version, &names)).await
}

/// Which two; the current one and the one before when nothing is said.
#[derive(Deserialize)]
pub struct Asked {
    from: Option<i32>,
    to: Option<i32>,
}

pub async fn compare(
    State(state): State<AppState>,
    who: SignedIn,
    Path(urn): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, HttpError> {
    let product = match visible(&state, &who, &urn, "/compare").await? {
        Ok(product) => product,
        Err(moved) => return Ok(moved),
    };
    let to = asked.to.unwrap_or(product.terms_version);
    let from = asked.from.unwrap_or_else(|| (to - 1).max(1));
    let mut conn = state.pool.acquire().await?;
    let former = catalogue::terms(&mut conn, product.id, Some(from)).await?.ok_or(HttpError::NotFound)?;
    let latter = catalogue::terms(&mut conn, product.id, Some(to)).await?.ok_or(HttpError::NotFound)?;
    let versions: Vec<i32> = catalogue::terms_history(&mut conn, product.id).await?.into_iter().map(|line| line.version).collect();
    let names = catalogue::terms_names(&mut conn).await?;
    drop(conn);
    let title = format!("Terms of {}: versions {from} and {to}", product.title);
    render::page(&state, &who, Section::Products, &title, StatusCode::OK, move || compare_page(&product, &former, &latter, &versions, &names)).await
}
