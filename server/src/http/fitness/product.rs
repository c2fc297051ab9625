//! `GET /products/{urn}/fitness`: each check of one product as it stands now, and how the product came there.

use crate::fitness::assess;
use crate::http::error::HttpError;
use crate::http::render;
use crate::http::service_level::visible;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::fitness::{ProductFitness, product_fitness_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::authorise;
use domain::fitness::Over;
use domain::id::ProductId;
use domain::{Action, calendar};
use rules::fitness::Assessed;
use store::fitness::{self, AnnouncementLine, Announcements, TrendPoint};
use store::standard;

/// Honours that are shown of one product.
const HONOURS: i64 = 5;

/// What a product's own page says of it: the score of the last time that it was looked at, and what it was honoured for.
pub async fn beside(state: &AppState, who: &SignedIn, product: ProductId) -> Result<(Option<f64>, Vec<AnnouncementLine>), HttpError> {
    let mut conn = state.pool.acquire().await?;
    let score = fitness::latest(&mut conn, product, calendar::day(state.now())).await?;
    let of = Announcements { product: Some(product), ..Announcements::default() };
    let honours = fitness::announcements(&mut conn, who.actor.person, of, HONOURS, state.now()).await?;
    Ok((score, honours))
}

/// The checks as they stand now, and the scores of the last weeks.
pub async fn looked_at(state: &AppState, product: ProductId) -> Result<(Option<Assessed>, Vec<TrendPoint>), HttpError> {
    let today = calendar::day(state.now());
    let mut conn = state.pool.acquire().await?;
    let inputs = standard::inputs(&mut conn, &[product.0], today).await?;
    let trend = fitness::history(&mut conn, product, &Over::Weeks.days(today)).await?;
    drop(conn);
    let assessed = assess(inputs.into_iter().map(|(_, input)| (input, None)).collect()).await.map_err(HttpError::Internal)?;
    Ok((assessed.into_iter().next(), trend))
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let (assessed, trend) = looked_at(&state, product.id).await?;
    let (_, announcements) = beside(&state, &who, product.id).await?;
    let keeps = authorise(&who.actor, Action::Publish { place: product.at.place }).is_ok();
    let title = format!("Fitness – {}", product.title);
    let page = ProductFitness { product, assessed, trend, announcements, keeps };
    render::page(&state, &who, Section::Products, &title, StatusCode::OK, move || product_fitness_page(&page)).await
}
