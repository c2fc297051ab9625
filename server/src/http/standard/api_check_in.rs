//! Check-ins of the working group that talks a standard over, for programs: the same as on its page.

use super::check_in::{kept, noted, planned};
use super::show::readable;
use crate::http::api::Called;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::id::{StandardCheckInId, StandardId};
use domain::standard::CheckInForm;
use serde::Deserialize;
use serde_json::{Value, json};
use store::standard;

/// A check-in as a program sends it: day and agenda to plan one, who was there and what was decided to write it down.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sent {
    held_on: String,
    agenda: String,
    attendance: Vec<String>,
    decisions: String,
}

impl Sent {
    fn form(self, of: Option<StandardCheckInId>) -> CheckInForm {
        let attendance = self.attendance.join("\n").replace('\0', "");
        CheckInForm { held_on: self.held_on, agenda: self.agenda, attendance, decisions: self.decisions, of }
    }
}

async fn all(state: &AppState, id: StandardId) -> Result<Json<Value>, HttpError> {
    let all = standard::check_ins(&mut *state.pool.acquire().await?, id).await?;
    let line = |one: &standard::CheckIn| {
        let noted = one.noted.as_ref().map(|(text, by, at)| json!({ "decisions": text, "by": by, "at": at }));
        json!({ "id": one.id, "held_on": one.held_on, "agenda": one.agenda, "planned_by": one.planned_by, "attendance": one.attendance, "noted": noted })
    };
    Ok(Json(json!({ "check_ins": all.iter().map(line).collect::<Vec<_>>() })))
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Path(slug): Path<String>) -> Result<Json<Value>, HttpError> {
    let first = readable(&mut *state.pool.acquire().await?, &who, &slug).await?.into_iter().next().ok_or(HttpError::NotFound)?;
    all(&state, first.id).await
}

/// Plans one. Planned twice is once.
pub async fn plan(State(state): State<AppState>, Path(slug): Path<String>, Called(sent, who): Called<Sent>) -> Result<Response, HttpError> {
    let version = kept(&state, &who, &slug).await?;
    let done = planned(&state, &who, &version, &sent.form(None)).await?.map_err(HttpError::Invalid)?;
    let status = if done { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, all(&state, version.id).await?).into_response())
}

/// Writes one down; a conflict when that was done before.
pub async fn note(
    State(state): State<AppState>,
    Path((slug, id)): Path<(String, String)>,
    Called(sent, who): Called<Sent>,
) -> Result<Json<Value>, HttpError> {
    let version = kept(&state, &who, &slug).await?;
    let id: StandardCheckInId = id.parse().map_err(|_| HttpError::NotFound)?;
    if !noted(&state, &who, &version, id, &sent.form(Some(id))).await?.map_err(HttpError::Invalid)? {
        return Err(HttpError::Conflict("This check-in was written down before, or there is none. Nothing was changed.".into()));
    }
    all(&state, version.id).await
}
