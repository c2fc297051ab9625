//! `GET /mine/sessions`: where somebody is signed in; `POST /mine/sessions/end`: signing out there, from here.

use crate::clock;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::{COOKIE, SignedIn};
use crate::state::AppState;
use app::features::session::sessions_page;
use app::shell::Section;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use domain::audit::{AuditAction, AuditEvent};
use domain::id::SessionId;
use serde::Deserialize;
use store::{audit, session};

/// The session that asks, as the record knows it.
fn here(jar: &CookieJar) -> Vec<u8> {
    jar.get(COOKIE).map(|held| clock::hash(held.value())).unwrap_or_default()
}

#[derive(Deserialize)]
pub struct Asked {
    /// How many sessions the page before ended.
    #[serde(default)]
    ended: String,
}

pub async fn list(State(state): State<AppState>, jar: CookieJar, Query(asked): Query<Asked>, who: SignedIn) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let sessions = session::own(&mut conn, who.actor.person, &here(&jar), state.config.sessions, state.now()).await?;
    drop(conn);
    let (csrf, ended) = (who.csrf.clone(), asked.ended.parse().ok());
    render::page(&state, &who, Section::Mine, "Where you are signed in", StatusCode::OK, move || sessions_page(&csrf, &sessions, ended)).await
}

#[derive(Deserialize)]
pub struct Which {
    /// One of one's other sessions; all of them when none is named.
    #[serde(default)]
    session: String,
}

pub async fn end(State(state): State<AppState>, jar: CookieJar, CheckedForm(which, who): CheckedForm<Which>) -> Result<Response, HttpError> {
    let only: Option<SessionId> = match which.session.as_str() {
        "" => None,
        named => Some(named.parse().map_err(|_| HttpError::NotFound)?),
    };
    let person = who.actor.person;
    let mut tx = state.pool.begin().await?;
    let ended = session::end_elsewhere(&mut tx, person, &here(&jar), only).await?;
    if ended > 0 {
        let event = AuditEvent {
            detail: Some(format!("elsewhere, {ended} {}", if ended == 1 { "session" } else { "sessions" })),
            ..AuditEvent::done(Some(person), AuditAction::SignOut, "person", Some(person.0), who.origin)
        };
        audit::append(&mut tx, &event, state.now()).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/mine/sessions?ended={ended}")).into_response())
}
