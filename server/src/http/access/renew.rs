//! `POST /agreements/{id}/renew`: asks for the same again in one press. Every check and rule runs anew; what no longer holds is
//! shown in the form, filled in.

use super::ask::{Typed, again, judge};
use super::submit::send;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Days;
use domain::authorisation::authorise;
use domain::id::AgreementId;
use domain::{Action, calendar};
use serde::Deserialize;
use store::access::{self, Renewal};

#[derive(Deserialize)]
pub struct Pressed {
    /// Of the page: pressed twice, it is one request.
    #[serde(default)]
    key: String,
}

pub async fn renew(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(pressed, who): CheckedForm<Pressed>,
) -> Result<Response, HttpError> {
    let id: AgreementId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut conn = state.pool.acquire().await?;
    let agreement = access::agreement(&mut conn, id).await?.ok_or(HttpError::NotFound)?;
    let holder = agreement.belongs(who.actor.person);
    authorise(&who.actor, Action::ReadAgreement { holder, place: agreement.place }).map_err(|_| HttpError::NotFound)?;
    authorise(&who.actor, Action::UseAgreement { holder })?;
    let renewal = access::renewal(&mut conn, id).await?.ok_or(HttpError::NotFound)?;
    // Whoever has yet to accept new terms reads them first.
    if access::owed_by(&mut conn, id).await?.is_some() {
        return Ok(Redirect::to(&format!("/agreements/{id}/terms")).into_response());
    }
    drop(conn);
    let judged = judge(&state, &who, typed(renewal, pressed.key, &state)).await?;
    match (judged.result.clone(), judged.typed.key.parse()) {
        (Ok(request), Ok(key)) => match send(&state, &who, &request, &judged.asked, judged.team, key).await? {
            Ok(id) => Ok(Redirect::to(&format!("/requests/{id}/submitted")).into_response()),
            Err(wrong) => again(&state, &who, judged.shown(), wrong).await,
        },
        (result, _) => again(&state, &who, judged.shown(), result.err().unwrap_or_default()).await,
    }
}

/// The form as it would be filled in.
pub(crate) fn typed(renewal: Renewal, key: String, state: &AppState) -> Typed {
    let addresses: Vec<String> = renewal.datasets.iter().map(|dataset| dataset.address.clone()).collect();
    let narrowed = renewal.datasets.iter().filter_map(|dataset| Some((&dataset.address, dataset.columns.as_ref()?)));
    let (mut columns_shown, mut columns, mut row_names, mut row_values) = (vec![], vec![], vec![], vec![]);
    for (address, chosen) in narrowed {
        columns_shown.push(address.clone());
        columns.extend(chosen.iter().map(|column| format!("{address}/{column}")));
    }
    for dataset in &renewal.datasets {
        for (column, values) in &dataset.rows.0 {
            row_names.push(format!("{}/{column}", dataset.address));
            row_values.push(values.iter().cloned().collect::<Vec<_>>().join(", "));
        }
    }
    let today = calendar::day(state.now());
    let until = today.checked_add_days(Days::new(u64::from(renewal.days.unsigned_abs()))).unwrap_or(today);
    Typed {
        key,
        offered: addresses.clone(),
        ports: addresses,
        purpose: renewal.purpose,
        explanation: renewal.explanation,
        legal_basis: renewal.legal_basis,
        team: renewal.team,
        for_team: renewal.for_team.map(|team| team.to_string()).unwrap_or_default(),
        seen_by: renewal.seen_by,
        until: until.to_string(),
        columns_shown,
        columns,
        row_names,
        row_values,
        ..Typed::default()
    }
}
