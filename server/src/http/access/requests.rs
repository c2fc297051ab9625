//! `GET /requests`, `GET /requests/{id}`, its confirmation, and `POST /requests/{id}/withdraw`.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access::ask::submitted_page;
use app::features::access::request::{DecisionForm, May, request_page, requests_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::RequestId;
use domain::{Action, Actor};
use serde::Deserialize;
use store::access::{self, RequestView};
use store::audit::{self, AuditFilter};

/// Lines of history on a request's page.
const HISTORY: i64 = 100;

pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let requests = access::requests_of(&mut conn, who.actor.person).await?;
    let wanted = store::wanted::asked_by(&mut conn, who.actor.person).await?;
    drop(conn);
    render::page(&state, &who, Section::Requests, "Requests", StatusCode::OK, move || requests_page(&requests, &wanted)).await
}

/// The request, when this person may read at least one of its parts; only those parts are shown.
pub async fn readable(state: &AppState, actor: &Actor, id: &str) -> Result<RequestView, HttpError> {
    let id: RequestId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut conn = state.pool.acquire().await?;
    let mut request = access::request(&mut conn, id).await?.ok_or(HttpError::NotFound)?;
    let requester = request.requester;
    request.parts.retain(|part| authorise(actor, Action::ReadRequest { requester, place: part.place }).is_ok());
    // Whether a request exists is nobody else's business: 404, as for an id that was never given.
    if request.parts.is_empty() { Err(HttpError::NotFound) } else { Ok(request) }
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    let request = readable(&state, &who.actor, &id).await?;
    page(&state, &who, request, DecisionForm::default()).await
}

/// The page of a request that was found readable.
pub async fn page(state: &AppState, who: &SignedIn, request: RequestView, form: DecisionForm) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let mut history = audit::list(&mut conn, &AuditFilter { object: Some(request.id.0), ..AuditFilter::default() }, HISTORY).await?;
    drop(conn);
    let seen: Vec<String> = request.parts.iter().map(|part| part.product_address.clone()).collect();
    history.retain(|line| line.address.as_ref().is_none_or(|address| seen.contains(address)));
    let requester = request.requester;
    let may: Vec<May> = request
        .parts
        .iter()
        .map(|part| May {
            withdraw: authorise(&who.actor, Action::WithdrawRequest { requester }).is_ok(),
            decide: authorise(&who.actor, Action::DecideRequest { requester, place: part.place }).is_ok(),
        })
        .collect();
    let status = if form.wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Requests, "Request", status, move || request_page(&csrf, &request, &may, &history, &form)).await
}

pub async fn submitted(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    let request = readable(&state, &who.actor, &id).await?;
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
    let request = readable(&state, &who.actor, &id).await?;
    authorise(&who.actor, Action::WithdrawRequest { requester: request.requester })?;
    let mut tx = state.pool.begin().await?;
    access::withdraw(&mut tx, who.actor.person, request.id, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/requests/{}", request.id)).into_response())
}
