//! `GET` and `POST /admin/synonyms`: every set of phrases, and a new one.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::glossary::{SynonymDone, SynonymForm, synonyms_page};
use app::shell::Section;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::glossary::{SynonymSet, synonym_set};
use domain::{Action, Violation};
use serde::Deserialize;
use store::glossary;

/// Characters of a note, at most.
const NOTE: usize = 500;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    /// What was done on the page before.
    #[serde(default)]
    done: String,
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ReadAdministration)?;
    let done = match asked.done.as_str() {
        "added" => Some(SynonymDone::Added),
        "changed" => Some(SynonymDone::Changed),
        "removed" => Some(SynonymDone::Removed),
        _ => None,
    };
    page(&state, &who, &asked.q, done, SynonymForm::default(), vec![]).await
}

/// The page, also with what was typed into the form and what is wrong with it.
async fn page(
    state: &AppState,
    who: &SignedIn,
    words: &str,
    done: Option<SynonymDone>,
    form: SynonymForm,
    wrong: Vec<Violation>,
) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let mut synonyms = glossary::synonyms(&mut conn).await?;
    drop(conn);
    let (csrf, words) = (who.csrf.clone(), words.trim().to_owned());
    let wanted = words.to_lowercase();
    synonyms.retain(|synonym| synonym.words.iter().any(|phrase| phrase.contains(&wanted)));
    // What somebody is at stands above, however many there are.
    synonyms.sort_by_key(|synonym| std::cmp::Reverse(synonym.changed_at));
    render::page(state, who, Section::Administration, "Search synonyms", status(&wrong), move || {
        synonyms_page(&csrf, &words, &synonyms, done, &form, &wrong)
    })
    .await
}

pub(super) fn status(wrong: &[Violation]) -> StatusCode {
    if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// A set as it is typed.
#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    words: String,
    #[serde(default)]
    note: String,
}

impl Typed {
    pub(super) fn set(&self) -> Result<SynonymSet, Vec<Violation>> {
        let note = self.note.replace('\0', "").trim().to_owned();
        let mut wrong = vec![];
        let words = synonym_set([self.words.as_str()]).map_err(|violation| wrong.push(violation)).unwrap_or_default();
        if note.chars().count() > NOTE {
            wrong.push(Violation::new("note", "note_too_long", format!("Shorten the note to {NOTE} characters or fewer.")));
        }
        if wrong.is_empty() { Ok(SynonymSet { words, note: (!note.is_empty()).then_some(note) }) } else { Err(wrong) }
    }

    pub(super) fn kept(self) -> SynonymForm {
        SynonymForm { words: self.words.replace('\0', ""), note: self.note.replace('\0', "") }
    }
}

pub(super) fn known() -> Vec<Violation> {
    vec![Violation::new("words", "words_known", "There is a set of exactly these phrases. Add another phrase, or leave that set as it is.")]
}

pub async fn add(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageSynonyms)?;
    let wrong = match typed.set() {
        Ok(set) => {
            let mut tx = state.pool.begin().await?;
            if glossary::add_synonym(&mut tx, who.actor.person, &set, &who.origin, &state.ids, state.now()).await?.is_some() {
                tx.commit().await?;
                state.work.notify_one();
                return Ok(Redirect::to("/admin/synonyms?done=added").into_response());
            }
            known()
        }
        Err(wrong) => wrong,
    };
    page(&state, &who, "", None, typed.kept(), wrong).await
}
