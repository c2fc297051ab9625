//! Roles that end: told of a fortnight before, and written down when they have ended. They count for nothing from that moment on
//! without this job.

use crate::state::AppState;
use store::organisation;

/// One turn; what is beyond its bound waits for the next.
pub async fn watch(state: &AppState) -> anyhow::Result<()> {
    let mut tx = state.pool.begin().await?;
    let reminded = organisation::remind_ending(&mut tx, state.now()).await?;
    let ended = organisation::end_due(&mut tx, state.now()).await?;
    tx.commit().await?;
    if reminded + ended > 0 {
        tracing::info!(reminded, ended, "roles that end");
    }
    Ok(())
}
