//! `/api/v1/glossary`: terms, one with its format and the columns that carry it; and what the columns of a product carry.

use super::show::find;
use crate::http::error::HttpError;
use crate::http::service_level::visible;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::glossary::TermColumns;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::glossary::Carrying;
use serde_json::{Value, json};
use store::glossary::{self, Concept, Look};

/// Columns of one term, at most.
const MOST: usize = 1000;

fn fresh(body: Value) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn counted(look: Option<Look>) -> Value {
    json!(look.map(|look| json!({ "at": look.at, "percent": look.share, "of": look.looked, "enough": look.is_enough() })))
}

pub async fn list(State(state): State<AppState>, _who: SignedIn) -> Result<Response, HttpError> {
    let terms = glossary::terms(&mut *state.pool.acquire().await?).await?;
    let terms: Vec<Value> = terms
        .iter()
        .map(|term| {
            json!({ "slug": term.slug, "name": term.name, "definition": term.definition, "also_called": term.also_called, "polyseme": term.polyseme, "parent": term.parent })
        })
        .collect();
    Ok(fresh(json!({ "terms": terms })))
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(slug): Path<String>) -> Result<Response, HttpError> {
    let (term, columns, cut_off) = find(&state, &who, &slug, MOST).await?;
    let line = |address: &str, dataset: &str, column: &str, look: Option<Look>| json!({ "product": address, "dataset": dataset, "column": column, "values": counted(look) });
    let (format, columns): (Option<Value>, Vec<Value>) = match &columns {
        TermColumns::Named(uses) => (None, uses.iter().map(|one| line(&one.address, &one.dataset, &one.column, None)).collect()),
        TermColumns::Checked(polyseme, carriers) => {
            let format = &polyseme.format;
            let said = json!({
                "version": polyseme.version, "pattern": format.rule.pattern(), "codes": format.rule.codes(), "description": format.description,
                "example": format.example, "changed_at": polyseme.changed_at,
            });
            (Some(said), carriers.iter().map(|one| line(&one.address, &one.dataset, &one.column, one.look)).collect())
        }
    };
    let mut conn = state.pool.acquire().await?;
    let broader = glossary::broader(&mut conn, term.id).await?;
    let narrower: Vec<String> = glossary::narrower(&mut conn, term.id).await?.into_iter().map(|one| one.slug).collect();
    drop(conn);
    Ok(fresh(json!({
        "slug": term.slug, "name": term.name, "definition": term.definition, "also_called": term.also_called,
        "sector": term.sector.as_ref().map(|sector| &sector.slug), "changed_at": term.changed_at,
        "retired_at": term.retired_at, "parent": broader.last().map(|one| &one.slug), "narrower": narrower, "format": format, "columns": columns, "cut_off": cut_off,
    })))
}

pub async fn product(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>) -> Result<Response, HttpError> {
    let product = visible(&state, &who, &urn).await?;
    let mut concepts = glossary::concepts_of(&mut *state.pool.acquire().await?, product.id).await?;
    // What is proposed, and what was refused, is between those who look after products.
    concepts.retain(|concept| concept.state == Carrying::Carries || super::may_say(&who.actor, &product));
    let line = |concept: &Concept| {
        json!({
            "dataset": concept.dataset, "column": concept.column, "term": concept.slug, "state": concept.state, "values": counted(concept.look),
            "error": concept.error,
        })
    };
    Ok(fresh(json!({ "product": product.address, "concepts": concepts.iter().map(line).collect::<Vec<_>>() })))
}
