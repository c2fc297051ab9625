//! `POST …/{column}/waive` and `…/end-waiver`: allowing for a while what a steward may not choose alone.

use super::choose::{Answer, Rows, line, page, refused, today};
use super::show::{dataset, product};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::state::AppState;
use crate::tightening;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::protection::{TechniqueForm, check_waiver};
use domain::{Action, Violation, calendar};
use serde::Deserialize;
use store::protection::{self, Changed, ProtectionChange};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    reason: String,
    until: String,
}

pub async fn waive(
    State(state): State<AppState>,
    Path((urn, name, column)): Path<(String, String, String)>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let (product, may) = product(&state, &who, &urn).await?;
    authorise(&who.actor, Action::WaiveTechnique { place: product.at.place })?;
    let dataset = dataset(&mut *state.pool.acquire().await?, &product, &name).await?;
    let form = TechniqueForm::of(line(&dataset, &column)?.chosen);
    let (reason, until) = match check_waiver(&typed.reason, &typed.until, today(&state)) {
        Ok(checked) => checked,
        Err(wrong) => {
            let answer = Answer { form, reason: typed.reason, until: typed.until, wrong, rows: Rows::AsTheyAre };
            return page(&state, &who, (product, may), dataset, &column, answer, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let (person, until, now) = (who.actor.person, calendar::end_of(until), state.now());
    let mut tx = state.pool.begin().await?;
    protection::waive(&mut tx, person, dataset.id, &column, &reason, until, &who.origin, &state.ids, now).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(Redirect::to(&format!("/products/{}/protection?done=waived", product.address)).into_response())
}

pub async fn end(
    State(state): State<AppState>,
    Path((urn, name, column)): Path<(String, String, String)>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let (product, may) = product(&state, &who, &urn).await?;
    authorise(&who.actor, Action::WaiveTechnique { place: product.at.place })?;
    let dataset = dataset(&mut *state.pool.acquire().await?, &product, &name).await?;
    let form = TechniqueForm::of(line(&dataset, &column)?.chosen);
    let reason = typed.reason.trim().to_owned();
    let answer = |wrong| Answer { form, reason: typed.reason, until: String::new(), wrong: vec![wrong], rows: Rows::AsTheyAre };
    if !(5..=500).contains(&reason.chars().count()) {
        let wrong = Violation::new("reason", "reason_missing", "Say why it ends, in 5 to 500 characters");
        return page(&state, &who, (product, may), dataset, &column, answer(wrong), StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let what = Changed::Waiver { column: column.clone(), reason };
    let change = ProtectionChange { product: product.id, address: product.address.clone(), dataset: dataset.id, what };
    match tightening::protect(&state, who.actor.person, &change, &who.origin).await {
        Ok(()) => Ok(Redirect::to(&format!("/products/{}/protection?done=waiver-ended", product.address)).into_response()),
        Err(error) => {
            let (status, wrong) = refused("reason", error)?;
            page(&state, &who, (product, may), dataset, &column, answer(wrong), status).await
        }
    }
}
