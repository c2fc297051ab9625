//! Requests, steps and agreements as JSON. Words are those of the record; moments are RFC 3339, days ISO 8601.

use app::features::access::decision::dataset_key;
use domain::catalogue::Classification;
use serde_json::{Value, json};
use store::access::{AgreementLine, AgreementView, PartColumn, PartDataset, PartView, QueueLine, RequestLine, RequestView, StepView};

/// Lines on one page of a list.
pub const LISTED: usize = 50;

/// A list of at most [`LISTED`], with where it goes on; `lines` may hold one more to show that it does.
pub fn listed<T>(name: &str, path: &str, mut lines: Vec<T>, key: impl Fn(&T) -> String, said: impl Fn(&T) -> Value) -> Value {
    let more = lines.len() > LISTED;
    lines.truncate(LISTED);
    let next = lines.last().filter(|_| more).map(|last| format!("{path}?after={}", key(last)));
    json!({ name: lines.iter().map(said).collect::<Vec<_>>(), "next": next })
}

pub fn request_line(line: &RequestLine) -> Value {
    json!({
        "id": line.id, "titles": line.titles, "team": line.team, "submitted_at": line.submitted_at, "due_on": line.due_on,
        "states": line.states.iter().map(|state| state.as_str()).collect::<Vec<_>>(), "question_open": line.asked,
    })
}

/// `mine` says which steps the reader may decide now.
pub fn request(view: &RequestView, mine: impl Fn(&PartView, &StepView) -> bool) -> Value {
    let parts: Vec<Value> = view.parts.iter().map(|part| self::part(part, |step| mine(part, step))).collect();
    json!({
        "id": view.id, "requester": { "id": view.requester, "name": view.requester_name, "agency": view.requester_agency, "agency_now": view.agency_now },
        "for_team": view.for_team.as_ref().map(|(id, name)| json!({ "id": id, "name": name })),
        "purpose": view.purpose, "explanation": view.explanation, "legal_basis": view.legal_basis, "team": view.team, "seen_by": view.seen_by,
        "until": view.until, "submitted_at": view.submitted_at, "decide_by": view.decide_by, "parts": parts,
    })
}

fn part(part: &PartView, mine: impl Fn(&StepView) -> bool) -> Value {
    let messages: Vec<Value> =
        part.messages.iter().map(|one| json!({ "kind": one.kind.as_str(), "author": one.author, "text": one.text, "at": one.at })).collect();
    json!({
        "id": part.id, "product": part.product_address, "title": part.product_title, "state": part.state.as_str(), "due_on": part.due_on,
        "waits_since": part.paused_at, "decided_by": part.decider, "decided_at": part.decided_at, "reason": part.reason, "until": part.until,
        "agreement": part.agreement, "messages": messages, "datasets": part.datasets.iter().map(dataset).collect::<Vec<_>>(),
        "steps": part.steps.iter().map(|one| step(one, mine(one))).collect::<Vec<_>>(),
    })
}

fn dataset(dataset: &PartDataset) -> Value {
    json!({
        "key": dataset_key(dataset), "title": dataset.title,
        "columns": dataset.columns.iter().map(column).collect::<Vec<_>>(), "rows": dataset.rows, "rows_protected": dataset.policy.describe(),
        "scope_columns": dataset.scope_columns,
        "granted": dataset.granted.as_ref().map(|(columns, rows)| json!({ "columns": columns, "rows": rows })),
    })
}

/// `protected` says what is done to it for everybody; null where it is shown as it is.
fn column(column: &PartColumn) -> Value {
    let protected = (!column.technique.is_clear()).then(|| column.technique.describe());
    json!({ "name": column.name, "classification": column.classification.as_str(), "protected": protected })
}

fn step(step: &StepView, mine: bool) -> Value {
    json!({
        "id": step.id, "stage": step.stage, "roles": step.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>(), "why": step.why,
        "state": step.state.as_str(), "open": step.open, "may_decide": mine, "decided_by": step.decider, "decided_for": step.decided_for,
        "decided_at": step.decided_at, "note": step.note,
    })
}

pub fn queue_line(line: &QueueLine) -> Value {
    json!({
        "step": line.step, "request": line.request, "product": line.product_address, "title": line.product_title, "requester": line.requester,
        "agency": line.agency, "team": line.team, "purpose": line.purpose, "classification": line.classification.map(Classification::as_str),
        "due_on": line.due_on, "waits_since": line.paused_at, "handed_to_me": line.handed_to_me, "stands_for": line.stands_for,
    })
}

pub fn agreement_line(line: &AgreementLine) -> Value {
    json!({
        "id": line.id, "product": line.product_address, "title": line.product_title, "team": line.team, "state": line.state.as_str(),
        "grant": line.grant_state.as_str(), "held": line.held, "until": line.until,
    })
}

pub fn agreement(view: &AgreementView) -> Value {
    let datasets: Vec<Value> =
        view.datasets.iter().map(|one| json!({ "title": one.title, "address": one.address, "columns": one.columns, "rows": one.rows })).collect();
    let holds: Vec<Value> =
        view.holds.iter().map(|hold| json!({ "kind": hold.kind.as_str(), "reason": hold.reason, "since": hold.placed_at })).collect();
    json!({
        "id": view.id, "request": view.request, "product": view.product_address, "title": view.product_title, "purpose": view.purpose,
        "holder": view.holder_name, "team": view.team.as_ref().map(|(id, name)| json!({ "id": id, "name": name })),
        "state": view.state.as_str(), "grant": view.grant_state.as_str(), "made_at": view.made_at, "until": view.until, "ended_at": view.ended_at,
        "end_reason": view.end_reason, "first_read_at": view.first_read_at, "datasets": datasets, "holds": holds,
    })
}
