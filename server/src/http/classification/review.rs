//! `GET /products/{urn}/classify`, and `POST …/propose` and `…/take-back`.

use super::form::{Reviewed, shown};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::jobs::proposals;
use crate::state::AppState;
use app::features::classification::review::{Review, Shown, review_page};
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::{Action, Urn};
use serde::Deserialize;
use store::catalogue::{self, ProductView};
use store::classification;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    show: String,
    done: String,
    columns: usize,
}

/// The product at an address, when this reader may know of it and answers for it.
pub async fn product(state: &AppState, who: &SignedIn, urn: &str) -> Result<ProductView, HttpError> {
    let urn: Urn = urn.parse().map_err(|_| HttpError::NotFound)?;
    let mut conn = state.pool.acquire().await?;
    let found = catalogue::product(&mut conn, who.actor.person, &urn.product_address(), state.now()).await?;
    let product = found.ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::Classify { place: product.at.place })?;
    Ok(product)
}

/// The review as it stands in the record, with what was kept of a half-done one.
pub async fn review(state: &AppState, who: &SignedIn, product: ProductView, wanted: Option<Shown>) -> Result<Review, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let scheme = classification::scheme(&mut conn).await?;
    let columns = classification::columns(&mut conn, product.id).await?;
    let standards = store::standard::findings_of(&mut conn, product.id).await?;
    let draft = classification::draft(&mut conn, who.actor.person, product.id).await?;
    let kept = Reviewed::read(draft.iter().flat_map(|draft| url::form_urlencoded::parse(draft.form.as_bytes()).into_owned()));
    let open = if columns.iter().any(store::classification::ReviewColumn::is_open) { Shown::Open } else { Shown::All };
    Ok(Review {
        highest: classification::class_of_product(&columns, scheme.join),
        shown: wanted.or(kept.show).unwrap_or(open),
        typed: kept.typed,
        rest: kept.rest,
        saved_at: draft.map(|draft| draft.saved_at),
        done: None,
        standards,
        wrong: vec![],
        product,
        scheme,
        columns,
    })
}

pub async fn page(state: &AppState, who: &SignedIn, review: Review, status: StatusCode) -> Result<Response, HttpError> {
    let title = format!("{}Classify {}", if review.wrong.is_empty() { "" } else { "Error: " }, review.product.title);
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Products, &title, status, move || review_page(&csrf, &review)).await
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    let product = product(&state, &who, &urn).await?;
    let mut review = review(&state, &who, product, shown(&asked.show)).await?;
    review.done = match asked.done.as_str() {
        "decided" if asked.columns == 1 => Some("One column was classified. Readers get it so from now on.".into()),
        "decided" => Some(format!("{} columns were classified. Readers get them so from now on.", asked.columns)),
        "saved" => Some("Your review was saved. Nothing is decided yet.".into()),
        "looked" if asked.columns == 0 => Some("The data was looked at. Nothing new is proposed.".into()),
        "looked" => Some(format!("The data was looked at. New proposals: {}.", asked.columns)),
        "taken-back" => Some("It was taken back. Nothing was decided.".into()),
        "published" => Some("The product is published.".into()),
        _ => None,
    };
    page(&state, &who, review, StatusCode::OK).await
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn propose(
    State(state): State<AppState>,
    Path(urn): Path<String>,
    CheckedForm(_, who): CheckedForm<Nothing>,
) -> Result<Response, HttpError> {
    let product = product(&state, &who, &urn).await?;
    let new = proposals::look_at(&state, product.id).await.map_err(HttpError::Internal)?;
    Ok(Redirect::to(&format!("/products/{}/classify?done=looked&columns={new}", product.address)).into_response())
}

pub async fn take_back(
    State(state): State<AppState>,
    Path(urn): Path<String>,
    CheckedForm(_, who): CheckedForm<Nothing>,
) -> Result<Response, HttpError> {
    let product = product(&state, &who, &urn).await?;
    let mut tx = state.pool.begin().await?;
    let of = (product.id, product.address.as_str());
    classification::take_back(&mut tx, who.actor.person, of, "An interrupted review was taken back.", &who.origin, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(Redirect::to(&format!("/products/{}/classify?done=taken-back", product.address)).into_response())
}
