//! `POST /standards/{slug}/comment` and `/answer`: what is said in a consultation.

use super::edit::newest;
use super::show::{main, page, readable};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::standard::Acts;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::{StandardCommentId, StandardId};
use domain::standard::said;
use domain::{Action, Violation, calendar};
use serde::Deserialize;
use store::standard::{self, Version};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    version: i32,
    comment: String,
    id: String,
    answer: String,
}

/// Anybody who is signed in may say what it would mean for them.
pub async fn comment(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let all = readable(&mut conn, &who, &slug).await?;
    drop(conn);
    let version =
        all.iter().find(|version| i32::try_from(version.standard.version) == Ok(typed.version)).or_else(|| main(&all, calendar::day(state.now())));
    let version = version.cloned().ok_or(HttpError::NotFound)?;
    if let Err(fault) = commented(&state, &who, (version.id, typed.version), &typed.comment).await? {
        return page(&state, &who, version, all, Acts { comment: typed.comment, ..Acts::default() }, vec![fault], None).await;
    }
    Ok(Redirect::to(&format!("/standards/{}/{}?done=commented", version.standard.id, version.standard.version)).into_response())
}

/// Says something about a version that is open for comments; a conflict when it is not.
pub(super) async fn commented(state: &AppState, who: &SignedIn, of: (StandardId, i32), text: &str) -> Result<Result<(), Violation>, HttpError> {
    let text = match said("comment", text, "Write what it would mean for you, or what should be different.") {
        Ok(text) => text,
        Err(fault) => return Ok(Err(fault)),
    };
    let mut tx = state.pool.begin().await?;
    let done = standard::comment(&mut tx, who.actor.person, of, &text, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    if done { Ok(Ok(())) } else { Err(HttpError::Conflict("This version is not open for comments any more. Nothing was changed.".into())) }
}

pub async fn answer(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let (version, done) = answered(&state, &who, &slug, (&typed.id, &typed.answer)).await?;
    let word = if done { "answered" } else { "already" };
    Ok(Redirect::to(&format!("/standards/{}/{}?done={word}", version.standard.id, version.standard.version)).into_response())
}

/// Answers a comment once; false when it was answered before, or is none of this standard.
pub(super) async fn answered(state: &AppState, who: &SignedIn, slug: &str, (id, text): (&str, &str)) -> Result<(Version, bool), HttpError> {
    let version = newest(state, who, slug).await?;
    authorise(&who.actor, Action::KeepStandard { scope: version.place })?;
    let id: StandardCommentId = id.parse().map_err(|_| HttpError::NotFound)?;
    let text = said("answer", text, "Write the answer.").map_err(|fault| HttpError::Invalid(vec![fault]))?;
    let mut tx = state.pool.begin().await?;
    let done = standard::answer(&mut tx, who.actor.person, version.id, id, &text, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok((version, done))
}
