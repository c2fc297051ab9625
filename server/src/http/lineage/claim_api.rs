//! `/api/v1/lineage/names`: placeholders that one may claim, the names of a product's datasets, claiming and giving back, for programs. The same checks as on
//! the page.

use super::claim::{Typed, claimed, released};
use crate::http::api::paging::{nowhere, paged};
use crate::http::api::{Called, Page, one_more};
use crate::http::error::HttpError;
use crate::http::service_level::visible;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::Action;
use domain::authorisation::authorise;
use domain::lineage::Name;
use serde::Deserialize;
use serde_json::{Value, json};
use store::catalogue::ProductView;
use store::lineage::{self, Claimable, Claimed};

fn fresh(body: Value) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// Where a name stands in the list; neither part holds a line's end.
fn key(name: &Name) -> String {
    format!("{}\n{}", name.namespace, name.name)
}

/// By namespace and name.
pub async fn list(State(state): State<AppState>, who: SignedIn, Query(page): Query<Page>) -> Result<Response, HttpError> {
    let after = match page.after.as_str() {
        "" => None,
        text => Some(text.split_once('\n').map(|(namespace, name)| Name::new(namespace, name)).ok_or_else(nowhere)?),
    };
    let mut conn = state.pool.acquire().await?;
    let lines = lineage::claimable_after(&mut conn, who.actor.person, after.as_ref(), one_more(), state.now()).await?;
    let line = |one: &Claimable| json!({ "namespace": one.name.namespace, "name": one.name.name, "first_at": one.first_at, "beside": one.beside });
    Ok(fresh(paged("names", "/api/v1/lineage/names", &[], lines, |one| key(&one.name), line)))
}

/// Under which names tools know a product's datasets, for who looks after it.
pub async fn of_product(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    authorise(&who.actor, Action::ClaimLineage { place: product.at.place })?;
    names(&state, &product).await
}

async fn names(state: &AppState, product: &ProductView) -> Result<Response, HttpError> {
    let names = lineage::names_of(&mut *state.pool.acquire().await?, product.id).await?;
    let line = |one: &Claimed| {
        json!({ "dataset": format!("{}.{}", product.address, one.dataset), "namespace": one.name.namespace, "name": one.name.name,
                "claimed_by": one.claimed_by, "claimed_at": one.claimed_at })
    };
    Ok(fresh(json!({ "product": product.address, "names": names.iter().map(line).collect::<Vec<_>>() })))
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Named {
    namespace: String,
    name: String,
    /// The dataset's address.
    dataset: String,
}

impl Named {
    fn typed(self) -> Typed {
        Typed { namespace: self.namespace, name: self.name, dataset: self.dataset, product: String::new() }
    }
}

pub async fn claim(State(state): State<AppState>, Called(sent, who): Called<Named>) -> Result<Response, HttpError> {
    let product = claimed(&state, &who, &sent.typed()).await?;
    names(&state, &product).await
}

pub async fn release(State(state): State<AppState>, Called(sent, who): Called<Named>) -> Result<Response, HttpError> {
    let product = released(&state, &who, &sent.typed()).await?;
    names(&state, &product).await
}
