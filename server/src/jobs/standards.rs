//! Standards: what changed is judged again within a second or two, everything once for each day in Singapore, and agreements follow.

use crate::standards::evaluate;
use crate::state::AppState;
use anyhow::Context;
use domain::audit::Origin;
use domain::calendar;
use store::standard::{self, ALL, PRODUCT};
use store::{access, outbox};
use uuid::Uuid;

/// Products that are judged together.
const BATCH: i64 = 500;

/// One turn: the day, then what waits, then the agreements.
pub async fn follow(state: &AppState) -> anyhow::Result<()> {
    let today = calendar::day(state.now());
    let mut tx = state.pool.begin().await?;
    let turned = standard::turn_day(&mut tx, today, state.now()).await?;
    let due = outbox::take_all(&mut tx, ALL, BATCH, state.now()).await?;
    let whole = !due.is_empty() || standard::run_day(&mut tx).await? != Some(today);
    outbox::forget(&mut tx, &due).await?;
    if whole {
        // Forgotten and not yet judged is judged by the next turn: the day of the run says so.
        standard::forget_run(&mut tx).await?;
    }
    tx.commit().await?;
    if whole {
        everything(state).await.context("judging every product")?;
    }
    // What comes while it is at work waits for the next turn: a product with a thousand agreements made one after the other is not judged
    // for each of them.
    let mut more = true;
    while more {
        let mut tx = state.pool.begin().await?;
        let due = outbox::take_all(&mut tx, PRODUCT, BATCH, state.now()).await?;
        if due.is_empty() {
            break;
        }
        more = i64::try_from(due.len()) == Ok(BATCH);
        let mut products: Vec<Uuid> = due.iter().map(|due| due.object_id).collect();
        products.sort_unstable();
        products.dedup();
        standard::lock(&mut tx).await?;
        evaluate::products(state, &mut tx, &products).await?;
        outbox::forget(&mut tx, &due).await?;
        tx.commit().await?;
    }
    let mut tx = state.pool.begin().await?;
    let (held, lifted) = access::follow_standards(&mut tx, None, &Origin::default(), &state.ids, state.now()).await?;
    tx.commit().await?;
    if held + lifted + turned.begun + turned.ended + turned.waivers + turned.reminded > 0 {
        tracing::info!(held, lifted, turned.begun, turned.ended, turned.waivers, turned.reminded, "standards");
        state.work.notify_one();
    }
    Ok(())
}

/// Every product, some at a time, so that nothing else waits for all of them.
async fn everything(state: &AppState) -> anyhow::Result<()> {
    let today = calendar::day(state.now());
    let mut after = Uuid::nil();
    loop {
        let mut tx = state.pool.begin().await?;
        let products = standard::products_after(&mut tx, after, BATCH).await?;
        let Some(last) = products.last().copied() else { break };
        standard::lock(&mut tx).await?;
        evaluate::products(state, &mut tx, &products).await?;
        tx.commit().await?;
        after = last;
    }
    let mut tx = state.pool.begin().await?;
    standard::note_run(&mut tx, today, state.now()).await?;
    tx.commit().await?;
    Ok(())
}
