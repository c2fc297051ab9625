//! Holding agreements whose holders have not accepted another version of the terms in time.

use crate::state::AppState;
use store::access;

pub async fn hold(state: &AppState) -> anyhow::Result<()> {
    let mut tx = state.pool.begin().await?;
    let held = access::hold_overdue(&mut tx, &state.ids, state.now()).await?;
    tx.commit().await?;
    if held > 0 {
        tracing::info!(held, "agreements are held until their terms are accepted");
        state.work.notify_one();
    }
    Ok(())
}
