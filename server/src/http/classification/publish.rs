//! `POST /products/{urn}/classify/publish`: a draft becomes what everyone may know of, once every column is classified.

use super::review::{Nothing, page, product, review};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::standards::gate;
use crate::state::AppState;
use app::features::classification::review::Review;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Action;
use domain::authorisation::authorise;
use rules::{Effect, Gate};
use store::classification;

pub async fn publish(
    State(state): State<AppState>,
    Path(urn): Path<String>,
    CheckedForm(_, who): CheckedForm<Nothing>,
) -> Result<Response, HttpError> {
    let product = product(&state, &who, &urn).await?;
    authorise(&who.actor, Action::Publish { place: product.at.place })?;
    let mut tx = state.pool.begin().await?;
    let judged = gate::of_product(&state, &mut tx, who.actor.person, Gate::Publishing, product.id).await?;
    let mut wrong = classification::publish(&mut tx, who.actor.person, product.id, &who.origin, state.now()).await?.err().unwrap_or_default();
    let refused = judged.as_ref().filter(|judged| judged.effect(Gate::Publishing) == Effect::Refuse);
    if let Some(judged) = refused {
        wrong.extend(gate::faults(judged, Gate::Publishing, "publish"));
    }
    if !wrong.is_empty() {
        drop(tx);
        if let Some(judged) = refused {
            gate::keep(&state, &who, Gate::Publishing, judged, None).await?;
        }
        let found = review(&state, &who, product, None).await?;
        return page(&state, &who, Review { wrong, ..found }, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    if let Some(judged) = &judged {
        gate::note(&state, &mut tx, &who, Gate::Publishing, judged, None).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/products/{}/classify?done=published", product.address)).into_response())
}
