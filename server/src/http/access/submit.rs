//! `POST /requests`: the checked answers become a request. Checked again here, because a page can be old.

use super::ask::{Typed, again, judge};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::signed_in::SignedIn;
use crate::standards::gate;
use crate::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Violations;
use domain::access::NewRequest;
use domain::id::{RequestId, TeamId};
use rules::Gate;
use store::access::{self, Asked, Submission};
use uuid::Uuid;

pub async fn submit(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let judged = judge(&state, &who, typed).await?;
    let (request, key) = match (judged.result.clone(), judged.typed.key.parse()) {
        (Ok(request), Ok(key)) => (request, key),
        (result, _) => {
            return again(&state, &who, judged.shown(), result.err().unwrap_or_default()).await;
        }
    };
    match send(&state, &who, &request, &judged.asked, judged.team, key).await? {
        Ok(id) => Ok(Redirect::to(&format!("/requests/{id}/submitted")).into_response()),
        Err(wrong) => again(&state, &who, judged.shown(), wrong).await,
    }
}

/// Sends a checked form, with the steps that standards ask for; or gives what they refuse.
pub async fn send(
    state: &AppState,
    who: &SignedIn,
    request: &NewRequest,
    asked: &[Asked],
    team: Option<TeamId>,
    key: Uuid,
) -> Result<Result<RequestId, Violations>, HttpError> {
    let mut tx = state.pool.begin().await?;
    if let Some(known) = access::submitted_with(&mut tx, who.actor.person, key).await? {
        return Ok(Ok(known));
    }
    let (judged, required, wrong) = gate::submitting(state, &mut tx, who, request, asked).await?;
    if !wrong.is_empty() {
        drop(tx);
        for one in &judged {
            gate::keep(state, who, Gate::Submitting, one, None).await?;
        }
        return Ok(Err(wrong));
    }
    for one in &judged {
        gate::note(state, &mut tx, who, Gate::Submitting, one, None).await?;
    }
    let submission = Submission { requester: who.actor.person, team, request, asked, key, required, origin: who.origin.clone() };
    let id = access::submit(&mut tx, &submission, &state.ids, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(Ok(id))
}
