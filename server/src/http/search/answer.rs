//! `GET /api/v1/search`: the list as JSON, with the same words, filters, order and secrecy as the page.

use super::link;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::search::Link;
use axum::Json;
use axum::extract::{RawQuery, State};
use search::{Field, Hit, Inside, Other, Reason, Results, Score};
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Instant;

/// What was found; shapes are described in `docs/search.md`.
#[derive(Serialize)]
pub struct Answer {
    total: i64,
    hits: Vec<FoundProduct>,
    /// Terms and organisations that the words name.
    also: Vec<Also>,
    /// Counts by value by filter.
    facets: BTreeMap<&'static str, Vec<Counted>>,
    /// What was read instead of words that nobody uses.
    corrected: BTreeMap<String, Vec<String>>,
    /// Not every hit has every word.
    some_words_missing: bool,
    /// Words to try instead of those that nobody uses; only when nothing is found.
    nearest: Vec<NearestWord>,
    /// By filter how many products there would be without it; only when nothing is found.
    without: BTreeMap<&'static str, i64>,
    /// So many of the hits, the last, stand in order of title: they are beyond the best.
    by_title: usize,
    /// The address of the next page, if there is one.
    next: Option<String>,
    engine: &'static str,
    took_ms: f64,
}

#[derive(Serialize)]
struct FoundProduct {
    kind: &'static str,
    urn: String,
    title: String,
    summary: Option<String>,
    r#type: &'static str,
    classification: Option<&'static str>,
    access: &'static str,
    agency: String,
    updated_on: Option<chrono::NaiveDate>,
    source_id: Option<String>,
    promises: FoundPromises,
    score: Option<f32>,
    exact: bool,
    inside: Vec<Part>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<Explanation>,
}

#[derive(Serialize)]
struct FoundPromises {
    made: i64,
    measured: i64,
    broken: i64,
}

/// A dataset or a column that has the words.
#[derive(Serialize)]
struct Part {
    kind: &'static str,
    urn: String,
    title: String,
}

#[derive(Serialize)]
struct Explanation {
    words: f32,
    trust: f32,
    freshness: f32,
    access: f32,
    /// How much each of the three counts beside the words.
    weights: BTreeMap<&'static str, f32>,
    found: Vec<FoundWord>,
}

#[derive(Serialize)]
struct FoundWord {
    typed: String,
    /// None when it is nowhere in the product.
    field: Option<&'static str>,
    read_as: String,
    because: &'static str,
}

#[derive(Serialize)]
struct Also {
    kind: &'static str,
    title: String,
    path: String,
}

#[derive(Serialize)]
struct NearestWord {
    typed: String,
    word: String,
}

#[derive(Serialize)]
struct Counted {
    value: String,
    label: String,
    count: i64,
    chosen: bool,
}

pub async fn answer(State(state): State<AppState>, who: SignedIn, RawQuery(raw): RawQuery) -> Result<Json<Answer>, HttpError> {
    let begun = Instant::now();
    let raw = raw.unwrap_or_default();
    let link = link::read(&raw);
    let explain = url::form_urlencoded::parse(raw.as_bytes()).any(|(name, value)| name == "explain" && value == "true");
    let (query, place) = link::asked(&state, &link).await?;
    // Software is told what a person would be shown beside the field.
    if !place.faults.is_empty() {
        return Err(HttpError::Invalid(place.faults));
    }
    let mut conn = state.pool.acquire().await?;
    let results = state.searcher.search(&mut conn, who.actor.person, &query, state.now()).await?;
    drop(conn);
    let also = state.searcher.others(&link.query.words).into_iter().map(also).collect();
    let next = next(&link, &results);
    let Results { total, hits, facets, leniency, by_title, instead, .. } = results;
    let facets = facets.into_iter().map(|facet| {
        let values = facet.values.into_iter().map(|v| Counted { value: v.value, label: v.label, count: v.count, chosen: v.chosen }).collect();
        (facet.kind.name(), values)
    });
    Ok(Json(Answer {
        total,
        hits: hits.into_iter().map(|hit| product(hit, explain)).collect(),
        also,
        facets: facets.collect(),
        corrected: leniency.corrected.into_iter().collect(),
        some_words_missing: leniency.some_words_missing,
        nearest: instead.nearest.into_iter().map(|near| NearestWord { typed: near.typed, word: near.word }).collect(),
        without: instead.without.into_iter().map(|(kind, left)| (kind.name(), left)).collect(),
        by_title,
        next,
        engine: state.searcher.engine(),
        took_ms: begun.elapsed().as_secs_f64() * 1000.0,
    }))
}

fn next(link: &Link, results: &Results) -> Option<String> {
    let last = results.hits.last().filter(|_| results.more)?;
    Some(format!("/api/v1/search?{}", link.after(Some(last.id)).query_string()))
}

fn product(hit: Hit, explain: bool) -> FoundProduct {
    let inside = hit.inside.iter().map(|inside| part(&hit.address, inside)).collect();
    FoundProduct {
        kind: "product",
        title: hit.title,
        summary: hit.summary,
        r#type: hit.product_type.as_str(),
        classification: hit.classification.map(domain::catalogue::Classification::as_str),
        access: if hit.mine { search::MINE } else { hit.sharing.as_str() },
        agency: hit.agency,
        updated_on: hit.updated_on,
        source_id: hit.source_id,
        promises: FoundPromises { made: hit.promises.made, measured: hit.promises.measured, broken: hit.promises.broken },
        score: hit.score.as_ref().map(|score| score.total),
        exact: hit.exact,
        inside,
        explanation: hit.score.filter(|_| explain).map(explanation),
        urn: hit.address,
    }
}

fn part(product: &str, inside: &Inside) -> Part {
    let dataset = format!("{product}.{}", inside.dataset);
    match &inside.column {
        Some(column) => Part { kind: "column", urn: format!("{dataset}.{column}"), title: column.clone() },
        None => Part { kind: "dataset", urn: dataset, title: inside.dataset_title.clone() },
    }
}

fn explanation(score: Score) -> Explanation {
    let found = score.found.into_iter().map(|found| FoundWord {
        typed: found.typed,
        field: found.field.map(Field::name),
        read_as: found.shown,
        because: match found.reason {
            Reason::AsTyped => "as typed",
            Reason::Completed => "completed",
            Reason::Synonym => "synonym",
            Reason::Corrected => "corrected",
        },
    });
    Explanation {
        words: score.words,
        trust: score.standing.trust,
        freshness: score.standing.freshness,
        access: score.standing.access,
        weights: BTreeMap::from([("trust", score.counted.trust), ("freshness", score.counted.freshness), ("access", score.counted.access)]),
        found: found.collect(),
    }
}

fn also(other: Other) -> Also {
    match other {
        Other::Term { slug, name, .. } => Also { kind: "term", title: name, path: format!("/glossary/{slug}") },
        Other::Organisation { kind, slug, title, .. } => Also { kind: kind.name(), title, path: format!("/products?{}={slug}", kind.name()) },
    }
}
