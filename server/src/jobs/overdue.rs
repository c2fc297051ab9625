//! The clock of requests: deciders are reminded before the day, and what is late is passed up.

use crate::state::AppState;
use store::access;

/// One turn; what is beyond its bound waits for the next.
pub async fn watch(state: &AppState) -> anyhow::Result<()> {
    let mut tx = state.pool.begin().await?;
    let reminded = access::remind(&mut tx, state.now()).await?;
    let escalated = access::escalate(&mut tx, state.now()).await?;
    tx.commit().await?;
    if reminded + escalated > 0 {
        tracing::info!(reminded, escalated, "requests that wait");
    }
    Ok(())
}
