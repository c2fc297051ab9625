//! `GET /linkages`, `GET /linkages/{id}` and the same as JSON at `GET /api/v1/linkages/{id}`.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::linkage::{May, linkage_page, linkages_page};
use app::shell::Section;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Action;
use domain::authorisation::authorise;
use domain::id::LinkageId;
use domain::linkage::{LinkageState, Side};
use domain::organisation::Place;
use serde_json::{Value, json};
use store::linkage::{self, LinkageView};

/// Linkages on one page.
const LISTED: i64 = 200;

pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let lines = linkage::linkages(&mut conn, who.actor.person, LISTED, state.now()).await?;
    drop(conn);
    render::page(&state, &who, Section::Agreements, "Linkages", StatusCode::OK, move || linkages_page(&lines)).await
}

/// The places of both sides; every linkage has two.
pub(super) fn places(view: &LinkageView) -> Result<[Place; 2], HttpError> {
    let places: Vec<Place> = view.sides.iter().map(|side| side.place).collect();
    places.try_into().map_err(|_| HttpError::NotFound)
}

pub(super) async fn find(state: &AppState, who: &SignedIn, id: &str) -> Result<LinkageView, HttpError> {
    let id: LinkageId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut conn = state.pool.acquire().await?;
    let view = linkage::linkage(&mut conn, id, who.actor.person, state.now()).await?.ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::ReadLinkage { requester: view.requester, places: places(&view)? })?;
    Ok(view)
}

/// The sides that somebody may decide now.
pub(super) fn decidable(who: &SignedIn, view: &LinkageView) -> Vec<Side> {
    let may = |place| authorise(&who.actor, Action::DecideLinkage { requester: view.requester, place }).is_ok();
    let waits = |approved: bool| view.state == LinkageState::Requested && !approved;
    view.sides.iter().filter(|side| waits(side.approved_at.is_some()) && may(side.place)).map(|side| side.side).collect()
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    let view = find(&state, &who, &id).await?;
    let ends = authorise(&who.actor, Action::EndLinkage { requester: view.requester, places: places(&view)? }).is_ok();
    let may = May { decide: decidable(&who, &view), end: ends && view.state.to(LinkageState::Ended).is_ok(), read_size: reads_size(&who, &view) };
    let csrf = who.csrf.clone();
    render::page(&state, &who, Section::Agreements, "Linkage", StatusCode::OK, move || linkage_page(&csrf, &view, &may)).await
}

/// The answer is the requester's; the owners approved that it is given, and need not read it.
fn reads_size(who: &SignedIn, view: &LinkageView) -> bool {
    view.requester == who.actor.person
}

pub async fn api(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Json<Value>, HttpError> {
    let view = find(&state, &who, &id).await?;
    let side = |one: &linkage::SideView| {
        json!({
            "side": one.side,
            "product": one.product.as_ref().map(|(_, address)| address),
            "column": one.column,
            "approved_at": one.approved_at,
        })
    };
    Ok(Json(json!({
        "id": view.id,
        "state": view.state,
        "way": view.way,
        "likeness": view.likeness,
        "fields": view.fields.iter().map(|pair| json!({"columns": pair.columns, "weight": pair.weight})).collect::<Vec<_>>(),
        "least": view.least,
        "outcome": view.outcome,
        "size": view.size.filter(|_| reads_size(&who, &view)),
        "sides": view.sides.iter().map(side).collect::<Vec<_>>(),
    })))
}
