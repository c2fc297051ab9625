//! `GET /requests`, `GET /requests/{id}`, its confirmation, and what its people do with it:
//! answer, undo, withdraw.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access::ask::submitted_page;
use app::features::access::clock::Today;
use app::features::access::request::{AnswerForm, May, Shown, request_page};
use app::features::access::requests::requests_page;
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::LONGEST_TEXT;
use domain::authorisation::{authorise, decides};
use domain::calendar;
use domain::id::{PartStepId, RequestId, RequestPartId};
use domain::{Action, Actor, Violation};
use serde::Deserialize;
use store::PgConnection;
use store::access::{self, RequestView, StepView};
use store::audit::{self, AuditFilter};

/// Lines of history on a request's page.
const HISTORY: i64 = 100;

pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let requests = access::requests_of(&mut conn, who.actor.person).await?;
    let wanted = store::wanted::asked_by(&mut conn, who.actor.person).await?;
    let draft = access::draft(&mut conn, who.actor.person).await?;
    let today = today(&state, &mut conn).await?;
    drop(conn);
    let csrf = who.csrf.clone();
    render::page(&state, &who, Section::Requests, "Requests", StatusCode::OK, move || {
        requests_page(&csrf, draft.as_ref(), &requests, &wanted, &today)
    })
    .await
}

/// What clocks are read against.
async fn today(state: &AppState, conn: &mut PgConnection) -> Result<Today, HttpError> {
    Ok(Today { day: calendar::day(state.now()), holidays: access::holidays(conn).await? })
}

/// The request, when this person may read at least one of its parts; only those parts are shown. Whoever may decide a step
/// of a part reads it, also in another's stead.
pub(crate) async fn readable(state: &AppState, actor: &Actor, id: &str) -> Result<(RequestView, Vec<Actor>), HttpError> {
    let id: RequestId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut conn = state.pool.acquire().await?;
    let mut request = access::request(&mut conn, id, state.now()).await?.ok_or(HttpError::NotFound)?;
    let absent = access::stood_for(&mut conn, actor.person, state.now()).await?;
    let (requester, asking) = (request.belongs(actor.person), request.asking.clone());
    request.parts.retain(|part| {
        authorise(actor, Action::ReadRequest { requester, place: part.place }).is_ok()
            || part.steps.iter().any(|step| decides(actor, &absent, &asking, part.place, &step.roles).is_ok())
    });
    // Whether a request exists is nobody else's business: 404, as for an id that was never given.
    if request.parts.is_empty() { Err(HttpError::NotFound) } else { Ok((request, absent)) }
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    page(&state, &who, &id, AnswerForm::default()).await
}

async fn page(state: &AppState, who: &SignedIn, id: &str, form: AnswerForm) -> Result<Response, HttpError> {
    let (request, absent) = readable(state, &who.actor, id).await?;
    let mut conn = state.pool.acquire().await?;
    let mut history = audit::list(&mut conn, &AuditFilter { object: Some(request.id.0), ..AuditFilter::default() }, HISTORY).await?;
    let seen: Vec<String> = request.parts.iter().map(|part| part.product_address.clone()).collect();
    history.retain(|line| line.address.as_ref().is_none_or(|address| seen.contains(address)));
    let keeps = authorise(&who.actor, Action::WithdrawRequest { requester: request.belongs(who.actor.person) }).is_ok();
    let mut may = May { withdraw: keeps, answer: keeps, ..May::default() };
    for part in &request.parts {
        let mine = |step: &&StepView| step.open && decides(&who.actor, &absent, &request.asking, part.place, &step.roles).is_ok();
        may.decide.extend(part.steps.iter().filter(mine).map(|step| step.id));
        if part.steps.iter().any(|step| step.decided_by == Some(who.actor.person))
            && let Some(step) = access::undoable(&mut conn, who.actor.person, part.id).await?
        {
            may.undo.insert(part.id, step);
        }
    }
    let held = access::held_already(&mut conn, request.id, who.actor.person, state.now()).await?;
    let shown = Shown { held, today: today(state, &mut conn).await? };
    drop(conn);
    let status = if form.wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Requests, "Request", status, move || request_page(&csrf, &request, &may, &history, &form, &shown)).await
}

/// A part of a request that this person may read.
#[derive(Deserialize)]
pub struct OfPart {
    part: String,
    #[serde(default)]
    text: String,
}

pub fn part_of(request: &RequestView, part: &str) -> Result<RequestPartId, HttpError> {
    request.parts.iter().map(|known| known.id).find(|known| known.to_string() == part).ok_or(HttpError::NotFound)
}

/// What is wrong with an answer.
pub fn answer_fault(text: &str) -> Option<Violation> {
    if text.is_empty() {
        Some(Violation::new("text", "answer_missing", "Write an answer."))
    } else if text.chars().count() > LONGEST_TEXT {
        Some(Violation::new("text", "text_too_long", format!("Use at most {LONGEST_TEXT} characters.")))
    } else {
        None
    }
}

pub async fn answer(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<OfPart>,
) -> Result<Response, HttpError> {
    let (request, _) = readable(&state, &who.actor, &id).await?;
    let part = part_of(&request, &typed.part)?;
    // Whoever may withdraw it answers for it.
    authorise(&who.actor, Action::WithdrawRequest { requester: request.belongs(who.actor.person) })?;
    let text = typed.text.trim().replace('\0', "");
    if let Some(fault) = answer_fault(&text) {
        return page(&state, &who, &id, AnswerForm { text: typed.text, wrong: vec![fault] }).await;
    }
    let mut tx = state.pool.begin().await?;
    access::answer(&mut tx, who.actor.person, part, &text, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/requests/{}", request.id)).into_response())
}

#[derive(Deserialize)]
pub struct Undoing {
    part: String,
    /// Whose decision is meant, as the page names it.
    #[serde(default)]
    step: String,
}

/// The step that is named; none when it is left to be the latest.
pub fn step_of(step: &str) -> Result<Option<PartStepId>, HttpError> {
    if step.is_empty() { Ok(None) } else { step.parse().map(Some).map_err(|_| HttpError::NotFound) }
}

pub async fn undo(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Undoing>,
) -> Result<Response, HttpError> {
    let (request, _) = readable(&state, &who.actor, &id).await?;
    let (part, step) = (part_of(&request, &typed.part)?, step_of(&typed.step)?);
    let mut tx = state.pool.begin().await?;
    access::undo(&mut tx, who.actor.person, part, step, &who.origin, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(Redirect::to(&format!("/requests/{}", request.id)).into_response())
}

pub async fn submitted(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    let (request, _) = readable(&state, &who.actor, &id).await?;
    if request.requester != who.actor.person {
        return Err(HttpError::NotFound);
    }
    render::page(&state, &who, Section::Requests, "Request submitted", StatusCode::OK, move || submitted_page(&request)).await
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn withdraw(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(_, who): CheckedForm<Nothing>,
) -> Result<Response, HttpError> {
    let (request, _) = readable(&state, &who.actor, &id).await?;
    authorise(&who.actor, Action::WithdrawRequest { requester: request.belongs(who.actor.person) })?;
    let mut tx = state.pool.begin().await?;
    access::withdraw(&mut tx, who.actor.person, request.id, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/requests/{}", request.id)).into_response())
}
