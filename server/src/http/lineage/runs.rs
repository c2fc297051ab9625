//! `GET /api/v1/lineage/runs`: the runs that read or wrote a product's datasets, or one dataset of it, the latest first.

use super::said::Kind;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Query, State};
use domain::Violation;
use serde::Deserialize;
use serde_json::{Value, json};
use store::lineage::{self, Run, Side};

/// Runs in one answer, and on one page.
pub const RUNS: usize = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    node: String,
    after: String,
}

pub async fn api(State(state): State<AppState>, who: SignedIn, Query(wanted): Query<Wanted>) -> Result<Json<Value>, HttpError> {
    if wanted.node.is_empty() {
        return Err(HttpError::Invalid(vec![Violation::new("node", "node_missing", "Name a product or dataset by its address.")]));
    }
    let after = match wanted.after.as_str() {
        "" => None,
        text => Some(
            text.parse()
                .map_err(|_| HttpError::Invalid(vec![Violation::new("after", "after_unreadable", "It is what an earlier answer gave as next.")]))?,
        ),
    };
    let urn = wanted.node.parse().map_err(|_| HttpError::NotFound)?;
    let (now, reader) = (state.now(), who.actor.person);
    let mut conn = state.pool.acquire().await?;
    let start = lineage::of_address(&mut conn, &urn, reader, now).await?.ok_or(HttpError::NotFound)?;
    let found = lineage::runs(&mut conn, &start, reader, after, RUNS, now).await?;
    let next = found.runs.last().filter(|_| found.more).map(|run| format!("/api/v1/lineage/runs?node={urn}&after={}", run.key));
    let runs: Vec<Value> = found.runs.iter().map(run).collect();
    Ok(Json(json!({ "runs": runs, "next": next, "jobs_truncated": found.jobs_cut })))
}

fn run(run: &Run) -> Value {
    let sides = |all: &[Side]| json!(all.iter().map(Kind::beside).collect::<Vec<_>>());
    json!({
        "id": run.id, "job": run.job, "parent": run.parent, "at": run.at, "state": run.state.as_str(),
        "inputs": sides(&run.inputs), "outputs": sides(&run.outputs),
    })
}
