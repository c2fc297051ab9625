//! `GET /api/v1/products/{urn}/classification`: what a product's columns are, for programs of those who may know of it. What is proposed and
//! not decided is for those who decide.

use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::authorisation::authorise;
use domain::{Action, Urn};
use serde_json::{Value, json};
use store::catalogue;
use store::classification::{self, ReviewColumn};

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>) -> Result<Response, HttpError> {
    let urn: Urn = urn.parse().map_err(|_| HttpError::NotFound)?;
    let mut conn = state.pool.acquire().await?;
    let found = catalogue::product(&mut conn, who.actor.person, &urn.product_address(), state.now()).await?;
    let product = found.ok_or(HttpError::NotFound)?;
    let decides = authorise(&who.actor, Action::Classify { place: product.at.place }).is_ok();
    let scheme = classification::scheme(&mut conn).await?;
    let columns = classification::columns(&mut conn, product.id).await?;
    let highest = classification::class_of_product(&columns, scheme.join);
    let body = json!({
        "product": product.address,
        "scheme_version": scheme.version,
        "classification": highest.as_ref().map(|highest| json!({"class": highest.class, "cause": highest.classification_cause.words()})),
        "columns": columns.iter().map(|column| of_column(column, decides)).collect::<Vec<_>>(),
    });
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

fn of_column(column: &ReviewColumn, decides: bool) -> Value {
    let mut one = json!({
        "dataset": column.dataset_name,
        "column": column.name,
        "class": column.now,
        "decided_at": column.decided.as_ref().map(|decided| decided.at),
    });
    if decides && let Some(fields) = one.as_object_mut() {
        let proposal = column.proposal.as_ref().map(|proposal| {
            json!({"class": proposal.class, "kind": proposal.kind, "confidence": proposal.confidence, "values_looked_at": proposal.sampled,
                   "made_at": proposal.made_at, "author": proposal.author, "evidence": proposal.evidence.iter().map(|piece| piece.note.clone()).collect::<Vec<_>>()})
        });
        fields.insert("proposal".into(), proposal.unwrap_or_default());
        fields.insert("contradicted_by".into(), column.conflicts.iter().map(|(by, _)| by.as_str()).collect());
    }
    one
}
