//! `POST /problems/{id}/answer`: what its team says of a problem, and which incident it is part of.

use super::show::{find, page};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::problem::AnswerForm;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::IncidentId;
use domain::problem::ProblemState;
use domain::{Action, Violation, Violations};
use serde::Deserialize;
use store::problem::{self, Answer, ProblemView};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    pub(super) to: String,
    pub(super) text: String,
    pub(super) incident: String,
}

pub async fn answer(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let found = find(&state, &who, &id).await?;
    match answered(&state, &who, &found, &typed).await? {
        Ok(()) => Ok(Redirect::to(&format!("/problems/{}", found.line.id)).into_response()),
        Err(wrong) => {
            let form = AnswerForm { to: typed.to, text: typed.text, incident: typed.incident };
            page(&state, &who, found, form, wrong).await
        }
    }
}

/// Answers a problem for who may; or what is wrong with the answer.
pub(super) async fn answered(state: &AppState, who: &SignedIn, found: &ProblemView, typed: &Typed) -> Result<Result<(), Violations>, HttpError> {
    authorise(&who.actor, Action::AnswerProblem { place: found.place })?;
    let text = typed.text.trim().replace('\0', "");
    let to = typed.to.parse::<ProblemState>().ok().filter(|to| *to != ProblemState::Reported);
    let incident = match typed.incident.as_str() {
        "" => Ok(None),
        id => id.parse::<IncidentId>().map(Some),
    };
    let mut wrong = vec![];
    if to.is_none() {
        wrong.push(Violation::new("to", "state_unknown", "Choose what becomes of the problem."));
    }
    if !(5..=2000).contains(&text.chars().count()) {
        wrong.push(Violation::new("text", "text_missing", "Write 5 to 2,000 characters to the one who reported it."));
    }
    if incident.is_err() {
        wrong.push(Violation::new("incident", "incident_unknown", "Choose an incident of this product, or none."));
    }
    let (Some(to), Ok(incident), true) = (to, incident, wrong.is_empty()) else {
        return Ok(Err(wrong));
    };
    let mut tx = state.pool.begin().await?;
    let new = Answer { to, text: &text, incident };
    problem::answer(&mut tx, who.actor.person, found.line.id, &new, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    Ok(Ok(()))
}
