//! `POST /v1/data/pasar/{standard}`: a decision point in the shape of OPA's data API, so that a pipeline asks before it deploys. The rule
//! of the version that acts today is asked of the input that is sent; nothing of the record goes into the answer.

use super::show::readable;
use crate::http::api::Called;
use crate::http::error::HttpError;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use domain::calendar;
use rules::{Acting, Input, Verdict, Violation};
use serde::Deserialize;
use serde_json::{Value, json};
use store::standard::Version;

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
    let input = Input::read(&sent.to_string())
        .map_err(|error| HttpError::Malformed(format!("The input could not be read: {error}. docs/standards.md names its fields.")))?;
    let covered = first.standard.scope.covers(&input.product);
    let today = calendar::day(state.now());
    let version = all.into_iter().find(|version| version.standard.acts(today) != Acting::No);
    let acting = version.as_ref().map_or(Acting::No, |version| version.standard.acts(today));
    let number = version.as_ref().map(|version| version.standard.version);
    let severity = version.as_ref().map(|version| version.standard.severity.as_str());
    let (allow, violations, cannot_tell) = match version.filter(|_| covered) {
        Some(version) => found(&state, version, input).await?,
        None => (true, vec![], None),
    };
    let acting = match acting {
        Acting::No => "no",
        Acting::Grace => "grace",
        Acting::Whole => "whole",
    };
    let result = json!({
        "allow": allow, "standard": slug, "version": number, "severity": severity, "acting": acting, "covered": covered,
        "violations": violations, "cannot_tell": cannot_tell,
    });
    Ok(Json(json!({ "result": result })))
}

/// Whether nothing is wrong, what is, and why nothing can be said.
type Found = (bool, Vec<Violation>, Option<String>);

async fn found(state: &AppState, version: Version, input: Input) -> Result<Found, HttpError> {
    let held = state.rules.held(version);
    let verdict = tokio::task::spawn_blocking(move || match (&held.rule, input.facts()) {
        (Ok(rule), Ok(facts)) => Ok(rule.evaluate(&facts)),
        (Err(why), _) => Err(why.to_string()),
        (_, Err(why)) => Err(why.to_string()),
    })
    .await
    .map_err(|error| HttpError::Internal(error.into()))?;
    Ok(match verdict {
        Ok(Verdict::Met) => (true, vec![], None),
        Ok(Verdict::Violated(found)) => (false, found, None),
        Ok(Verdict::CannotTell(why)) => (false, vec![], Some(why.to_string())),
        Err(why) => (false, vec![], Some(why)),
    })
}
