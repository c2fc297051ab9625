//! `POST /requests`: the checked answers become a request. Checked again here, because a page can be old.

use super::ask::{Judged, Typed, again, judge, new_key};
use super::draft;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::signed_in::SignedIn;
use crate::standards::gate;
use crate::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::NewRequest;
use domain::id::{RequestId, TeamId};
use domain::{Violation, Violations};
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
    if let Some(before) = sent_otherwise(&state, &who, &judged, &request, key).await? {
        return changed(&state, &who, judged, before).await;
    }
    match send(&state, &who, &request, &judged.asked, judged.team, key).await? {
        Ok(id) => Ok(Redirect::to(&format!("/requests/{id}/submitted")).into_response()),
        Err(wrong) => again(&state, &who, judged.shown(), wrong).await,
    }
}

/// The request that this form made before, when its answers were others: somebody went back and changed them.
async fn sent_otherwise(state: &AppState, who: &SignedIn, judged: &Judged, request: &NewRequest, key: Uuid) -> Result<Option<RequestId>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let Some(before) = access::submitted_with(&mut conn, who.actor.person, key).await? else { return Ok(None) };
    let same = access::same_answers(&mut conn, before, request, &judged.asked, judged.team).await?;
    Ok((!same).then_some(before))
}

/// The form with the changed answers, under a key of its own. They are kept, so that they are not lost by looking at that request; unless
/// another form is kept already.
async fn changed(state: &AppState, who: &SignedIn, mut judged: Judged, before: RequestId) -> Result<Response, HttpError> {
    judged.typed.key = new_key();
    let form = draft::written(&judged.typed)?;
    let mut conn = state.pool.acquire().await?;
    if access::draft(&mut conn, who.actor.person).await?.is_none() {
        access::keep_draft(&mut conn, who.actor.person, &form, state.now()).await?;
    }
    drop(conn);
    let message = "This form was sent before with other answers, and that request stands as it was. Check these answers to make another request.";
    again(state, who, judged.shown_after(before), vec![Violation::new("ports", "answers_changed", message)]).await
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
