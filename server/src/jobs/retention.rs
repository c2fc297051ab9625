//! Once a day: what was kept long enough is deleted, a bounded number in each transaction.

use crate::state::AppState;
use store::retention;

/// Everything that is due; what a crash left behind is due again.
pub async fn sweep(state: &AppState) -> anyhow::Result<()> {
    let mut all = 0;
    loop {
        let mut tx = state.pool.begin().await?;
        let swept = retention::sweep(&mut tx, state.now()).await?;
        tx.commit().await?;
        let Some(gone) = swept else { break };
        all += gone;
    }
    if all > 0 {
        tracing::info!(all, "what was kept long enough is deleted");
    }
    Ok(())
}
