//! Reviews of access: opened each quarter, reminded of, and closed when nothing in them is left to decide.

use crate::state::AppState;
use domain::audit::Origin;
use store::access_review;

/// One turn; what is beyond its bound waits for the next.
pub async fn follow(state: &AppState) -> anyhow::Result<()> {
    let now = state.now();
    let mut tx = state.pool.begin().await?;
    let opened = access_review::open_due(&mut tx, &state.ids, now).await?;
    let closed = access_review::close_done(&mut tx, None, None, &Origin::default(), now).await?;
    let reminded = access_review::remind_due(&mut tx, now).await?;
    tx.commit().await?;
    if opened + closed + reminded > 0 {
        tracing::info!(opened, closed, reminded, "reviews of access");
    }
    Ok(())
}
