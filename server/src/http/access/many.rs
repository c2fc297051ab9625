//! `POST /work/preview` and `POST /work/approve`: many steps at once, as they were asked for. Each is decided in a transaction
//! of its own, so that one that was decided meanwhile holds up no other.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::standards::{Judged, gate};
use crate::state::AppState;
use app::features::access::preview::{Chosen, Gets, preview_page};
use app::shell::Section;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Violation;
use domain::access::{Conditions, LONGEST_TEXT};
use domain::authorisation::decides;
use domain::id::PartStepId;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use rules::Gate;
use serde::Deserialize;
use std::collections::BTreeSet;
use store::StoreError;
use store::access::{self, Decider, Decision, OpenDataset, OpenStep};

/// Steps that are decided together.
const MOST: usize = 1000;
/// Of them, those that standards look at together, right before each is decided.
const JUDGED: usize = 50;
/// Of these, those that are decided at the same time: a few of the record's connections.
const SIDE_BY_SIDE: usize = 4;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    steps: Vec<String>,
    note: String,
}

/// Those that this person may decide now, each once and with who decides.
pub(crate) async fn chosen(state: &AppState, who: &SignedIn, steps: &[String]) -> Result<Vec<(OpenStep, Decider)>, HttpError> {
    let mut seen = BTreeSet::new();
    let steps: Vec<PartStepId> = steps.iter().take(MOST).filter_map(|step| step.parse().ok()).filter(|step| seen.insert(*step)).collect();
    let mut conn = state.pool.acquire().await?;
    let absent = access::stood_for(&mut conn, who.actor.person, state.now()).await?;
    let open = access::open_steps(&mut conn, &steps).await?;
    let decider = |stands_for| Decider { person: who.actor.person, stands_for };
    Ok(open
        .into_iter()
        .filter_map(|step| decides(&who.actor, &absent, &step.asking, step.place, &step.roles).ok().map(|stands_for| (step, decider(stands_for))))
        .collect())
}

/// What is done to columns that are not shown as they are, and what holds for the rows together.
pub(crate) fn protected(dataset: &OpenDataset) -> Vec<String> {
    let masked = dataset.columns.iter().filter(|(_, technique)| !technique.is_clear());
    masked.map(|(name, technique)| format!("{name}: {}", technique.describe())).chain(dataset.policy.describe()).collect()
}

fn described(step: &OpenStep) -> Chosen {
    let gets = step
        .datasets
        .iter()
        .map(|dataset| Gets {
            columns: dataset.columns.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", "),
            rows: dataset.rows.describe().unwrap_or_else(|| "every row".into()),
            protected: protected(dataset),
            title: dataset.title.clone(),
        })
        .collect();
    Chosen {
        step: step.id.to_string(),
        requester: step.requester_name.clone(),
        product_title: step.product_title.clone(),
        gets,
        until: step.until,
        more: step.others,
    }
}

async fn preview_of(state: &AppState, who: &SignedIn, typed: Typed, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let found = chosen(state, who, &typed.steps).await?;
    let left_out = typed.steps.iter().collect::<BTreeSet<_>>().len() - found.len();
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Work, "Approve many", status, move || {
        preview_page(&csrf, &found.iter().map(|(step, _)| described(step)).collect::<Vec<_>>(), left_out, &typed.note, &wrong)
    })
    .await
}

pub async fn preview(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    preview_of(&state, &who, typed, vec![]).await
}

pub async fn approve(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let note = typed.note.trim().replace('\0', "");
    if note.chars().count() > LONGEST_TEXT {
        let fault = Violation::new("note", "text_too_long", format!("Use at most {LONGEST_TEXT} characters."));
        return preview_of(&state, &who, typed, vec![fault]).await;
    }
    let found = chosen(&state, &who, &typed.steps).await?;
    let approved = approve_all(&state, &who, &found, note).await?.len();
    Ok(Redirect::to(&format!("/work?done=many-{approved}-{}", typed.steps.len())).into_response())
}

/// Approves them as they were asked for; gives those that were.
pub(crate) async fn approve_all(state: &AppState, who: &SignedIn, found: &[(OpenStep, Decider)], note: String) -> Result<Vec<PartStepId>, HttpError> {
    let note = Some(note).filter(|note| !note.is_empty());
    let mut approved = vec![];
    for some in found.chunks(JUDGED) {
        approved.extend(approve_some(state, who, some, note.as_ref()).await?);
    }
    state.work.notify_one();
    Ok(approved)
}

/// Those of these that were approved, in their order. Some are decided side by side: each waits for the disk by itself.
async fn approve_some(state: &AppState, who: &SignedIn, some: &[(OpenStep, Decider)], note: Option<&String>) -> Result<Vec<PartStepId>, HttpError> {
    let parts: Vec<_> = some.iter().map(|(step, _)| (step.part, step.until)).collect();
    let judged = gate::deciding(state, &mut *state.pool.acquire().await?, who.actor.person, &parts).await?;
    let mut decided = vec![];
    for (step, decider) in some {
        decided.push(approve_one(state, who, step, *decider, judged.get(&step.part).cloned(), note));
    }
    let approved: Vec<Option<PartStepId>> = stream::iter(decided).buffered(SIDE_BY_SIDE).try_collect().await?;
    Ok(approved.into_iter().flatten().collect())
}

/// The step, when it was approved.
async fn approve_one(
    state: &AppState,
    who: &SignedIn,
    step: &OpenStep,
    decider: Decider,
    judged: Option<Judged>,
    note: Option<&String>,
) -> Result<Option<PartStepId>, HttpError> {
    let conditions = Conditions { until: step.until, datasets: vec![] };
    let decision = Decision::Approve { conditions, note: note.cloned() };
    let mut tx = state.pool.begin().await?;
    // What a standard refuses is left as it is, and says why when it is opened.
    if let Some(refused) = super::decide::standards_allow(state, &mut tx, who, step.part, judged).await? {
        drop(tx);
        gate::keep(state, who, Gate::Deciding, &refused, Some(step.part)).await?;
        return Ok(None);
    }
    match access::decide(&mut tx, decider, step.id, &decision, &who.origin, &state.ids, state.now()).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(Some(step.id))
        }
        // Somebody was quicker, or nothing is left of it: the rest goes on.
        Err(StoreError::Conflict(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
