//! `POST /requests/{id}/approve` and `/refuse`: one part, by somebody who may decide it.

use super::requests::{page, readable};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access::request::DecisionForm;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use domain::access::LONGEST_TEXT;
use domain::authorisation::authorise;
use domain::id::RequestPartId;
use domain::{Action, Violation, calendar};
use serde::Deserialize;
use store::access::{self, Decision, PartView, RequestView};

#[derive(Deserialize)]
pub struct Typed {
    part: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    reason: String,
}

/// The request and the part that a form names, when this person may decide it.
async fn decidable(state: &AppState, who: &SignedIn, id: &str, part: &str) -> Result<(RequestView, PartView), HttpError> {
    let request = readable(state, &who.actor, id).await?;
    let part: RequestPartId = part.parse().map_err(|_| HttpError::NotFound)?;
    let part = request.parts.iter().find(|p| p.id == part).cloned().ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::DecideRequest { requester: request.requester, place: part.place })?;
    Ok((request, part))
}

pub async fn approve(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let (request, part) = decidable(&state, &who, &id, &typed.part).await?;
    let today = calendar::day(state.now());
    let until = match typed.until.trim().parse::<NaiveDate>() {
        Err(_) => Err(Violation::new("until", "until_not_a_date", "Enter the last day as a date such as 2027-05-31.")),
        Ok(day) if day > request.until => {
            Err(Violation::new("until", "until_too_late", format!("At most what was asked for: {} or earlier.", request.until)))
        }
        Ok(day) if day < today => Err(Violation::new("until", "until_past", "Enter today or a later day.")),
        Ok(day) => Ok(day),
    };
    match until {
        Ok(until) => settle(&state, &who, &part, Decision::Approve { until, reason: None }).await,
        Err(fault) => page(&state, &who, request, DecisionForm { until: typed.until, reason: String::new(), wrong: vec![fault] }).await,
    }
}

pub async fn refuse(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let (request, part) = decidable(&state, &who, &id, &typed.part).await?;
    let reason = typed.reason.trim().replace('\0', "");
    let fault = if reason.is_empty() {
        Some(Violation::new("reason", "reason_missing", "Say why, so that the requester knows what would make it possible."))
    } else if reason.chars().count() > LONGEST_TEXT {
        Some(Violation::new("reason", "text_too_long", format!("Use at most {LONGEST_TEXT} characters.")))
    } else {
        None
    };
    match fault {
        None => settle(&state, &who, &part, Decision::Refuse { reason }).await,
        Some(fault) => page(&state, &who, request, DecisionForm { until: String::new(), reason: typed.reason, wrong: vec![fault] }).await,
    }
}

async fn settle(state: &AppState, who: &SignedIn, part: &PartView, decision: Decision) -> Result<Response, HttpError> {
    let mut tx = state.pool.begin().await?;
    access::decide(&mut tx, who.actor.person, part.id, &decision, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(Redirect::to("/work").into_response())
}
