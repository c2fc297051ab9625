//! `GET` and `POST /admin/synonyms/{id}`, and the same under `/remove`: one set of phrases, changed or removed.

use super::synonyms::{Typed, known, status};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::glossary::{SynonymForm, remove_synonym_page, synonym_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::SynonymId;
use domain::{Action, Violation};
use serde::Deserialize;
use store::glossary::{self, Changed, Synonym};

fn parsed(id: &str) -> Result<SynonymId, HttpError> {
    id.parse().map_err(|_| HttpError::NotFound)
}

async fn read(state: &AppState, id: SynonymId) -> Result<Synonym, HttpError> {
    let mut conn = state.pool.acquire().await?;
    glossary::synonym(&mut conn, id).await?.ok_or(HttpError::NotFound)
}

pub async fn show(State(state): State<AppState>, Path(id): Path<String>, who: SignedIn) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageSynonyms)?;
    let synonym = read(&state, parsed(&id)?).await?;
    let form = SynonymForm::from(&synonym);
    page(&state, &who, synonym, form, vec![]).await
}

async fn page(state: &AppState, who: &SignedIn, synonym: Synonym, form: SynonymForm, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Administration, "Change a set of phrases", status(&wrong), move || synonym_page(&csrf, &synonym, &form, &wrong))
        .await
}

pub async fn change(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageSynonyms)?;
    let id = parsed(&id)?;
    let wrong = match typed.set() {
        Ok(set) => {
            let mut tx = state.pool.begin().await?;
            match glossary::change_synonym(&mut tx, who.actor.person, id, &set, &who.origin, state.now()).await? {
                Changed::Done => {
                    tx.commit().await?;
                    state.work.notify_one();
                    return Ok(Redirect::to("/admin/synonyms?done=changed").into_response());
                }
                Changed::Gone => return Err(HttpError::NotFound),
                Changed::Known => known(),
            }
        }
        Err(wrong) => wrong,
    };
    let synonym = read(&state, id).await?;
    page(&state, &who, synonym, typed.kept(), wrong).await
}

pub async fn ask_removal(State(state): State<AppState>, Path(id): Path<String>, who: SignedIn) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageSynonyms)?;
    let synonym = read(&state, parsed(&id)?).await?;
    let csrf = who.csrf.clone();
    render::page(&state, &who, Section::Administration, "Remove a set of phrases", StatusCode::OK, move || remove_synonym_page(&csrf, &synonym)).await
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn remove(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(_, who): CheckedForm<Nothing>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageSynonyms)?;
    let mut tx = state.pool.begin().await?;
    if !glossary::remove_synonym(&mut tx, who.actor.person, parsed(&id)?, &who.origin, state.now()).await? {
        return Err(HttpError::NotFound);
    }
    tx.commit().await?;
    state.work.notify_one();
    Ok(Redirect::to("/admin/synonyms?done=removed").into_response())
}
