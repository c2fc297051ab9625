//! `POST /requests`: the checked answers become a request. Checked again here, because a page can be old.

use super::ask::{Typed, again, judge};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use store::access::{self, Submission};

pub async fn submit(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let judged = judge(&state, &who, typed).await?;
    let (request, key) = match (judged.result.clone(), judged.typed.key.parse()) {
        (Ok(request), Ok(key)) => (request, key),
        (result, _) => {
            return again(&state, &who, judged.shown(), result.err().unwrap_or_default()).await;
        }
    };
    let submission =
        Submission { requester: who.actor.person, team: judged.team, request: &request, asked: &judged.asked, key, origin: who.origin.clone() };
    let mut tx = state.pool.begin().await?;
    let id = access::submit(&mut tx, &submission, &state.ids, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(Redirect::to(&format!("/requests/{id}/submitted")).into_response())
}
