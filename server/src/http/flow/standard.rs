//! `GET` and `POST /admin/flows`: what is done about personal data that a product consumes without a policy.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::flow::{StandardForm, standard_page};
use app::shell::Section;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::flow::check_standard;
use domain::{Action, Violation};
use serde::Deserialize;
use store::flow;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    changed: Option<String>,
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageFlowStandard)?;
    page(&state, &who, asked.changed.is_some(), None, vec![]).await
}

async fn page(state: &AppState, who: &SignedIn, changed: bool, typed: Option<Typed>, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let now = flow::standard(&mut conn).await?;
    drop(conn);
    let form = typed.map_or_else(
        || StandardForm { standard: now.standard.as_str().to_owned(), reason: String::new() },
        |typed| StandardForm { standard: typed.standard, reason: typed.reason },
    );
    let csrf = who.csrf.clone();
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    render::page(state, who, Section::Administration, "Personal data downstream", status, move || standard_page(&csrf, &now, changed, &form, &wrong))
        .await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    standard: String,
    reason: String,
}

/// What stops, or serves again, does so within seconds: the job that follows the outbox does it.
pub async fn change(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageFlowStandard)?;
    match check_standard(&typed.standard, &typed.reason) {
        Ok((standard, reason)) => {
            let mut tx = state.pool.begin().await?;
            flow::change_standard(&mut tx, who.actor.person, standard, &reason, &who.origin, state.now()).await?;
            tx.commit().await?;
            Ok(Redirect::to("/admin/flows?changed=1").into_response())
        }
        Err(wrong) => page(&state, &who, false, Some(typed), wrong).await,
    }
}
