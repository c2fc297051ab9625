//! `GET /api/v1/drift`: what was found at sources that nobody agreed to, and what fails there. For those who may read the page.

use crate::http::access::drift::{LISTED, watched};
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use domain::Action;
use domain::authorisation::authorise;
use serde_json::{Value, json};
use store::access::{self, DriftLine, GrantWork};

fn finding(line: &DriftLine) -> Value {
    json!({
        "source": line.source, "agreement": line.agreement, "product": line.product_address, "kind": line.kind.as_str(), "object": line.object,
        "found": line.found, "state": line.state.as_str(), "found_at": line.found_at, "repaired_at": line.repaired_at,
    })
}

fn work(line: &GrantWork) -> Value {
    json!({
        "agreement": line.agreement, "product": line.product_address, "topic": line.topic, "attempts": line.attempts, "since": line.since,
        "next_at": line.next_at, "error": line.error,
    })
}

pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Json<Value>, HttpError> {
    authorise(&who.actor, Action::ReadDrift)?;
    let watched = watched(&who.actor);
    let mut conn = state.pool.acquire().await?;
    let lines = access::drift(&mut conn, watched.as_deref(), LISTED).await?;
    let failing = access::failing_grants(&mut conn, watched.as_deref(), LISTED).await?;
    Ok(Json(json!({ "findings": lines.iter().map(finding).collect::<Vec<_>>(), "failing": failing.iter().map(work).collect::<Vec<_>>() })))
}
