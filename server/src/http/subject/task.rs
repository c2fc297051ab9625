//! `GET /subjects/tasks`, `GET /subjects/tasks/{id}` and `POST /subjects/tasks/{id}/end`: what a domain does about data of a person.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::subject::{task_page, tasks_page};
use app::shell::Section;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::{Answering, authorise};
use domain::id::SubjectTaskId;
use domain::subject::{TaskState, check_evidence};
use domain::{Action, Violation, calendar};
use serde::Deserialize;
use serde_json::{Value, json};
use store::subject::{self, TaskView};

/// Tasks on one page.
const LISTED: i64 = 200;

pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let tasks = subject::tasks(&mut conn, &Answering::of(&who.actor), LISTED).await?;
    drop(conn);
    let watches = authorise(&who.actor, Action::ReadSubjects).is_ok();
    let today = calendar::day(state.now());
    render::page(&state, &who, Section::None, "Tasks about data of people", StatusCode::OK, move || tasks_page(&tasks, watches, today)).await
}

/// The tasks of domains that the token's maker answers for; nothing that names anybody.
pub async fn api(State(state): State<AppState>, who: SignedIn) -> Result<Json<Value>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let tasks = subject::tasks(&mut conn, &Answering::of(&who.actor), LISTED).await?;
    let line = |(id, domain, wish, state, due_on): &(SubjectTaskId, String, domain::subject::SubjectWish, TaskState, chrono::NaiveDate)| json!({ "id": id, "domain": domain, "wish": wish, "state": state, "due_on": due_on });
    Ok(Json(json!({ "tasks": tasks.iter().map(line).collect::<Vec<_>>() })))
}

async fn find(state: &AppState, who: &SignedIn, id: &str) -> Result<TaskView, HttpError> {
    let id: SubjectTaskId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut conn = state.pool.acquire().await?;
    let task = subject::task(&mut conn, id).await?.ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::WorkOnSubjectTask { area: task.area })?;
    Ok(task)
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    let task = find(&state, &who, &id).await?;
    page(&state, &who, task, "", vec![]).await
}

async fn page(state: &AppState, who: &SignedIn, task: TaskView, evidence: &str, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let (csrf, evidence) = (who.csrf.clone(), evidence.to_owned());
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    render::page(state, who, Section::None, "Data of a person", status, move || task_page(&csrf, &task, &evidence, &wrong)).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    outcome: String,
    evidence: String,
}

pub async fn end(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let task = find(&state, &who, &id).await?;
    let mut wrong = vec![];
    let outcome = typed.outcome.parse::<TaskState>().ok().filter(|state| *state != TaskState::Open);
    if outcome.is_none() {
        wrong.push(Violation::new("outcome", "outcome_missing", "Choose whether it was done or refused."));
    }
    let evidence = check_evidence(&typed.evidence).map_err(|faults| wrong.extend(faults));
    let (Some(outcome), Ok(evidence)) = (outcome, evidence) else {
        return page(&state, &who, task, &typed.evidence, wrong).await;
    };
    let mut tx = state.pool.begin().await?;
    subject::end_task(&mut tx, task.id, who.actor.person, outcome, &evidence, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/subjects/tasks/{}", task.id)).into_response())
}
