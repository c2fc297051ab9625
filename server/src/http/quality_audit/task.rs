//! `/quality-tasks`: what audits ask of whoever answers for a product, answered by them and decided about by curators.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::quality_audit::{Said, task_page, tasks_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::QualityTaskId;
use domain::quality_audit::{TaskForm, check_answer, check_decision};
use domain::{Action, Violation, Violations, calendar};
use serde::Deserialize;
use store::quality_audit::{self, TaskView, Voice};

/// Tasks of each kind, one more than the page shows: it says that there are others.
const ASKED: i64 = 201;

pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let (reader, now) = (who.actor.person, state.now());
    let mut conn = state.pool.acquire().await?;
    let mine = quality_audit::tasks_of(&mut conn, reader, ASKED, now).await?;
    let watched = quality_audit::tasks_watched(&mut conn, reader, ASKED, now).await?;
    drop(conn);
    let today = calendar::day(now);
    render::page(&state, &who, Section::Work, "What is to be mended", StatusCode::OK, move || tasks_page(&mine, &watched, today)).await
}

/// A task that the reader may read.
pub(super) async fn find(state: &AppState, who: &SignedIn, id: &str) -> Result<TaskView, HttpError> {
    let id: QualityTaskId = id.parse().map_err(|_| HttpError::NotFound)?;
    let found = quality_audit::task(&mut *state.pool.acquire().await?, who.actor.person, id, state.now()).await?.ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::ReadQualityTask { place: found.place })?;
    Ok(found)
}

async fn page(state: &AppState, who: &SignedIn, task: TaskView, form: TaskForm, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let may = |action| !task.line.state.is_over() && authorise(&who.actor, action).is_ok();
    let said = if may(Action::AnswerQualityTask { place: task.place }) {
        Said::Answer(form)
    } else if may(Action::DecideQualityTask { place: task.place }) {
        Said::Decision(form)
    } else {
        Said::Nothing
    };
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = format!("{}{} falls short", if wrong.is_empty() { "" } else { "Error: " }, task.line.title);
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Work, &title, status, move || task_page(&csrf, &task, &said, &wrong)).await
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    let task = find(&state, &who, &id).await?;
    page(&state, &who, task, TaskForm::default(), vec![]).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    to: String,
    on: String,
    text: String,
}

impl Typed {
    fn form(self) -> TaskForm {
        TaskForm { to: self.to, on: self.on, text: self.text }
    }
}

pub async fn answer(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let task = find(&state, &who, &id).await?;
    shown(&state, &who, task, typed.form(), Voice::Owner).await
}

pub async fn decide(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let task = find(&state, &who, &id).await?;
    shown(&state, &who, task, typed.form(), Voice::Curator).await
}

async fn shown(state: &AppState, who: &SignedIn, task: TaskView, form: TaskForm, voice: Voice) -> Result<Response, HttpError> {
    match say(state, who, &task, &form, voice).await? {
        Ok(()) => Ok(Redirect::to(&format!("/quality-tasks/{}", task.line.id)).into_response()),
        Err(wrong) => page(state, who, task, form, wrong).await,
    }
}

/// Says it for who may, where it may be said of a task that stands so; or what is wrong with what was said.
pub(super) async fn say(
    state: &AppState,
    who: &SignedIn,
    task: &TaskView,
    form: &TaskForm,
    voice: Voice,
) -> Result<Result<(), Violations>, HttpError> {
    authorise(
        &who.actor,
        match voice {
            Voice::Owner => Action::AnswerQualityTask { place: task.place },
            Voice::Curator => Action::DecideQualityTask { place: task.place },
        },
    )?;
    if task.line.state.is_over() {
        return Err(HttpError::Conflict("This is over already.".into()));
    }
    let now = state.now();
    let checked = match voice {
        Voice::Owner => check_answer(form, task.line.state, calendar::day(now)),
        Voice::Curator => check_decision(form, task.line.state),
    };
    let answer = match checked {
        Ok(answer) => answer,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let mut tx = state.pool.begin().await?;
    quality_audit::say(&mut tx, who.actor.person, voice, task.line.id, &answer, &who.origin, &state.ids, now).await?;
    tx.commit().await?;
    Ok(Ok(()))
}
