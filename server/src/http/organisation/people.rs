//! `GET /admin/people`; `POST /admin/people/{id}/disable` and `/enable`.

use crate::ending::end_at_once;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::organisation::{RoleForm, people_page};
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::PersonId;
use domain::{Action, Violation};
use serde::Deserialize;
use store::{access, organisation};

/// People on one page; the words narrow.
const LISTED: i64 = 200;

#[derive(Deserialize)]
pub struct Words {
    #[serde(default)]
    q: String,
    /// Set when the page before granted a role.
    #[serde(default)]
    granted: String,
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Query(words): Query<Words>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ReadAdministration)?;
    page(&state, &who, (&words.q.replace('\0', ""), !words.granted.is_empty()), RoleForm::default(), vec![]).await
}

/// The page, also with what was typed into the form and what is wrong with it.
pub async fn page(
    state: &AppState,
    who: &SignedIn,
    (words, granted): (&str, bool),
    form: RoleForm,
    wrong: Vec<Violation>,
) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let people = organisation::people(&mut conn, words, LISTED).await?;
    let roles = organisation::roles_in_force(&mut conn, state.now()).await?;
    drop(conn);
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (csrf, words) = (who.csrf.clone(), words.to_owned());
    render::page(state, who, Section::Administration, "People and roles", status, move || {
        people_page(&csrf, &words, &people, &roles, granted, &form, &wrong)
    })
    .await
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn disable(state: State<AppState>, id: Path<String>, form: CheckedForm<Nothing>) -> Result<Response, HttpError> {
    set(state, id, form, true).await
}

pub async fn enable(state: State<AppState>, id: Path<String>, form: CheckedForm<Nothing>) -> Result<Response, HttpError> {
    set(state, id, form, false).await
}

async fn set(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(_, who): CheckedForm<Nothing>,
    disabled: bool,
) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManagePeople)?;
    let person: PersonId = id.parse().map_err(|_| HttpError::NotFound)?;
    if disabled && person == who.actor.person {
        return Err(HttpError::Conflict("You cannot disable yourself: another administrator must do it.".into()));
    }
    let mut tx = state.pool.begin().await?;
    if disabled && organisation::last_administrator(&mut tx, person).await? {
        return Err(HttpError::Conflict("This is the last GDO administrator without an end. Grant the role to somebody else first.".into()));
    }
    if !organisation::set_disabled(&mut tx, who.actor.person, person, disabled, who.origin, state.now()).await? {
        return Err(HttpError::NotFound);
    }
    let mut stopped = vec![];
    if disabled {
        stopped = access::end_lost_credentials(&mut tx, state.now()).await?;
        stopped.extend(access::read_under(&mut tx, person).await?);
    }
    tx.commit().await?;
    end_at_once(&state, &stopped).await;
    Ok(Redirect::to("/admin/people").into_response())
}
