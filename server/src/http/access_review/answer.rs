//! `GET` and `POST /reviews/asked/{id}`: whoever was asked whether they still need what they hold answers. Others learn nothing of it.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access_review::{Answering, answer_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access_review::ReviewAnswer;
use domain::authorisation::authorise;
use domain::id::ReviewItemId;
use domain::{Action, Violation};
use serde::Deserialize;
use store::PgConnection;
use store::access_review::{self, OpenQuestion};

async fn asked(conn: &mut PgConnection, state: &AppState, who: &SignedIn, id: &str) -> Result<OpenQuestion, HttpError> {
    let id: ReviewItemId = id.parse().map_err(|_| HttpError::NotFound)?;
    let question = access_review::question(conn, id, who.actor.person, state.now()).await?.ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::AnswerReview { holder: question.holder }).map_err(|_| HttpError::NotFound)?;
    Ok(question)
}

async fn page(state: &AppState, who: &SignedIn, question: OpenQuestion, form: Answering, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = format!("{}Do you still need it?", if wrong.is_empty() { "" } else { "Error: " });
    let csrf = who.csrf.clone();
    render::page(state, who, Section::None, &title, status, move || answer_page(&csrf, &question, &form, &wrong)).await
}

pub async fn show(State(state): State<AppState>, Path(id): Path<String>, who: SignedIn) -> Result<Response, HttpError> {
    let question = asked(&mut *state.pool.acquire().await?, &state, &who, &id).await?;
    let form = Answering::of(&question);
    page(&state, &who, question, form, vec![]).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    needed: String,
    words: String,
}

pub async fn answer(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let mut tx = state.pool.begin().await?;
    let question = asked(&mut tx, &state, &who, &id).await?;
    let answer = match ReviewAnswer::check(&typed.needed, &typed.words) {
        Ok(answer) => answer,
        Err(wrong) => {
            drop(tx);
            return page(&state, &who, question, Answering { needed: typed.needed, words: typed.words }, wrong).await;
        }
    };
    if !access_review::answer(&mut tx, who.actor.person, &question, &answer, &who.origin, state.now()).await? {
        return Err(HttpError::NotFound);
    }
    tx.commit().await?;
    state.work.notify_one();
    Ok(Redirect::to("/roles").into_response())
}
