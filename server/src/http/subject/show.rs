//! `GET /subjects/{id}`: the report, which prints clean.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::subject::report_page;
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Action;
use domain::authorisation::authorise;
use domain::id::SubjectRequestId;
use store::subject;

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ReadSubjects)?;
    let id: SubjectRequestId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut conn = state.pool.acquire().await?;
    let view = subject::request(&mut conn, id, who.actor.person, state.now()).await?.ok_or(HttpError::NotFound)?;
    drop(conn);
    authorise(&who.actor, Action::ReadSubject { sector: view.sector.as_ref().map(|(id, _)| *id) })?;
    render::page(&state, &who, Section::None, "What is held of a person", StatusCode::OK, move || report_page(&view)).await
}
