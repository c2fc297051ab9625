//! `/api/v1/work`: what waits for one's decision, and deciding it. The same checks as on the page.

use super::called::Called;
use super::requests::{Page, one_more, shown};
use super::said;
use crate::http::access::decide::{Deciding, Typed, conditions, decidable, settled, text};
use crate::http::access::many::{approve_all, chosen, protected};
use crate::http::access::work::{read_after, written_after};
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access::decision::dataset_key;
use axum::Json;
use axum::extract::{Path, Query, State};
use domain::access::LONGEST_TEXT;
use domain::{Violation, calendar};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use store::access::{self, Decision, HeldAgreement, OpenDataset, OpenStep, SimilarDecision};

pub async fn list(State(state): State<AppState>, who: SignedIn, Query(page): Query<Page>) -> Result<Json<Value>, HttpError> {
    let after = match page.after.as_str() {
        "" => None,
        text => Some(read_after(text).ok_or_else(|| HttpError::Malformed("“after” is no place in this list. Use the address in “next”.".into()))?),
    };
    let mut conn = state.pool.acquire().await?;
    let absent = access::stood_for(&mut conn, who.actor.person, state.now()).await?;
    let lines = access::queue(&mut conn, &who.actor, &absent, "", after, one_more()).await?;
    Ok(Json(said::listed("work", "/api/v1/work", lines, written_after, said::queue_line)))
}

/// Earlier decisions shown beside a request, as on the page.
const SIMILAR: i64 = 5;

fn holds(one: &HeldAgreement) -> Value {
    json!({ "product": one.product_address, "title": one.product_title, "purpose": one.purpose, "until": one.until })
}

fn before(one: &SimilarDecision) -> Value {
    json!({
        "requester": one.requester, "agency": one.agency, "purpose": one.purpose, "state": one.state.as_str(), "decided_at": one.decided_at,
        "reason": one.reason,
    })
}

/// The step with its request, what its requester holds already, how the product was decided before, and who could take it over.
pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Json<Value>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let deciding = decidable(&state, &mut conn, &who, &id).await?;
    let others = access::could_decide(&mut conn, deciding.step.id, who.actor.person, state.now()).await?;
    let held = access::held_already(&mut conn, deciding.request.id, who.actor.person, state.now()).await?;
    let similar = access::similar_decisions(&mut conn, deciding.part.place.product, deciding.part.id, SIMILAR).await?;
    drop(conn);
    let mut answer = decided(&state, &who, deciding.step.id.to_string(), Some(others)).await?;
    answer["holds_already"] = held.iter().map(holds).collect();
    answer["decided_before"] = similar.iter().map(before).collect();
    Ok(Json(answer))
}

async fn decided(state: &AppState, who: &SignedIn, id: String, others: Option<Vec<(domain::id::PersonId, String)>>) -> Result<Value, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let Deciding { mut request, part, step, stands_for, .. } = decidable(state, &mut conn, who, &id).await?;
    let absent = access::stood_for(&mut conn, who.actor.person, state.now()).await?;
    // Of a request for several products, the part that this step is of.
    request.parts.retain(|one| one.id == part.id);
    let others = others.map(|others| others.into_iter().map(|(id, name)| json!({ "id": id, "name": name })).collect::<Vec<_>>());
    Ok(json!({ "step": step.id, "state": step.state.as_str(), "open": step.open, "stands_for": stands_for, "could_take_over": others,
               "request": shown(&who.actor, &absent, &request) }))
}

/// Steps that are decided together.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Many {
    steps: Vec<String>,
    note: String,
}

fn names(dataset: &OpenDataset) -> Vec<&str> {
    dataset.columns.iter().map(|(name, _)| name.as_str()).collect()
}

/// What each would get, of those that may be decided now.
pub async fn preview(State(state): State<AppState>, Called(sent, who): Called<Many>) -> Result<Json<Value>, HttpError> {
    let found = chosen(&state, &who, &sent.steps).await?;
    let line = |step: &OpenStep| {
        let datasets: Vec<Value> = step
            .datasets
            .iter()
            .map(|one| json!({ "title": one.title, "columns": names(one), "rows": one.rows, "protected": protected(one) }))
            .collect();
        json!({ "step": step.id, "requester": step.requester_name, "title": step.product_title, "until": step.until, "datasets": datasets,
                "more_steps": step.others })
    };
    Ok(Json(json!({ "steps": found.iter().map(|(step, _)| line(step)).collect::<Vec<_>>(), "left_out": left_out(&sent.steps, found.len()) })))
}

/// Approves them as they were asked for; what was decided meanwhile, or is refused by a standard, is left as it is.
pub async fn approve_many(State(state): State<AppState>, Called(sent, who): Called<Many>) -> Result<Json<Value>, HttpError> {
    let note = sent.note.trim().replace('\0', "");
    if note.chars().count() > LONGEST_TEXT {
        return Err(HttpError::Invalid(vec![Violation::new("note", "text_too_long", format!("Use at most {LONGEST_TEXT} characters."))]));
    }
    let found = chosen(&state, &who, &sent.steps).await?;
    let approved = approve_all(&state, &who, &found, note).await?;
    Ok(Json(json!({ "left_out": left_out(&sent.steps, approved.len()), "approved": approved })))
}

/// Each step once.
fn left_out(steps: &[String], done: usize) -> usize {
    steps.iter().collect::<BTreeSet<_>>().len().saturating_sub(done)
}

/// What an approval leaves. A dataset that is not named is left as it was asked for.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Approval {
    /// The last day; none for the one that was asked for.
    until: Option<String>,
    note: String,
    datasets: Vec<Left>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Left {
    /// As the request names it.
    key: String,
    /// None for all that were asked for.
    columns: Option<Vec<String>>,
    #[serde(default)]
    rows: BTreeMap<String, Vec<String>>,
}

pub async fn approve(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<Approval>) -> Result<Json<Value>, HttpError> {
    let deciding = decidable(&state, &mut *state.pool.acquire().await?, &who, &id).await?;
    let mut typed = Typed { until: sent.until.unwrap_or_else(|| deciding.request.until.to_string()), note: sent.note, ..Typed::default() };
    for left in sent.datasets {
        let Some(dataset) = deciding.part.datasets.iter().find(|dataset| dataset_key(dataset) == left.key) else {
            return Err(HttpError::Invalid(vec![Violation::new(
                "datasets",
                "dataset_unknown",
                format!("This request has no dataset {}.", left.key),
            )]));
        };
        let columns = left.columns.unwrap_or_else(|| dataset.columns.iter().map(|column| column.name.clone()).collect());
        typed.columns.extend(columns.iter().map(|column| format!("{}/{column}", left.key)));
        for (column, values) in &left.rows {
            typed.row_names.push(format!("{}/{column}", left.key));
            typed.row_values.push(values.join(", "));
        }
        typed.columns_shown.push(left.key);
    }
    let (conditions, note) = conditions(&typed, &deciding.request, &deciding.part, calendar::day(state.now())).map_err(HttpError::Invalid)?;
    settled(&state, &who, &deciding, &Decision::Approve { conditions, note }).await?;
    Ok(Json(decided(&state, &who, id, None).await?))
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Words {
    reason: String,
    question: String,
    to: String,
}

pub async fn refuse(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<Words>) -> Result<Json<Value>, HttpError> {
    let deciding = decidable(&state, &mut *state.pool.acquire().await?, &who, &id).await?;
    let reason = text("reason", Some("Say why, so that the requester knows what would make it possible."), &sent.reason)
        .map_err(|fault| HttpError::Invalid(vec![fault]))?;
    settled(&state, &who, &deciding, &Decision::Refuse { reason }).await?;
    Ok(Json(decided(&state, &who, id, None).await?))
}

pub async fn ask(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<Words>) -> Result<Json<Value>, HttpError> {
    let deciding = decidable(&state, &mut *state.pool.acquire().await?, &who, &id).await?;
    let question = text("question", Some("Write what you need to know."), &sent.question).map_err(|fault| HttpError::Invalid(vec![fault]))?;
    let mut tx = state.pool.begin().await?;
    access::ask(&mut tx, who.actor.person, deciding.step.id, &question, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    Ok(Json(decided(&state, &who, id, None).await?))
}

pub async fn hand_over(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<Words>) -> Result<Json<Value>, HttpError> {
    let mut tx = state.pool.begin().await?;
    let deciding = decidable(&state, &mut tx, &who, &id).await?;
    let others = access::could_decide(&mut tx, deciding.step.id, who.actor.person, state.now()).await?;
    let Some((to, _)) = others.iter().find(|(id, _)| id.to_string() == sent.to) else {
        return Err(HttpError::Invalid(vec![Violation::new("to", "person_unknown", "Name somebody who may decide this, by their id.")]));
    };
    access::hand_over(&mut tx, who.actor.person, deciding.step.id, *to, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Json(decided(&state, &who, id, None).await?))
}
