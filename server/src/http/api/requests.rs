//! `/api/v1/requests`: one's requests, one of them, asking, and what its people do with it. Every check is that of the pages.

use super::called::{Called, idempotency_key};
use super::said::{self, LISTED};
use crate::http::access::answers;
use crate::http::access::ask::{Judged, Typed, judge, routes_of};
use crate::http::access::requests::{answer_fault, part_of, readable, step_of};
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::access::{Answers, NewRequest, PlannedStep, Route};
use domain::authorisation::{authorise, decides};
use domain::id::{ProductId, RequestId, TeamId};
use domain::{Action, Actor, Violation};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::access::{self, Asked, RequestView};
use uuid::Uuid;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Page {
    pub after: String,
}

impl Page {
    /// None from the beginning; what is no place in a list is an error.
    pub fn after<T: std::str::FromStr>(&self) -> Result<Option<T>, HttpError> {
        if self.after.is_empty() {
            return Ok(None);
        }
        self.after.parse().map(Some).map_err(|_| HttpError::Malformed("“after” is no place in this list. Use the address in “next”.".into()))
    }
}

/// One more than a page, to know whether there is another.
pub fn one_more() -> i64 {
    i64::try_from(LISTED + 1).unwrap_or(i64::MAX)
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Query(page): Query<Page>) -> Result<Json<Value>, HttpError> {
    let lines = access::requests_after(&mut *state.pool.acquire().await?, who.actor.person, page.after()?, one_more()).await?;
    Ok(Json(said::listed("requests", "/api/v1/requests", lines, |line| line.id.to_string(), said::request_line)))
}

/// A request as this person may read it.
pub fn shown(actor: &Actor, absent: &[Actor], request: &RequestView) -> Value {
    said::request(request, |part, step| step.open && decides(actor, absent, &request.asking, part.place, &step.roles).is_ok())
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Json<Value>, HttpError> {
    let (request, absent) = readable(&state, &who.actor, &id).await?;
    Ok(Json(shown(&who.actor, &absent, &request)))
}

/// What is asked for. Datasets by address; of one that `columns` does not name, all columns.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Asking {
    ports: Vec<String>,
    purpose: String,
    explanation: String,
    legal_basis: String,
    team: String,
    /// A team's id, to ask for it.
    for_team: Option<String>,
    seen_by: String,
    until: String,
    columns: BTreeMap<String, Vec<String>>,
    rows: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// The version of each product's terms that is accepted, by the product's address.
    terms: BTreeMap<String, i32>,
}

impl Asking {
    pub(super) fn typed(self, key: Uuid) -> Typed {
        let rows =
            self.rows.iter().flat_map(|(address, columns)| columns.iter().map(move |(column, values)| (format!("{address}/{column}"), values)));
        let (row_names, row_values) = rows.map(|(name, values)| (name, values.join(", "))).unzip();
        Typed {
            key: key.to_string(),
            offered: self.ports.clone(),
            columns: self.columns.iter().flat_map(|(address, names)| names.iter().map(move |name| format!("{address}/{name}"))).collect(),
            columns_shown: self.columns.into_keys().collect(),
            ports: self.ports,
            purpose: self.purpose,
            explanation: self.explanation,
            legal_basis: self.legal_basis,
            team: self.team,
            for_team: self.for_team.unwrap_or_default(),
            seen_by: self.seen_by,
            until: self.until,
            row_names,
            row_values,
            accepted: self.terms.iter().map(|(address, version)| format!("{address}={version}")).collect(),
            change: String::new(),
        }
    }
}

pub async fn submit(State(state): State<AppState>, headers: HeaderMap, Called(asking, who): Called<Asking>) -> Result<Response, HttpError> {
    let key = idempotency_key(&headers)?;
    submitted(&state, &who, key, asking.typed(key)).await
}

/// Submits, or finds what the same key submitted before, and answers with the request.
pub async fn submitted(state: &AppState, who: &SignedIn, key: Uuid, typed: Typed) -> Result<Response, HttpError> {
    let known = access::submitted_with(&mut *state.pool.acquire().await?, who.actor.person, key).await?;
    let (id, status) = match known {
        Some(id) => (id, StatusCode::OK),
        None => (submit_new(state, who, key, typed).await?, StatusCode::CREATED),
    };
    let (request, absent) = readable(state, &who.actor, &id.to_string()).await?;
    Ok((status, [(header::LOCATION, format!("/api/v1/requests/{id}"))], Json(shown(&who.actor, &absent, &request))).into_response())
}

async fn submit_new(state: &AppState, who: &SignedIn, key: Uuid, typed: Typed) -> Result<RequestId, HttpError> {
    let Checked { request, asked, team, .. } = checked(state, who, typed).await?;
    crate::http::access::submit::send(state, who, &request, &asked, team, key).await?.map_err(HttpError::Invalid)
}

/// What is asked for, once nothing is wrong with it.
struct Checked {
    request: NewRequest,
    asked: Vec<Asked>,
    answers: Answers,
    team: Option<TeamId>,
}

/// The checks of the form's own page, and what a program is told on top of them.
async fn checked(state: &AppState, who: &SignedIn, typed: Typed) -> Result<Checked, HttpError> {
    let Judged { typed, asked, answers, team, result, .. } = judge(state, who, typed).await?;
    let (mut wrong, request) = match result {
        Ok(request) => (vec![], Some(request)),
        Err(wrong) => (answers::explained(wrong, &answers), None),
    };
    // A page leaves out what is not there any more; a program is told.
    for address in typed.ports.iter().filter(|address| asked.iter().all(|found| found.address != **address)) {
        wrong.push(Violation::new("ports", "port_unknown", format!("There is no dataset {address} that you can ask for.")));
    }
    for terms in crate::http::access::terms::asked(state, &asked).await? {
        if !typed.accepted.iter().any(|one| one.starts_with(&format!("{}=", terms.product_address))) {
            let message = format!(
                "Read version {} of the terms of {} at /products/{}/agreement, and name it here to accept it.",
                terms.version, terms.product_title, terms.product_address
            );
            wrong.push(Violation::new("terms", "terms_not_accepted", message));
        }
    }
    match request.filter(|_| wrong.is_empty()) {
        Some(request) => Ok(Checked { request, asked, answers, team }),
        None => Err(HttpError::Invalid(wrong)),
    }
}

/// What data may be asked for, by the codes that asking takes.
pub async fn purposes(State(state): State<AppState>, _: SignedIn) -> Result<Json<Value>, HttpError> {
    let purposes = store::organisation::purposes(&mut *state.pool.acquire().await?).await?;
    let line = |(code, title): &(String, String)| json!({ "code": code, "title": title });
    Ok(Json(json!({ "purposes": purposes.iter().map(line).collect::<Vec<_>>() })))
}

/// Everything that submitting would check, and who would decide; nothing is sent.
pub async fn check(State(state): State<AppState>, Called(asking, who): Called<Asking>) -> Result<Json<Value>, HttpError> {
    let Checked { request, asked, answers, .. } = checked(&state, &who, asking.typed(Uuid::nil())).await?;
    let routes = routes_of(&state, &who, &request, &asked).await?.map_err(HttpError::Invalid)?;
    let step = |step: &PlannedStep| json!({ "stage": step.stage, "roles": step.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>(), "why": step.why });
    let part = |(product, route): (&ProductId, &Route)| {
        let address = asked.iter().find(|asked| asked.place.product == *product).map(|asked| asked.product_address.clone());
        match route {
            Route::Automatic { why } => json!({ "product": address, "at_once": why, "steps": [] }),
            Route::Steps(steps) => json!({ "product": address, "at_once": null, "steps": steps.iter().map(step).collect::<Vec<_>>() }),
        }
    };
    Ok(Json(json!({ "until": request.until, "answers": answers::said(&answers), "parts": routes.iter().map(part).collect::<Vec<_>>() })))
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct OfPart {
    part: String,
    text: String,
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn withdraw(State(state): State<AppState>, Path(id): Path<String>, Called(_, who): Called<Nothing>) -> Result<Json<Value>, HttpError> {
    let (request, _) = readable(&state, &who.actor, &id).await?;
    authorise(&who.actor, Action::WithdrawRequest { requester: request.belongs(who.actor.person) })?;
    let mut tx = state.pool.begin().await?;
    access::withdraw(&mut tx, who.actor.person, request.id, &who.origin, state.now()).await?;
    tx.commit().await?;
    show(State(state), who, Path(id)).await
}

pub async fn answer(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<OfPart>) -> Result<Json<Value>, HttpError> {
    let (request, _) = readable(&state, &who.actor, &id).await?;
    let part = part_of(&request, &sent.part)?;
    authorise(&who.actor, Action::WithdrawRequest { requester: request.belongs(who.actor.person) })?;
    let text = sent.text.trim().replace('\0', "");
    if let Some(fault) = answer_fault(&text) {
        return Err(HttpError::Invalid(vec![fault]));
    }
    let mut tx = state.pool.begin().await?;
    access::answer(&mut tx, who.actor.person, part, &text, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    show(State(state), who, Path(id)).await
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Undoing {
    part: String,
    /// Whose decision is meant; the latest of one's own when it is left out.
    step: String,
}

pub async fn undo(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<Undoing>) -> Result<Json<Value>, HttpError> {
    let (request, _) = readable(&state, &who.actor, &id).await?;
    let (part, step) = (part_of(&request, &sent.part)?, step_of(&sent.step)?);
    let mut tx = state.pool.begin().await?;
    access::undo(&mut tx, who.actor.person, part, step, &who.origin, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    show(State(state), who, Path(id)).await
}
