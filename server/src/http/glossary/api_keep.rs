//! Terms and their formats written by programs: the same as on their pages, for whoever keeps them.

use super::api;
use super::edit::{added, as_it_is, changed, kept, retired};
use super::format;
use crate::http::api::Called;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::glossary::{TermEdit, WHOLE};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Violation;
use domain::glossary::{FormatForm, check_format};
use serde::Deserialize;
use store::glossary;

/// A term as a program sends it. What is left out stays as it is.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Term {
    name: Option<String>,
    definition: Option<String>,
    also_called: Option<Vec<String>>,
    column_names: Option<Vec<String>>,
    /// The sector's slug, or `whole` for the whole service.
    sector: Option<String>,
    /// The slug of the broader term; empty for none.
    parent: Option<String>,
}

impl Term {
    /// The page's form with what was sent laid over it.
    fn over(self, mut edit: TermEdit) -> TermEdit {
        let sector = self.sector.map(|sector| if sector == "whole" { WHOLE.to_owned() } else { sector });
        let fields = [
            (&mut edit.text.name, self.name),
            (&mut edit.text.definition, self.definition),
            (&mut edit.text.also_called, self.also_called.map(|all| all.join(", "))),
            (&mut edit.text.column_names, self.column_names.map(|all| all.join(", "))),
            (&mut edit.sector, sector),
            (&mut edit.parent, self.parent),
        ];
        for (field, sent) in fields {
            if let Some(sent) = sent {
                *field = sent.replace('\0', "");
            }
        }
        edit
    }
}

/// The term after it was written.
async fn answer(state: AppState, who: SignedIn, slug: String, status: StatusCode) -> Result<Response, HttpError> {
    let mut said = api::show(State(state), who, Path(slug)).await?;
    *said.status_mut() = status;
    Ok(said)
}

pub async fn add(State(state): State<AppState>, Called(sent, who): Called<Term>) -> Result<Response, HttpError> {
    let slug = added(&state, &who, &sent.over(TermEdit::default())).await?.map_err(HttpError::Invalid)?;
    answer(state, who, slug, StatusCode::CREATED).await
}

pub async fn save(State(state): State<AppState>, Path(slug): Path<String>, Called(sent, who): Called<Term>) -> Result<Response, HttpError> {
    let term = kept(&state, &who, &slug).await?;
    let edit = sent.over(as_it_is(&state, &term).await?);
    let slug = changed(&state, &who, &term, &edit).await?.map_err(HttpError::Invalid)?;
    answer(state, who, slug, StatusCode::OK).await
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reason {
    reason: String,
}

/// Takes it out of use.
pub async fn retire(State(state): State<AppState>, Path(slug): Path<String>, Called(sent, who): Called<Reason>) -> Result<Response, HttpError> {
    let term = kept(&state, &who, &slug).await?;
    retired(&state, &who, &term, sent.reason.replace('\0', "").trim()).await?.map_err(HttpError::Invalid)?;
    answer(state, who, slug, StatusCode::OK).await
}

/// How its values are written: a pattern or codes.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Format {
    pattern: String,
    codes: Vec<String>,
    description: String,
    example: String,
}

pub async fn set_format(State(state): State<AppState>, Path(slug): Path<String>, Called(sent, who): Called<Format>) -> Result<Response, HttpError> {
    let term = format::kept(&state, &who, &slug).await?;
    let clean = |text: String| text.replace('\0', "");
    let form = FormatForm {
        pattern: clean(sent.pattern),
        codes: clean(sent.codes.join("\n")),
        description: clean(sent.description),
        example: clean(sent.example),
    };
    let checked = check_format(&form).map_err(HttpError::Invalid)?;
    let mut tx = state.pool.begin().await?;
    glossary::set_format(&mut tx, who.actor.person, &term, &checked, &who.origin, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    answer(state, who, slug, StatusCode::OK).await
}

/// From then on its values may be written in any way.
pub async fn end_format(State(state): State<AppState>, Path(slug): Path<String>, Called(sent, who): Called<Reason>) -> Result<Response, HttpError> {
    let term = format::kept(&state, &who, &slug).await?;
    let reason = sent.reason.replace('\0', "").trim().to_owned();
    if !(5..=500).contains(&reason.chars().count()) {
        return Err(HttpError::Invalid(vec![Violation::new("reason", "reason_missing", "Say why in 5 to 500 characters.")]));
    }
    let mut tx = state.pool.begin().await?;
    if !glossary::end_format(&mut tx, who.actor.person, &term, &reason, &who.origin, state.now()).await? {
        return Err(HttpError::NotFound);
    }
    tx.commit().await?;
    answer(state, who, slug, StatusCode::OK).await
}
