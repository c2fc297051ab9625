//! Audits of quality: announced, begun and finished when they are due, and what they found followed up. Each step is a transaction of its own, so
//! that dying between two leaves the rest for the next turn.

use crate::state::AppState;
use store::quality_audit;

/// One turn; what is beyond its bounds waits for the next.
pub async fn follow(state: &AppState) -> anyhow::Result<()> {
    let now = state.now();
    let mut tx = state.pool.begin().await?;
    let announced = quality_audit::announce_due(&mut tx, now).await?;
    let begun = quality_audit::begin_due(&mut tx, &state.ids, now).await?;
    tx.commit().await?;
    let mut tx = state.pool.begin().await?;
    let finished = quality_audit::finish_due(&mut tx, &state.ids, now).await?;
    tx.commit().await?;
    let mut tx = state.pool.begin().await?;
    let met = quality_audit::meet_due(&mut tx, now).await?;
    let late = quality_audit::late_due(&mut tx, now).await?;
    tx.commit().await?;
    if announced + begun + finished + met + late > 0 {
        tracing::info!(announced, begun, finished, met, late, "audits of quality");
    }
    Ok(())
}
