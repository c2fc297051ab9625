//! `GET` and `POST /products/{urn}/concepts`: which shared concepts the columns of a product carry. Who looks after the product says so; who keeps
//! the term, or curates the sector, proposes.

use super::show::sector;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::service_level::visible;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::glossary::{ConceptForm, Saying, concepts_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::SectorId;
use domain::organisation::{Actor, Held, Role, Scope};
use domain::{Action, Forbidden, Violation};
use serde::Deserialize;
use store::catalogue::{self, ProductView};
use store::glossary::{self, Place, TermLine};

/// What somebody may say of a product's columns: decide, or propose terms of some sector.
pub(super) fn may(actor: &Actor, product: &ProductView) -> Result<Saying, Forbidden> {
    let place = product.at.place;
    if authorise(actor, Action::Classify { place }).is_ok() {
        return Ok(Saying::Decides);
    }
    // Any sector whose terms they keep; which of them is asked again when a term is named.
    let kept = actor.roles.iter().find_map(|held| match held {
        Held { role: Role::TcCurator, scope: Scope::Sector(sector) } => Some(*sector),
        _ => None,
    });
    authorise(actor, Action::ProposeTerm { sector: kept, place }).map(|()| Saying::Proposes)
}

/// Terms with a format that somebody may name for the product.
async fn terms(state: &AppState, who: &SignedIn, product: &ProductView, saying: Saying) -> Result<Vec<TermLine>, HttpError> {
    let mut terms = glossary::terms(&mut *state.pool.acquire().await?).await?;
    terms.retain(|term| term.polyseme && (saying == Saying::Decides || proposes(who, product, term.sector)));
    Ok(terms)
}

fn proposes(who: &SignedIn, product: &ProductView, sector: Option<SectorId>) -> bool {
    authorise(&who.actor, Action::ProposeTerm { sector, place: product.at.place }).is_ok()
}

/// Columns as `dataset.column`.
async fn columns(state: &AppState, product: &ProductView) -> Result<Vec<(String, String)>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let datasets = catalogue::datasets(&mut conn, product.id).await?;
    let columns = catalogue::columns(&mut conn, product.id).await?;
    let of = |dataset| datasets.iter().find(|one| one.id == dataset).map(|one| one.name.clone());
    Ok(columns.iter().filter_map(|column| Some((of(column.dataset)?, column.name.clone()))).collect())
}

async fn page(
    state: &AppState,
    who: &SignedIn,
    product: ProductView,
    saying: Saying,
    form: ConceptForm,
    wrong: Vec<Violation>,
) -> Result<Response, HttpError> {
    let concepts = glossary::concepts_of(&mut *state.pool.acquire().await?, product.id).await?;
    let places: Vec<String> = columns(state, &product).await?.into_iter().map(|(dataset, column)| format!("{dataset}.{column}")).collect();
    let terms = terms(state, who, &product, saying).await?;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = format!("{}Shared concepts of {}", if wrong.is_empty() { "" } else { "Error: " }, product.title);
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Products, &title, status, move || {
        concepts_page(&csrf, &product, &concepts, &places, &terms, saying, &form, &wrong)
    })
    .await
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let saying = may(&who.actor, &product)?;
    page(&state, &who, product, saying, ConceptForm::default(), vec![]).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    column: String,
    term: String,
    /// `carries`, `refused`, or `proposed`.
    says: String,
}

pub async fn say(State(state): State<AppState>, Path(urn): Path<String>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let saying = may(&who.actor, &product)?;
    let mut wrong = vec![];
    let found = columns(&state, &product).await?.into_iter().find(|(dataset, column)| format!("{dataset}.{column}") == typed.column);
    if found.is_none() {
        wrong.push(Violation::new("column", "column_missing", "Choose a column of this product."));
    }
    let named = terms(&state, &who, &product, Saying::Decides).await?.into_iter().find(|term| term.slug == typed.term);
    let term = match named {
        Some(line) => glossary::term(&mut *state.pool.acquire().await?, &line.slug).await?,
        None => None,
    };
    if term.is_none() {
        wrong.push(Violation::new("term", "term_missing", "Choose a concept that says how its values are written."));
    }
    let form = ConceptForm { column: typed.column, term: typed.term };
    let (Some((dataset, column)), Some(term)) = (found, term) else { return page(&state, &who, product, saying, form, wrong).await };
    let at = Place { product: product.id, address: &product.address, dataset: &dataset, column: &column };
    let mut tx = state.pool.begin().await?;
    match (saying, typed.says.as_str()) {
        (Saying::Decides, "carries" | "refused") => {
            glossary::say(&mut tx, who.actor.person, at, &term, typed.says == "carries", &who.origin, state.now()).await?;
        }
        (Saying::Proposes, "carries" | "refused") => {
            authorise(&who.actor, Action::Classify { place: product.at.place })?;
        }
        (_, "proposed") => {
            authorise(&who.actor, Action::ProposeTerm { sector: sector(&term), place: product.at.place })?;
            if !glossary::propose(&mut tx, who.actor.person, at, &term, &who.origin, state.now()).await? {
                drop(tx);
                let said = "Something was said of this column and concept already. Who looks after the product has the last word.";
                return page(&state, &who, product, saying, form, vec![Violation::new("term", "term_said", said)]).await;
            }
        }
        _ => return Err(HttpError::Invalid(vec![Violation::new("says", "says_unknown", "Say “carries”, “refused” or “proposed”.")])),
    }
    tx.commit().await?;
    state.work.notify_one();
    Ok(Redirect::to(&format!("/products/{}/concepts", product.address)).into_response())
}
