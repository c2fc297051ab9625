//! `POST /sign-out`: ends our session, then the provider's.

use super::cookie;
use crate::clock;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::COOKIE;
use crate::state::AppState;
use app::features::session::signed_out_page;
use app::shell::Section;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use domain::audit::{AuditAction, AuditEvent};
use serde::Deserialize;
use store::{audit, session};

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn sign_out(
    State(state): State<AppState>,
    jar: CookieJar,
    CheckedForm(Nothing {}, who): CheckedForm<Nothing>,
) -> Result<Response, HttpError> {
    let now = state.now();
    let mut tx = state.pool.begin().await?;
    if let Some(held) = jar.get(COOKIE) {
        session::end(&mut tx, &clock::hash(held.value())).await?;
    }
    let person = who.actor.person;
    audit::append(&mut tx, &AuditEvent::done(Some(person), AuditAction::SignOut, "person", Some(person.0), who.origin), now).await?;
    tx.commit().await?;
    // A provider that is down must not keep somebody signed in here.
    let onward = state.provider.logout_url(who.id_token.as_deref(), now).await.ok().flatten().unwrap_or_else(|| "/signed-out".to_owned());
    Ok((jar.add(cookie(COOKIE, String::new())), Redirect::to(&onward)).into_response())
}

pub async fn signed_out(State(state): State<AppState>) -> Result<Response, HttpError> {
    render::any_page(&state, None, Section::None, "Signed out", StatusCode::OK, signed_out_page).await
}
