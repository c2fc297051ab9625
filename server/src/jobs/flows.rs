//! Personal data downstream: what changed is looked at again within a second or two, and agreements follow the flags.

use crate::state::AppState;
use anyhow::Context;
use domain::audit::Origin;
use store::{access, flow, outbox};

/// Changes that are looked at together: those of a large import all at once, so that the catalogue is read once for them.
const BATCH: i64 = 200_000;

/// One turn: what waits, then the agreements.
pub async fn follow(state: &AppState) -> anyhow::Result<()> {
    let mut tx = state.pool.begin().await?;
    let due = outbox::take_all(&mut tx, flow::PRODUCT, BATCH, state.now()).await?;
    if !due.is_empty() {
        let products: Vec<_> = due.iter().map(|due| due.object_id).collect();
        let looked = flow::look(&mut tx, &products, &state.ids, state.now()).await.context("looking at what flows between products")?;
        outbox::forget(&mut tx, &due).await?;
        tx.commit().await?;
        if looked.flagged + looked.mended > 0 {
            tracing::info!(looked.flagged, looked.mended, "personal data between products");
        }
    }
    let mut tx = state.pool.begin().await?;
    let (held, lifted) = access::follow_flags(&mut tx, &Origin::default(), &state.ids, state.now()).await?;
    tx.commit().await?;
    if held + lifted > 0 {
        tracing::info!(held, lifted, "agreements on products into which personal data comes without a policy");
        state.work.notify_one();
    }
    Ok(())
}
