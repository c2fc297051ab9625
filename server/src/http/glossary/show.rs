//! `GET /glossary` and `GET /glossary/{slug}`.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::glossary::{Around, TermColumns, term_page, terms_page};
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Action;
use domain::authorisation::authorise;
use domain::id::SectorId;
use serde::Deserialize;
use store::glossary::{self, Term};

/// Columns listed on one term's page.
const LISTED: usize = 200;

#[derive(Deserialize)]
pub struct Words {
    #[serde(default)]
    q: String,
    /// `tree`: every term under its broader one.
    #[serde(default)]
    view: String,
}

/// Changes listed on one term's page.
const CHANGES: i64 = 50;

pub async fn list(State(state): State<AppState>, who: SignedIn, Query(words): Query<Words>) -> Result<Response, HttpError> {
    let as_tree = words.view == "tree" && words.q.trim().is_empty();
    let adds = super::edit::adds(&who.actor);
    let words = words.q.replace('\0', "").trim().to_owned();
    let mut conn = state.pool.acquire().await?;
    let terms = glossary::terms_with(&mut conn, &words).await?;
    drop(conn);
    render::page(&state, &who, Section::None, "Glossary", StatusCode::OK, move || terms_page(&words, &terms, as_tree, adds)).await
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(slug): Path<String>) -> Result<Response, HttpError> {
    let (term, columns, cut_off) = find(&state, &who, &slug, LISTED).await?;
    let keeps = authorise(&who.actor, Action::KeepTerm { sector: sector(&term) }).is_ok();
    let around = around(&state, &term).await?;
    let title = term.name.clone();
    render::page(&state, &who, Section::None, &title, StatusCode::OK, move || term_page(&term, &columns, cut_off, keeps, &around)).await
}

/// Broader and narrower terms, and what was changed.
async fn around(state: &AppState, term: &Term) -> Result<Around, HttpError> {
    let mut conn = state.pool.acquire().await?;
    Ok(Around {
        broader: glossary::broader(&mut conn, term.id).await?,
        narrower: glossary::narrower(&mut conn, term.id).await?,
        changes: glossary::term_changes(&mut conn, term.id, CHANGES).await?,
    })
}

/// The sector whose trusted centre keeps a term.
pub(super) fn sector(term: &Term) -> Option<SectorId> {
    term.sector.as_ref().map(|sector| sector.id)
}

/// A term with the columns that carry it, of products that the reader may know of; and whether there are more than `most`.
pub(super) async fn find(state: &AppState, who: &SignedIn, slug: &str, most: usize) -> Result<(Term, TermColumns, bool), HttpError> {
    let mut conn = state.pool.acquire().await?;
    let term = glossary::term(&mut conn, &slug.replace('\0', "")).await?.ok_or(HttpError::NotFound)?;
    let one_more = i64::try_from(most + 1).unwrap_or(i64::MAX);
    let (reader, now) = (who.actor.person, state.now());
    if let Some(polyseme) = glossary::polyseme(&mut conn, term.id).await? {
        let mut carriers = glossary::carriers(&mut conn, reader, term.id, one_more, now).await?;
        let cut_off = carriers.len() > most;
        carriers.truncate(most);
        return Ok((term, TermColumns::Checked(polyseme, carriers), cut_off));
    }
    let mut uses = glossary::uses(&mut conn, reader, &term.column_names, one_more, now).await?;
    let cut_off = uses.len() > most;
    uses.truncate(most);
    Ok((term, TermColumns::Named(uses), cut_off))
}
