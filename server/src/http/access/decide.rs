//! `POST /work/{step}/approve`, `/refuse`, `/ask` and `/hand-over`: one step of one part, by somebody who may decide it.

use super::scope_form;
use super::work::{Shown, page};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::signed_in::SignedIn;
use crate::standards::{Judged, gate};
use crate::state::AppState;
use app::features::access::decision::{DecisionForm, dataset_key};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use domain::access::{Conditions, DatasetConditions, LONGEST_TEXT, RowScope};
use domain::authorisation::{authorise, decides};
use domain::id::{PartStepId, RequestPartId};
use domain::protection::Technique;
use domain::{Action, Violation, Violations, calendar};
use rules::{Effect, Gate};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use store::PgConnection;
use store::access::{self, Decider, Decision, PartDataset, PartView, RequestView, StepView};

/// A step that this person may decide.
pub struct Deciding {
    pub request: RequestView,
    pub part: PartView,
    pub step: StepView,
    pub decider: Decider,
    /// For whom, when not in their own right.
    pub stands_for: Option<String>,
}

/// The step, when this person may decide it. Who may not read its request learns nothing: 404.
pub async fn decidable(state: &AppState, conn: &mut PgConnection, who: &SignedIn, id: &str) -> Result<Deciding, HttpError> {
    let id: PartStepId = id.parse().map_err(|_| HttpError::NotFound)?;
    let (request, part) = access::request_of_step(&mut *conn, id, state.now()).await?.ok_or(HttpError::NotFound)?;
    let step = part.steps.iter().find(|step| step.id == id).cloned().ok_or(HttpError::NotFound)?;
    let absent = access::stood_for(conn, who.actor.person, state.now()).await?;
    match decides(&who.actor, &absent, &request.asking, part.place, &step.roles) {
        Ok(stands_for) => {
            let name = stands_for.and_then(|id| absent.iter().find(|one| one.person == id)).map(|one| one.name.clone());
            Ok(Deciding { request, part, step, decider: Decider { person: who.actor.person, stands_for }, stands_for: name })
        }
        Err(forbidden) => {
            let reads = authorise(&who.actor, Action::ReadRequest { requester: request.belongs(who.actor.person), place: part.place });
            Err(if reads.is_ok() { HttpError::from(forbidden) } else { HttpError::NotFound })
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub until: String,
    pub note: String,
    pub reason: String,
    pub question: String,
    pub to: String,
    pub columns_shown: Vec<String>,
    pub columns: Vec<String>,
    pub row_names: Vec<String>,
    pub row_values: Vec<String>,
    pub mask_columns: Vec<String>,
    pub masks: Vec<String>,
}

impl Typed {
    fn form(self, wrong: Violations) -> DecisionForm {
        DecisionForm {
            columns: scope_form::columns(&self.columns_shown, &self.columns),
            rows: scope_form::rows(&self.row_names, &self.row_values),
            masks: scope_form::rows(&self.mask_columns, &self.masks),
            until: self.until,
            note: self.note,
            reason: self.reason,
            question: self.question,
            to: self.to,
            wrong,
        }
    }
}

/// Text that somebody else will read.
pub fn text(field: &'static str, missing: Option<&str>, typed: &str) -> Result<String, Violation> {
    let value = typed.trim().replace('\0', "");
    match missing {
        Some(missing) if value.is_empty() => Err(Violation::new(field, "reason_missing", missing)),
        _ if value.chars().count() > LONGEST_TEXT => Err(Violation::new(field, "text_too_long", format!("Use at most {LONGEST_TEXT} characters."))),
        _ => Ok(value),
    }
}

/// What an approval leaves, from what was typed. A dataset that the form did not show is left as it was asked for.
pub fn conditions(typed: &Typed, request: &RequestView, part: &PartView, today: NaiveDate) -> Result<(Conditions, Option<String>), Violations> {
    let mut wrong = vec![];
    let until = match typed.until.trim().parse::<NaiveDate>() {
        Err(_) => Err(Violation::new("until", "until_not_a_date", "Enter the last day as a date such as 2027-05-31.")),
        Ok(day) if day > request.until => {
            Err(Violation::new("until", "until_too_late", format!("At most what was asked for: {} or earlier.", request.until)))
        }
        Ok(day) if day < today => Err(Violation::new("until", "until_past", "Enter today or a later day.")),
        Ok(day) => Ok(day),
    };
    let note = text("note", None, &typed.note);
    let (ticked, narrowed) = (scope_form::columns(&typed.columns_shown, &typed.columns), scope_form::rows(&typed.row_names, &typed.row_values));
    let masks = scope_form::rows(&typed.mask_columns, &typed.masks);
    let mut datasets = vec![];
    let mut something = part.datasets.iter().any(|dataset| !ticked.contains_key(&dataset_key(dataset)));
    for dataset in &part.datasets {
        let key = dataset_key(dataset);
        let Some(ticked) = ticked.get(&key) else { continue };
        let columns: BTreeSet<String> = dataset.columns.iter().map(|column| &column.name).filter(|name| ticked.contains(*name)).cloned().collect();
        let rows = row_scope(&key, &dataset.scope_columns, &narrowed);
        let techniques = techniques(&key, dataset, &masks).unwrap_or_else(|fault| {
            wrong.push(fault);
            BTreeMap::new()
        });
        something |= !columns.is_empty() && !rows.and(&dataset.rows).0.values().any(BTreeSet::is_empty);
        datasets.push(DatasetConditions { port: dataset.port, dataset: dataset.dataset, columns, rows, techniques });
    }
    if !something {
        wrong.push(Violation::new("columns", "columns_missing", "Leave at least one column and one row, or refuse and say why."));
    }
    match (until, note) {
        (Ok(until), Ok(note)) if wrong.is_empty() => Ok((Conditions { until, datasets }, Some(note).filter(|note| !note.is_empty()))),
        (until, note) => {
            wrong.extend(until.err().into_iter().chain(note.err()));
            Err(wrong)
        }
    }
}

/// What is to be done to columns beyond what is done to them anyway. Only what is stricter may be asked for.
fn techniques(key: &str, dataset: &PartDataset, typed: &BTreeMap<(String, String), String>) -> Result<BTreeMap<String, Technique>, Violation> {
    let mut all = BTreeMap::new();
    for column in &dataset.columns {
        let Some(word) = typed.get(&(key.to_owned(), column.name.clone())).filter(|word| !word.is_empty()) else { continue };
        let asked = serde_json::from_str::<Technique>(word).ok().filter(|asked| asked.may_replace(column.technique, column.column_type));
        let Some(asked) = asked else {
            let message = format!("{}: choose one of the masks offered. A condition only ever makes stricter.", column.name);
            return Err(Violation::new("masks", "mask_not_stricter", message));
        };
        all.insert(column.name.clone(), asked);
    }
    Ok(all)
}

fn row_scope(key: &str, columns: &[String], typed: &BTreeMap<(String, String), String>) -> RowScope {
    let values = |column: &String| -> BTreeSet<String> {
        let typed = typed.get(&(key.to_owned(), column.clone())).map(String::as_str).unwrap_or_default();
        typed.split(',').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
    };
    RowScope(columns.iter().map(|column| (column.clone(), values(column))).filter(|(_, values)| !values.is_empty()).collect())
}

pub async fn approve(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let deciding = decidable(&state, &mut *state.pool.acquire().await?, &who, &id).await?;
    match conditions(&typed, &deciding.request, &deciding.part, calendar::day(state.now())) {
        Ok((conditions, note)) => match settled(&state, &who, &deciding, &Decision::Approve { conditions, note }).await {
            // What a standard refuses is shown beside what was typed.
            Err(HttpError::Invalid(wrong)) => again(&state, &who, deciding, typed.form(wrong)).await,
            Err(error) => Err(error),
            Ok(()) => Ok(Redirect::to(&format!("/work?done=approved&request={}", deciding.request.id)).into_response()),
        },
        Err(wrong) => again(&state, &who, deciding, typed.form(wrong)).await,
    }
}

pub async fn refuse(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let deciding = decidable(&state, &mut *state.pool.acquire().await?, &who, &id).await?;
    match text("reason", Some("Say why, so that the requester knows what would make it possible."), &typed.reason) {
        Ok(reason) => settle(&state, &who, &deciding, Decision::Refuse { reason }).await,
        Err(fault) => again(&state, &who, deciding, typed.form(vec![fault])).await,
    }
}

/// Decides, and lets what follows begin.
pub async fn settled(state: &AppState, who: &SignedIn, deciding: &Deciding, decision: &Decision) -> Result<(), HttpError> {
    let mut tx = state.pool.begin().await?;
    if let Decision::Approve { conditions, .. } = decision {
        let part = deciding.part.id;
        let judged = gate::deciding(state, &mut tx, who.actor.person, &[(part, conditions.until)]).await?.remove(&part);
        if let Some(refused) = standards_allow(state, &mut tx, who, part, judged).await? {
            drop(tx);
            gate::keep(state, who, Gate::Deciding, &refused, Some(part)).await?;
            return Err(HttpError::Invalid(gate::faults(&refused, Gate::Deciding, "until")));
        }
    }
    access::decide(&mut tx, deciding.decider, deciding.step.id, decision, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(())
}

/// Adds the steps that standards ask for to a part that is about to be approved, in the transaction of the decision; or gives what they
/// refuse.
pub async fn standards_allow(
    state: &AppState,
    conn: &mut PgConnection,
    who: &SignedIn,
    part: RequestPartId,
    judged: Option<Judged>,
) -> Result<Option<Judged>, HttpError> {
    let Some(judged) = judged else { return Ok(None) };
    if judged.effect(Gate::Deciding) == Effect::Refuse {
        return Ok(Some(judged));
    }
    gate::note(state, &mut *conn, who, Gate::Deciding, &judged, Some(part)).await?;
    access::require_steps(conn, part, &gate::steps(&judged, Gate::Deciding), &state.ids, state.now()).await?;
    Ok(None)
}

async fn settle(state: &AppState, who: &SignedIn, deciding: &Deciding, decision: Decision) -> Result<Response, HttpError> {
    settled(state, who, deciding, &decision).await?;
    Ok(Redirect::to(&format!("/work?done=refused&request={}", deciding.request.id)).into_response())
}

/// The queue again, with what was typed.
async fn again(state: &AppState, who: &SignedIn, deciding: Deciding, form: DecisionForm) -> Result<Response, HttpError> {
    page(state, who, Shown { open: Some((deciding, form)), ..Shown::default() }).await
}

pub async fn ask(State(state): State<AppState>, Path(id): Path<String>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let deciding = decidable(&state, &mut *state.pool.acquire().await?, &who, &id).await?;
    match text("question", Some("Write what you need to know."), &typed.question) {
        Ok(question) => {
            let mut tx = state.pool.begin().await?;
            access::ask(&mut tx, who.actor.person, deciding.step.id, &question, &who.origin, &state.ids, state.now()).await?;
            tx.commit().await?;
            Ok(Redirect::to(&format!("/work?done=asked&request={}", deciding.request.id)).into_response())
        }
        Err(fault) => again(&state, &who, deciding, typed.form(vec![fault])).await,
    }
}

pub async fn hand_over(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let mut tx = state.pool.begin().await?;
    let deciding = decidable(&state, &mut tx, &who, &id).await?;
    let others = access::could_decide(&mut tx, deciding.step.id, who.actor.person, state.now()).await?;
    let Some((to, _)) = others.iter().find(|(id, _)| id.to_string() == typed.to) else {
        drop(tx);
        let fault = Violation::new("to", "person_unknown", "Choose somebody who may decide this.");
        return again(&state, &who, deciding, typed.form(vec![fault])).await;
    };
    access::hand_over(&mut tx, who.actor.person, deciding.step.id, *to, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/work?done=handed-over&request={}", deciding.request.id)).into_response())
}
