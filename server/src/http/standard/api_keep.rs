//! Standards made, edited, talked over, agreed to, published and retired by programs: the same as on their pages, with the same second person.

use super::act::{answered, commented};
use super::api::said;
use super::drafting;
use super::edit::newest;
use super::publish::{agreed, consulted, kept, published, retired};
use super::show::{main, may, readable};
use crate::http::api::Called;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::standards::form::{self, PARAMETER, Typed};
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::authorisation::authorise;
use domain::standard::PublicationForm;
use domain::{Action, Violation, Violations, calendar};
use rules::Case;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::standard;

/// A draft as a program sends it. What is left out stays as it is.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Draft {
    title: Option<String>,
    text: Option<String>,
    kind: Option<String>,
    scope: Option<String>,
    severity: Option<String>,
    owner: Option<String>,
    contact: Option<String>,
    references: Option<Vec<String>>,
    tightens: Option<String>,
    grace_days: Option<u32>,
    /// A template with its parameters, or Rego: what is sent takes the place of the other.
    template: Option<String>,
    parameters: Option<Map<String, Value>>,
    rego: Option<String>,
    cases: Option<Vec<Case>>,
}

/// A parameter as a form sends it: each value as a word.
fn words(value: &Value) -> Vec<String> {
    match value {
        Value::Null | Value::Bool(false) => vec![],
        Value::Bool(true) => vec!["yes".to_owned()],
        Value::String(text) => vec![text.replace('\0', "")],
        Value::Array(all) => all.iter().flat_map(words).collect(),
        other => vec![other.to_string()],
    }
}

impl Draft {
    /// The page's form with what was sent laid over it.
    fn over(self, mut typed: Typed) -> Typed {
        if self.rego.is_some() || self.template.is_some() {
            typed.retain(|name, _| name != "rego" && name != "template" && !name.starts_with(PARAMETER));
        }
        for (name, value) in self.parameters.unwrap_or_default() {
            typed.insert(format!("{PARAMETER}{name}"), words(&value));
        }
        let fields = [
            ("title", self.title),
            ("text", self.text),
            ("kind", self.kind),
            ("scope", self.scope),
            ("severity", self.severity),
            ("owner", self.owner),
            ("contact", self.contact),
            ("tightens", self.tightens),
            ("references", self.references.map(|all| all.join("\n"))),
            ("grace", self.grace_days.map(|days| days.to_string())),
            ("template", self.template),
            ("rego", self.rego),
            ("cases", self.cases.map(|cases| form::as_typed(&cases))),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                typed.insert(name.to_owned(), vec![value.replace('\0', "")]);
            }
        }
        typed
    }
}

/// Faults by the names that programs send.
pub(super) fn named(wrong: Violations) -> HttpError {
    let name = |field| match field {
        "waiver_until" => "until",
        "waiver_reason" | "retire_reason" => "reason",
        "comment" | "answer" => "text",
        "grace" => "grace_days",
        other => other,
    };
    HttpError::Invalid(wrong.into_iter().map(|fault| Violation { field: name(fault.field), ..fault }).collect())
}

/// A version after something was done with it; `done` is false when it was so before.
async fn answer(state: &AppState, who: &SignedIn, slug: &str, number: i32, done: bool) -> Result<Json<Value>, HttpError> {
    let version = standard::one(&mut *state.pool.acquire().await?, slug, number).await?.ok_or(HttpError::NotFound)?;
    let mut said = said(&version, calendar::day(state.now()));
    said["done"] = json!(done);
    if may(who, &version).keeps {
        // The key by which somebody who does not keep it reads a draft and agrees to it.
        said["share_key"] = json!(version.share_key);
    }
    Ok(Json(said))
}

/// Makes the draft of a new standard.
pub async fn begin(State(state): State<AppState>, Called(sent, who): Called<Draft>) -> Result<Response, HttpError> {
    match drafting::begin(&state, &who, &sent.over(Typed::new())).await? {
        Ok(slug) => Ok((StatusCode::CREATED, answer(&state, &who, &slug, 1, true).await?).into_response()),
        Err(refused) => Err(named(refused.wrong)),
    }
}

/// Saves the open version, or begins the next one.
pub async fn save(State(state): State<AppState>, Path(slug): Path<String>, Called(sent, who): Called<Draft>) -> Result<Json<Value>, HttpError> {
    let known = newest(&state, &who, &slug).await?;
    if sent.scope.as_ref().is_some_and(|scope| *scope != known.standard.scope.to_string()) {
        let fault = Violation::new("scope", "scope_fixed", "Where a standard holds never changes. Make another one for another place.");
        return Err(named(vec![fault]));
    }
    match drafting::save(&state, &who, &known, &sent.over(form::filled(&known))).await? {
        Ok(number) => answer(&state, &who, &known.standard.id, number, true).await,
        Err(refused) => Err(named(refused.wrong)),
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Numbered {
    version: i32,
}

pub async fn consult(State(state): State<AppState>, Path(slug): Path<String>, Called(sent, who): Called<Numbered>) -> Result<Json<Value>, HttpError> {
    let version = kept(&state, &who, &slug, sent.version).await?;
    let done = consulted(&state, &who, &version).await?.map_err(named)?;
    answer(&state, &who, &version.standard.id, sent.version, done).await
}

/// The second person's agreement, with a token of their own.
pub async fn agree(State(state): State<AppState>, Path(slug): Path<String>, Called(sent, who): Called<Numbered>) -> Result<Json<Value>, HttpError> {
    let (version, done) = agreed(&state, &who, &slug, sent.version).await?;
    answer(&state, &who, &version.standard.id, sent.version, done).await
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Publishing {
    version: i32,
    from: String,
    until: Option<String>,
    /// Why it does not wait for the notice period; it waits without.
    urgent_reason: Option<String>,
}

pub async fn publish(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Called(sent, who): Called<Publishing>,
) -> Result<Json<Value>, HttpError> {
    let version = kept(&state, &who, &slug, sent.version).await?;
    let form = PublicationForm {
        from: sent.from,
        until: sent.until.unwrap_or_default(),
        urgent: sent.urgent_reason.is_some(),
        reason: sent.urgent_reason.unwrap_or_default(),
    };
    let done = published(&state, &who, &version, &form).await?.map_err(named)?;
    answer(&state, &who, &version.standard.id, sent.version, done).await
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reason {
    reason: String,
}

pub async fn retire(State(state): State<AppState>, Path(slug): Path<String>, Called(sent, who): Called<Reason>) -> Result<Json<Value>, HttpError> {
    let version = newest(&state, &who, &slug).await?;
    authorise(&who.actor, Action::KeepStandard { scope: version.place })?;
    let versions = retired(&state, &who, &version, &sent.reason).await?.map_err(|fault| named(vec![fault]))?;
    Ok(Json(json!({ "id": version.standard.id, "versions_retired": versions })))
}

/// What was said of a standard, and what was answered.
pub async fn comments(State(state): State<AppState>, who: SignedIn, Path(slug): Path<String>) -> Result<Json<Value>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let first = readable(&mut conn, &who, &slug).await?.into_iter().next().ok_or(HttpError::NotFound)?;
    let all = standard::comments(&mut conn, first.id).await?;
    let line = |one: &standard::Comment| {
        let answer = one.answer.as_ref().map(|(text, by, at)| json!({ "text": text, "by": by, "at": at }));
        json!({ "id": one.id, "version": one.version, "author": one.author, "agency": one.agency, "text": one.text, "at": one.at, "answer": answer })
    };
    Ok(Json(json!({ "id": first.standard.id, "comments": all.iter().map(line).collect::<Vec<_>>() })))
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Saying {
    /// The version that stands for the standard when it is left out.
    version: Option<u32>,
    text: String,
}

pub async fn comment(State(state): State<AppState>, Path(slug): Path<String>, Called(sent, who): Called<Saying>) -> Result<Response, HttpError> {
    let all = readable(&mut *state.pool.acquire().await?, &who, &slug).await?;
    let found = match sent.version {
        Some(number) => all.iter().find(|version| version.standard.version == number),
        None => main(&all, calendar::day(state.now())),
    };
    let version = found.ok_or(HttpError::NotFound)?;
    let number = i32::try_from(version.standard.version).unwrap_or(i32::MAX);
    commented(&state, &who, (version.id, number), &sent.text).await?.map_err(|fault| named(vec![fault]))?;
    Ok((StatusCode::CREATED, comments(State(state), who, Path(slug)).await?).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answering {
    text: String,
}

/// Answers a comment; a conflict when it was answered before.
pub async fn answer_comment(
    State(state): State<AppState>,
    Path((slug, id)): Path<(String, String)>,
    Called(sent, who): Called<Answering>,
) -> Result<Json<Value>, HttpError> {
    let (_, done) = answered(&state, &who, &slug, (&id, &sent.text)).await?;
    if !done {
        return Err(HttpError::Conflict("This comment was answered before, or there is none. Nothing was changed.".into()));
    }
    comments(State(state), who, Path(slug)).await
}
