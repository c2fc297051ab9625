//! `POST /standards/{slug}/waive` and `/end-waiver`: letting a product off until a day.

use super::edit::newest;
use super::show::{main, page, readable};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::state::AppState;
use app::features::standard::Acts;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::StandardWaiverId;
use domain::standard::check_waiver;
use domain::{Action, Violation, calendar};
use serde::Deserialize;
use store::catalogue;
use store::standard::{self, NewWaiver};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    product: String,
    waiver_until: String,
    waiver_reason: String,
    id: String,
}

pub async fn grant(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let newest = newest(&state, &who, &slug).await?;
    authorise(&who.actor, Action::KeepStandard { scope: newest.place })?;
    let today = calendar::day(state.now());
    let mut conn = state.pool.acquire().await?;
    let product = catalogue::product(&mut conn, who.actor.person, typed.product.trim(), state.now()).await?;
    let all = readable(&mut conn, &who, &slug).await?;
    drop(conn);
    let checked = check_waiver(&typed.waiver_until, &typed.waiver_reason, today);
    let (product, (until, reason)) = match (product, checked) {
        (Some(product), Ok(checked)) => (product, checked),
        (product, checked) => {
            let mut wrong = checked.err().unwrap_or_default();
            if product.is_none() {
                wrong.insert(
                    0,
                    Violation::new(
                        "product",
                        "product_unknown",
                        "There is no product at this address. Write it as on its page, such as ssot-a.busroutes-dp.",
                    ),
                );
            }
            let version = main(&all, today).cloned().unwrap_or(newest);
            let acts = Acts { product: typed.product, waiver_until: typed.waiver_until, waiver_reason: typed.waiver_reason, ..Acts::default() };
            return page(&state, &who, version, all, acts, wrong, None).await;
        }
    };
    let new = NewWaiver { standard: newest.id, slug: &newest.standard.id, product: product.id, address: &product.address, reason: &reason, until };
    let mut tx = state.pool.begin().await?;
    standard::grant_waiver(&mut tx, who.actor.person, &new, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(Redirect::to(&format!("/standards/{}?done=waived", newest.standard.id)).into_response())
}

pub async fn end(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let version = newest(&state, &who, &slug).await?;
    authorise(&who.actor, Action::KeepStandard { scope: version.place })?;
    let id: StandardWaiverId = typed.id.parse().map_err(|_| HttpError::NotFound)?;
    let mut tx = state.pool.begin().await?;
    let done = standard::end_waiver(&mut tx, who.actor.person, version.id, id, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/standards/{}?done={}", version.standard.id, if done { "ended" } else { "already" })).into_response())
}
