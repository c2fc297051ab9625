//! `GET /work`: what waits for this person's decision, one of them open beside the list; and data that people look for.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access::request::DecisionForm;
use app::features::access::work::{Open, work_page};
use app::shell::Section;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::{Answering, authorise};
use domain::id::RequestPartId;
use domain::{Action, calendar};
use serde::Deserialize;
use store::{access, wanted};

/// Lines of the queue on one page; the oldest come first.
const LISTED: i64 = 200;

#[derive(Deserialize)]
pub struct Chosen {
    request: Option<String>,
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Query(chosen): Query<Chosen>) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let queue = access::queue(&mut conn, &who.actor, LISTED).await?;
    let part: Option<RequestPartId> = match chosen.request {
        Some(text) => Some(text.parse().map_err(|_| HttpError::NotFound)?),
        None => queue.first().map(|line| line.part),
    };
    let open = match part {
        None => None,
        Some(id) => {
            let (request, part) = access::part(&mut conn, id).await?.ok_or(HttpError::NotFound)?;
            authorise(&who.actor, Action::DecideRequest { requester: request.requester, place: part.place }).map_err(|_| HttpError::NotFound)?;
            Some(Open { request, part, form: DecisionForm::default() })
        }
    };
    // A part that was decided meanwhile is read on its request's page.
    let open = open.filter(|open| open.part.state == domain::access::PartState::Submitted);
    let answers = Answering::of(&who.actor);
    let wanted = if answers.is_nowhere() { None } else { Some(wanted::open_for(&mut conn, who.actor.person, &answers, LISTED).await?) };
    let holidays = access::holidays(&mut conn).await?;
    drop(conn);
    let (csrf, today) = (who.csrf.clone(), calendar::day(state.now()));
    render::page(&state, &who, Section::Work, "Work", StatusCode::OK, move || {
        work_page(&csrf, &queue, open.as_ref(), wanted.as_deref(), today, &holidays)
    })
    .await
}
