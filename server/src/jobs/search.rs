//! Keeping search true: documents follow changes of products within a second or two, another engine follows the documents,
//! and what every search shares is read anew when it has changed.

use crate::state::AppState;
use anyhow::Context;
use domain::Clock;
use sqlx::{Connection, PgConnection};
use store::outbox;

/// Rows of the outbox that one product's change waits under.
const PRODUCT: &str = "search.product";

/// One turn: everything that waits, then what is shared.
pub async fn follow(state: &AppState) -> anyhow::Result<()> {
    let mut conn = state.pool.acquire().await?;
    if index_waiting(&mut conn, state.clock.as_ref()).await? > 0 {
        state.documents.notify_one();
    }
    state.searcher.refresh(&mut conn).await.context("reading what searches share")?;
    Ok(())
}

/// The other engine, if there is one, follows the documents. Beside [`follow`] and not within it: while an index is made anew, or the server
/// hangs, changes are found on Postgres as soon as ever.
pub async fn feed(state: &AppState) -> anyhow::Result<()> {
    if let Err(error) = state.searcher.catch_up(&state.pool).await {
        tracing::warn!(%error, "the other engine is behind; Postgres answers");
    }
    Ok(())
}

/// Products whose freshness has changed with the day.
pub async fn refresh_stale(state: &AppState) -> anyhow::Result<()> {
    loop {
        let mut tx = state.pool.begin().await?;
        let due = search::index::stale(&mut tx, state.now()).await?;
        if due.is_empty() {
            return Ok(());
        }
        search::index::write(&mut tx, &due, state.now()).await?;
        tx.commit().await?;
    }
}

/// Writes the documents of all products whose change waits; gives how many. Also what commands call that fill the record.
pub async fn index_waiting(conn: &mut PgConnection, clock: &dyn Clock) -> anyhow::Result<usize> {
    let mut count = 0;
    loop {
        let mut tx = conn.begin().await?;
        let due = outbox::take_all(&mut tx, PRODUCT, search::index::BATCH, clock.now()).await?;
        if due.is_empty() {
            return Ok(count);
        }
        let products: Vec<_> = due.iter().map(|due| due.object_id).collect();
        search::index::write(&mut tx, &products, clock.now()).await.context("writing search documents")?;
        outbox::forget(&mut tx, &due).await?;
        tx.commit().await?;
        count += due.len();
    }
}
