//! What products declare goes into the graph of lineage within seconds of a change.

use crate::lineage::home;
use crate::state::AppState;
use anyhow::Context;
use std::collections::BTreeSet;
use store::{lineage, outbox};

/// Changes that are taken together.
const BATCH: i64 = 500;

/// One turn: everything that waits.
pub async fn follow(state: &AppState) -> anyhow::Result<()> {
    let home = home(&state.config);
    loop {
        let mut tx = state.pool.begin().await?;
        let due = outbox::take_all(&mut tx, lineage::PRODUCT, BATCH, state.now()).await?;
        if due.is_empty() {
            return Ok(());
        }
        let products: BTreeSet<_> = due.iter().map(|due| due.object_id).collect();
        let products: Vec<_> = products.into_iter().collect();
        lineage::follow(&mut tx, &products, &home, &state.ids, state.now()).await.context("following what products declare")?;
        outbox::forget(&mut tx, &due).await?;
        tx.commit().await?;
    }
}
