//! `GET /products/{urn}/protection`: what readers get of every column, and what holds for rows.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::protection::{Achieved, May, protection_page};
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::authorise;
use domain::{Action, Urn};
use serde::Deserialize;
use store::PgConnection;
use store::catalogue::{self, ProductView};
use store::protection::{self, ProtectedDataset};

/// Agreements whose achieved k is counted for one dataset: each count reads its view once.
const COUNTED: i64 = 5;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    done: String,
}

/// The product at an address, when this reader may know of it and its domain is theirs to protect, or to waive for.
pub async fn product(state: &AppState, who: &SignedIn, urn: &str) -> Result<(ProductView, May), HttpError> {
    let urn: Urn = urn.parse().map_err(|_| HttpError::NotFound)?;
    let mut conn = state.pool.acquire().await?;
    let found = catalogue::product(&mut conn, who.actor.person, &urn.product_address(), state.now()).await?;
    let product = found.ok_or(HttpError::NotFound)?;
    let place = product.at.place;
    let protect = authorise(&who.actor, Action::Protect { place });
    let waive = authorise(&who.actor, Action::WaiveTechnique { place }).is_ok();
    if !waive {
        protect?;
    }
    Ok((product, May { protect: protect.is_ok(), waive }))
}

/// One dataset of it, by name.
pub async fn dataset(conn: &mut PgConnection, product: &ProductView, name: &str) -> Result<ProtectedDataset, HttpError> {
    protection::datasets(conn, product.id).await?.into_iter().find(|one| one.name == name).ok_or(HttpError::NotFound)
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    let (product, may) = product(&state, &who, &urn).await?;
    let mut conn = state.pool.acquire().await?;
    let datasets = protection::datasets(&mut conn, product.id).await?;
    let mut achieved = vec![];
    for dataset in &datasets {
        achieved.push(achieved_k(&state, &mut conn, dataset).await?);
    }
    drop(conn);
    let done = match asked.done.as_str() {
        "chosen" => Some("It holds now: every agreement in force reads it so."),
        "waived" => Some("The waiver stands. Choose the technique that it allows."),
        "waiver-ended" => Some("The waiver has ended, and what it allowed is hidden at every port."),
        _ => None,
    };
    let title = format!("Protection – {}", product.title);
    render::page(&state, &who, Section::Products, &title, StatusCode::OK, move || protection_page(&product, &datasets, &achieved, may, done)).await
}

/// For a dataset whose rows are k-anonymous: the smallest group of what agreements in force really see, counted at the source now.
async fn achieved_k(state: &AppState, conn: &mut PgConnection, dataset: &ProtectedDataset) -> Result<Vec<Achieved>, HttpError> {
    let Some(k) = &dataset.policy.k else { return Ok(vec![]) };
    let identifiers: Vec<String> = k.identifiers.iter().cloned().collect();
    let mut all = vec![];
    for one in protection::reading(conn, dataset.id, COUNTED).await? {
        match state.source.smallest_group(one.id.0, &one.view, &identifiers).await {
            Ok(smallest) => all.push(Achieved { agreement: one.id, holder: one.holder, smallest }),
            Err(error) => tracing::warn!(%error, agreement = %one.id, "the achieved k cannot be counted"),
        }
    }
    Ok(all)
}
