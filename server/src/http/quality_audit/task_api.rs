//! `/api/v1/quality-tasks`: what audits ask, answered by whoever looks after the product and decided about by curators, for programs. The same checks as on
//! the pages.

use super::task::{find, say};
use crate::http::api::paging::{nowhere, paged};
use crate::http::api::{Called, one_more};
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::Violation;
use domain::id::QualityTaskId;
use domain::quality_audit::TaskForm;
use serde::Deserialize;
use serde_json::{Value, json};
use store::quality_audit::{self, TaskAnswerLine, TaskLine, TaskView, Voice};

fn fresh(body: Value) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn said(line: &TaskLine) -> Value {
    json!({ "id": line.id, "product": line.address, "title": line.title, "counts": line.criterion, "audit": line.audit, "plan": line.name,
            "opened_at": line.opened_at, "due_on": line.due_on, "state": line.state, "page": format!("/quality-tasks/{}", line.id) })
}

fn whole(task: &TaskView) -> Value {
    let answer = |one: &TaskAnswerLine| json!({ "author": one.author, "at": one.at, "to": one.to, "promised_on": one.promised_on, "text": one.text });
    let mut body = said(&task.line);
    body["expected"] = json!({ "at_least": task.expected.at_least, "within_days": task.expected.within_days });
    body["closed_at"] = json!(task.closed_at);
    body["answers"] = task.answers.iter().map(answer).collect();
    body
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// `mine`, to answer; `watched`, to decide about.
    of: String,
    after: String,
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Query(wanted): Query<Wanted>) -> Result<Response, HttpError> {
    let watched = match wanted.of.as_str() {
        "" | "mine" => false,
        "watched" => true,
        _ => return Err(HttpError::Invalid(vec![Violation::new("of", "list_unknown", "It is one of mine, watched.")])),
    };
    let after = match wanted.after.as_str() {
        "" => None,
        id => Some(id.parse::<QualityTaskId>().map_err(|_| nowhere())?),
    };
    let mut conn = state.pool.acquire().await?;
    let lines = quality_audit::tasks_after(&mut conn, who.actor.person, watched, after, one_more(), state.now()).await?;
    let asked = [("of", if watched { "watched" } else { "mine" })];
    Ok(fresh(paged("tasks", "/api/v1/quality-tasks", &asked, lines, |line| line.id.to_string(), said)))
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    Ok(fresh(whole(&find(&state, &who, &id).await?)))
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Answer {
    to: String,
    /// The day by which it will be mended.
    on: String,
    text: String,
}

pub async fn answer(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<Answer>) -> Result<Response, HttpError> {
    spoken(&state, &who, &id, sent, Voice::Owner).await
}

pub async fn decide(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<Answer>) -> Result<Response, HttpError> {
    spoken(&state, &who, &id, sent, Voice::Curator).await
}

async fn spoken(state: &AppState, who: &SignedIn, id: &str, sent: Answer, voice: Voice) -> Result<Response, HttpError> {
    let task = find(state, who, id).await?;
    let form = TaskForm { to: sent.to, on: sent.on, text: sent.text };
    say(state, who, &task, &form, voice).await?.map_err(HttpError::Invalid)?;
    Ok(fresh(whole(&find(state, who, id).await?)))
}
