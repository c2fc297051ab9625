//! `GET /classification`; `GET` and `POST /admin/classification/{code}`: the levels, and the data office's changes to them.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::classification::scheme::{level_page, scheme_page};
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::classification::{Level, LevelForm, change_level};
use domain::{Action, Violation};
use serde::Deserialize;
use store::classification;

#[derive(Deserialize)]
pub struct Asked {
    version: Option<i32>,
    #[serde(default)]
    done: String,
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let scheme = match asked.version {
        Some(version) => classification::scheme_version(&mut conn, version).await?.ok_or(HttpError::NotFound)?,
        None => classification::scheme(&mut conn).await?,
    };
    let versions = classification::scheme_versions(&mut conn).await?;
    drop(conn);
    let manages = authorise(&who.actor, Action::ManageScheme).is_ok();
    let done = asked.done == "changed";
    let title = "What the levels mean";
    render::page(&state, &who, Section::None, title, StatusCode::OK, move || scheme_page(&scheme, &versions, manages, done)).await
}

async fn form(state: &AppState, who: &SignedIn, version: i32, level: Level, form: LevelForm, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = format!("{}Change {}", if wrong.is_empty() { "" } else { "Error: " }, level.title);
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Administration, &title, status, move || level_page(&csrf, version, &level, &form, &wrong)).await
}

pub async fn edit(State(state): State<AppState>, who: SignedIn, Path(code): Path<String>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageScheme)?;
    let scheme = classification::scheme(&mut *state.pool.acquire().await?).await?;
    let level = scheme.level(&code).ok_or(HttpError::NotFound)?.clone();
    let Level { title, meaning, guidance, in_use, .. } = level.clone();
    form(&state, &who, scheme.version, level, LevelForm { title, meaning, guidance, in_use, note: String::new() }, vec![]).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The version that the page was made from.
    over: i32,
    title: String,
    meaning: String,
    guidance: String,
    in_use: String,
    note: String,
}

pub async fn change(
    State(state): State<AppState>,
    Path(code): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageScheme)?;
    let scheme = classification::scheme(&mut *state.pool.acquire().await?).await?;
    let level = scheme.level(&code).ok_or(HttpError::NotFound)?.clone();
    let over = typed.over;
    let Typed { title, meaning, guidance, in_use, note, .. } = typed;
    let typed = LevelForm { title, meaning, guidance, in_use: in_use == "yes", note };
    let (new, note) = match change_level(&scheme, &code, &typed) {
        Ok(new) => new,
        Err(wrong) => return form(&state, &who, over, level, typed, wrong).await,
    };
    let mut tx = state.pool.begin().await?;
    if classification::change_scheme(&mut tx, who.actor.person, over, &new, &note, &who.origin, state.now()).await? {
        tx.commit().await?;
        return Ok(Redirect::to("/classification?done=changed").into_response());
    }
    drop(tx);
    let newer = Violation::new(
        "title",
        "version_behind",
        "Somebody made another version meanwhile. Yours would be made over that one: read it, then send again.",
    );
    form(&state, &who, scheme.version, level, typed, vec![newer]).await
}
