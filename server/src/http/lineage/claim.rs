//! `/lineage/names`: placeholders that somebody may claim for datasets which they look after.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::lineage::home;
use crate::state::AppState;
use app::features::lineage::{NameForm, names_page};
use app::shell::Section;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::lineage::{DECLARED, LONGEST_NAME, LONGEST_NAMESPACE, Name, OWN, name_fits};
use domain::{Action, Urn, Violation};
use serde::Deserialize;
use store::StoreError;
use store::catalogue::{self, ProductView};
use store::lineage::{self, Claim};
use uuid::Uuid;

/// Placeholders on the page.
const LISTED: i64 = 200;

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Typed {
    pub(super) namespace: String,
    pub(super) name: String,
    /// Address of the dataset, or of its product.
    pub(super) dataset: String,
    pub(super) product: String,
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Query(typed): Query<Typed>) -> Result<Response, HttpError> {
    page(&state, &who, typed, vec![]).await
}

async fn page(state: &AppState, who: &SignedIn, typed: Typed, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let found = lineage::claimable(&mut conn, who.actor.person, LISTED + 1, state.now()).await?;
    drop(conn);
    let csrf = who.csrf.clone();
    let may = authorise(&who.actor, Action::TellLineage).is_ok();
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let form = NameForm { namespace: typed.namespace, name: typed.name, dataset: typed.dataset };
    let most = usize::try_from(LISTED).unwrap_or_default();
    render::page(state, who, Section::Products, "Names of your data", status, move || names_page(&csrf, &found, most, may, &form, &wrong)).await
}

/// The dataset that is meant and its product, when whoever asks may say how it is known.
async fn meant(state: &AppState, who: &SignedIn, typed: &Typed) -> Result<(ProductView, Option<Uuid>), HttpError> {
    authorise(&who.actor, Action::TellLineage)?;
    let address = if typed.dataset.is_empty() { &typed.product } else { &typed.dataset };
    let urn: Urn = address.trim().parse().map_err(|_| unknown())?;
    let mut conn = state.pool.acquire().await?;
    let product = catalogue::product(&mut conn, who.actor.person, &urn.product_address(), state.now()).await?.ok_or_else(unknown)?;
    authorise(&who.actor, Action::ClaimLineage { place: product.at.place })?;
    let datasets = catalogue::datasets(&mut conn, product.id).await?;
    let found = datasets.into_iter().find(|dataset| Some(&dataset.name) == urn.dataset.as_ref()).map(|dataset| dataset.id.0);
    Ok((product, found))
}

fn unknown() -> HttpError {
    HttpError::Invalid(vec![Violation::new(
        "dataset",
        "dataset_unknown",
        "Enter the address of a dataset that you look after, such as ssot-a.busroutes-dp.routes.",
    )])
}

pub async fn claim(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    match claimed(&state, &who, &typed).await {
        Ok(product) => Ok(Redirect::to(&format!("/products/{}/lineage#names", product.address)).into_response()),
        Err(HttpError::Invalid(wrong)) => page(&state, &who, typed, wrong).await,
        Err(other) => Err(other),
    }
}

/// Says that a name is a dataset of who claims it; gives its product.
pub(super) async fn claimed(state: &AppState, who: &SignedIn, typed: &Typed) -> Result<ProductView, HttpError> {
    let (product, dataset) = meant(state, who, typed).await?;
    let name = Name::new(typed.namespace.trim(), typed.name.trim());
    let mut wrong = vec![];
    if !name_fits(&name.namespace, LONGEST_NAMESPACE) || [OWN, DECLARED].contains(&name.namespace.as_str()) {
        wrong.push(Violation::new("namespace", "namespace_unusable", "Enter the namespace as the tool writes it, such as postgres://host:5432."));
    }
    if !name_fits(&name.name, LONGEST_NAME) {
        wrong.push(Violation::new("name", "name_unusable", "Enter the name as the tool writes it, such as database.schema.table."));
    }
    let (Some(dataset), true) = (dataset, wrong.is_empty()) else {
        if dataset.is_none() {
            wrong.push(Violation::new("dataset", "dataset_unknown", "This product has no such dataset."));
        }
        return Err(HttpError::Invalid(wrong));
    };
    let new = Claim { person: who.actor.person, product: product.id, dataset, name: &name, origin: &who.origin };
    let mut tx = state.pool.begin().await?;
    match lineage::claim(&mut tx, &new, &home(&state.config), state.now()).await {
        Ok(()) => tx.commit().await?,
        Err(StoreError::Conflict(message)) => return Err(HttpError::Invalid(vec![Violation::new("name", "name_taken", message)])),
        Err(other) => return Err(other.into()),
    }
    Ok(product)
}

pub async fn release(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let product = released(&state, &who, &typed).await?;
    Ok(Redirect::to(&format!("/products/{}/lineage#names", product.address)).into_response())
}

/// Takes back that a name is a dataset of theirs; gives its product.
pub(super) async fn released(state: &AppState, who: &SignedIn, typed: &Typed) -> Result<ProductView, HttpError> {
    let (product, dataset) = meant(state, who, typed).await?;
    let dataset = dataset.ok_or(HttpError::NotFound)?;
    let name = Name::new(typed.namespace.as_str(), typed.name.as_str());
    let old = Claim { person: who.actor.person, product: product.id, dataset, name: &name, origin: &who.origin };
    let mut tx = state.pool.begin().await?;
    if !lineage::release(&mut tx, &old, state.now()).await? {
        return Err(HttpError::NotFound);
    }
    tx.commit().await?;
    Ok(product)
}
