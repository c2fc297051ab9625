//! `GET` and `POST /admin/roles/{id}/until`: until when a role is held, on the page of its person.

use super::person::{Said, page};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::RoleGrantId;
use domain::organisation::check_role_end;
use domain::{Action, calendar};
use serde::Deserialize;
use store::organisation::{self, HeldRole};

async fn held(state: &AppState, id: &str) -> Result<HeldRole, HttpError> {
    let id: RoleGrantId = id.parse().map_err(|_| HttpError::NotFound)?;
    organisation::held_role(&mut *state.pool.acquire().await?, id, state.now()).await?.ok_or(HttpError::NotFound)
}

pub async fn ask(State(state): State<AppState>, Path(id): Path<String>, who: SignedIn) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageRoles)?;
    let role = held(&state, &id).await?;
    let typed = role.until.map(|until| calendar::last_day(until).to_string()).unwrap_or_default();
    page(&state, &who, role.person, Said { typed: Some((role, typed)), ..Said::default() }).await
}

#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    until: String,
}

pub async fn change(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageRoles)?;
    let role = held(&state, &id).await?;
    let until = match check_role_end(&typed.until, state.now()) {
        Ok(until) => until,
        Err(wrong) => return page(&state, &who, role.person, Said { typed: Some((role, typed.until)), wrong, done: false }).await,
    };
    let mut tx = state.pool.begin().await?;
    let person = organisation::change_end(&mut tx, who.actor.person, role.id, until, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/admin/people/{person}?done=1")).into_response())
}
