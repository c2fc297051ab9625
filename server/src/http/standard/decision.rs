//! `POST /v1/data/pasar/{standard}`: a decision point in the shape of OPA's data API, so that a pipeline asks before it deploys. The rule
//! of the version that acts today is asked of the input that is sent; nothing of the record goes into the answer. `POST /v1/data/pasar` asks every
//! standard that acts today and covers the product.

use super::show::{may_read, readable};
use crate::http::api::Called;
use crate::http::error::HttpError;
use crate::standards::Held;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use domain::calendar;
use rules::{Acting, CannotTell, Effect, Facts, Gate, Input, UnreadableInput, Verdict, Violation, outcome};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};
use store::standard;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    input: Option<Value>,
}

/// The answer's `result` has `allow`, `violations` and, when nothing can be said, `cannot_tell`; and how the standard acts today and whether it
/// covers the product, because one that does not asks nothing of it. Without an input there is no result, as with OPA when a document is undefined.
pub async fn ask(State(state): State<AppState>, Path(slug): Path<String>, Called(asked, who): Called<Asked>) -> Result<Json<Value>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let all = readable(&mut conn, &who, &slug).await?;
    drop(conn);
    let first = all.first().ok_or(HttpError::NotFound)?;
    let slug = first.standard.id.clone();
    let Some(sent) = asked.input else { return Ok(Json(json!({}))) };
    let input = read(&sent)?;
    let covered = first.standard.scope.covers(&input.product);
    let today = calendar::day(state.now());
    let version = all.into_iter().find(|version| version.standard.acts(today) != Acting::No);
    let acting = version.as_ref().map_or(Acting::No, |version| version.standard.acts(today));
    let number = version.as_ref().map(|version| version.standard.version);
    let severity = version.as_ref().map(|version| version.standard.severity.as_str());
    let (allow, violations, cannot_tell) = match version.filter(|_| covered) {
        Some(version) => {
            let held = state.rules.held(version);
            let verdicts = tokio::task::spawn_blocking(move || verdict(&held, input.facts().as_ref()));
            parts(verdicts.await.map_err(|error| HttpError::Internal(error.into()))?)
        }
        None => (true, vec![], None),
    };
    let result = json!({
        "allow": allow, "standard": slug, "version": number, "severity": severity, "acting": word(acting), "covered": covered,
        "violations": violations, "cannot_tell": cannot_tell,
    });
    Ok(Json(json!({ "result": result })))
}

/// Whether nothing is wrong, what is, and why nothing can be said.
type Found = (bool, Vec<Violation>, Option<String>);

fn parts(verdict: Verdict) -> Found {
    match verdict {
        Verdict::Met => (true, vec![], None),
        Verdict::Violated(found) => (false, found, None),
        Verdict::CannotTell(why) => (false, vec![], Some(why.to_string())),
    }
}

fn verdict(held: &Held, facts: Result<&Facts, &UnreadableInput>) -> Verdict {
    match (&held.rule, facts) {
        (Ok(rule), Ok(facts)) => rule.evaluate(facts),
        (Err(why), _) => Verdict::CannotTell(CannotTell::Failed(why.to_string())),
        (_, Err(why)) => Verdict::CannotTell(CannotTell::Failed(why.to_string())),
    }
}

const fn word(acting: Acting) -> &'static str {
    match acting {
        Acting::No => "no",
        Acting::Grace => "grace",
        Acting::Whole => "whole",
    }
}

/// The longest that all standards together are asked; what was not asked by then cannot be told.
const ALL_TOGETHER: Duration = Duration::from_secs(15);
/// Gates that a product or who asks for it may be refused at.
const GATES: [Gate; 4] = [Gate::Publishing, Gate::Submitting, Gate::Deciding, Gate::Serving];

/// The answer's `result` has `standards`, what each says that acts today and covers the product, by its id; `allow`, whether all are met; and
/// `refuses`, those that would stop it at a gate as they act today.
pub async fn ask_all(State(state): State<AppState>, Called(asked, who): Called<Asked>) -> Result<Json<Value>, HttpError> {
    let Some(sent) = asked.input else { return Ok(Json(json!({}))) };
    let (input, today) = (read(&sent)?, calendar::day(state.now()));
    let acting = standard::acting(&mut *state.pool.acquire().await?, today).await?;
    let held: Vec<(Acting, Held)> = acting
        .into_iter()
        .filter(|version| may_read(&who, version))
        .filter_map(|version| Some((version.standard.acts_on(&input.product, today)?, state.rules.held(version))))
        .collect();
    let asked = tokio::task::spawn_blocking(move || {
        let (begun, facts) = (Instant::now(), input.facts());
        let late = || Verdict::CannotTell(CannotTell::Failed("it was not asked: those before it took all the time that there is".to_owned()));
        let each = |(acting, held): (Acting, Held)| {
            let said = if begun.elapsed() < ALL_TOGETHER { verdict(&held, facts.as_ref()) } else { late() };
            (acting, held, said)
        };
        held.into_iter().map(each).collect::<Vec<_>>()
    });
    let (mut allow, mut refuses, mut standards) = (true, vec![], Map::new());
    for (acting, held, verdict) in asked.await.map_err(|error| HttpError::Internal(error.into()))? {
        let standard = &held.version.standard;
        if GATES.iter().any(|gate| outcome(standard.severity, *gate, acting, &verdict) == Effect::Refuse) {
            refuses.push(standard.id.clone());
        }
        let (met, violations, cannot_tell) = parts(verdict);
        allow &= met;
        let said = json!({
            "allow": met, "version": standard.version, "severity": standard.severity, "acting": word(acting),
            "violations": violations, "cannot_tell": cannot_tell,
        });
        standards.insert(standard.id.clone(), said);
    }
    Ok(Json(json!({ "result": { "allow": allow, "refuses": refuses, "standards": standards } })))
}

fn read(sent: &Value) -> Result<Input, HttpError> {
    Input::read(&sent.to_string())
        .map_err(|error| HttpError::Malformed(format!("The input could not be read: {error}. docs/standards.md names its fields.")))
}
