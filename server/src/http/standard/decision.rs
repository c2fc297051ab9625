//! `POST /v1/data/pasar/{standard}`: a decision point in the shape of OPA's data API, so that a pipeline asks before it deploys. The rule
//! of the version in force is asked of the input that is sent; nothing of the record goes into the answer.

use super::show::{main, readable};
use crate::http::api::Called;
use crate::http::error::HttpError;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use domain::calendar;
use rules::{Input, Verdict};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    input: Option<Value>,
}

/// The answer's `result` has `allow`, `violations` and, when nothing can be said, `cannot_tell`. Without an input there is no result, as
/// with OPA when a document is undefined.
pub async fn ask(State(state): State<AppState>, Path(slug): Path<String>, Called(asked, who): Called<Asked>) -> Result<Json<Value>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let all = readable(&mut conn, &who, &slug).await?;
    drop(conn);
    let version = main(&all, calendar::day(state.now())).cloned().ok_or(HttpError::NotFound)?;
    let Some(sent) = asked.input else { return Ok(Json(json!({}))) };
    let input = Input::read(&sent.to_string())
        .map_err(|error| HttpError::Malformed(format!("The input could not be read: {error}. docs/standards.md names its fields.")))?;
    let held = state.rules.held(version);
    let (number, severity) = (held.version.standard.version, held.version.standard.severity);
    let verdict = tokio::task::spawn_blocking(move || match (&held.rule, input.facts()) {
        (Ok(rule), Ok(facts)) => Ok(rule.evaluate(&facts)),
        (Err(why), _) => Err(why.to_string()),
        (_, Err(why)) => Err(why.to_string()),
    })
    .await
    .map_err(|error| HttpError::Internal(error.into()))?;
    let (allow, violations, cannot_tell) = match verdict {
        Ok(Verdict::Met) => (true, vec![], None),
        Ok(Verdict::Violated(found)) => (false, found, None),
        Ok(Verdict::CannotTell(why)) => (false, vec![], Some(why.to_string())),
        Err(why) => (false, vec![], Some(why)),
    };
    let result = json!({
        "allow": allow, "standard": slug, "version": number, "severity": severity, "violations": violations, "cannot_tell": cannot_tell,
    });
    Ok(Json(json!({ "result": result })))
}
