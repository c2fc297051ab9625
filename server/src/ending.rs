//! Before a command that ended a right is answered, doors are shut at the source, so that no session begins there afterwards and none goes
//! on. All else that must follow is the outbox's, and so is whatever could not be done in time: its rows stay as they are.

use crate::state::AppState;
use domain::id::AgreementId;
use futures::{StreamExt as _, stream};
use ports::RoleOf;
use std::collections::BTreeSet;
use std::time::Duration;
use store::access;
use tokio::time::{Instant, timeout_at};

/// How long an answer waits for all doors of its command together.
const LONGEST: Duration = Duration::from_secs(2);
/// A source that has not answered by then is cut off, while there is time left to put the connection away.
const SOURCE: Duration = Duration::from_millis(1500);
/// Agreements whose doors are shut at the same time: a few connections of the record and of the source.
const SIDE_BY_SIDE: usize = 4;

/// Shuts what the record does not allow under these agreements, after the commit that ended it, and has the outbox do the rest. A source
/// that is away, or slow, is answered for by the outbox alone.
pub async fn end_at_once(state: &AppState, agreements: &[AgreementId]) {
    let begun = Instant::now();
    let mut all = vec![];
    for id in agreements.iter().copied().collect::<BTreeSet<_>>() {
        all.push(shut(state, id, begun + SOURCE));
    }
    let each = stream::iter(all).buffer_unordered(SIDE_BY_SIDE).for_each(|()| std::future::ready(()));
    if timeout_at(begun + LONGEST, each).await.is_err() {
        tracing::warn!(agreements = agreements.len(), "not every door at the source was shut at once; the outbox does it");
    }
    state.work.notify_one();
}

async fn shut(state: &AppState, id: AgreementId, until: Instant) {
    if Instant::now() >= until {
        return;
    }
    if let Err(error) = shut_doors(state, id, until).await {
        tracing::warn!(agreement = %id, error = %format!("{error:#}"), "its doors at the source were not shut at once; the outbox does it");
    }
}

/// With the agreement locked: whoever is making the source as it was agreed has finished, and nobody lets anybody in before the doors are
/// shut by what the record says now.
async fn shut_doors(state: &AppState, id: AgreementId, until: Instant) -> anyhow::Result<()> {
    let mut tx = state.pool.begin().await?;
    let found = access::shut_doors(&mut tx, id).await?;
    let own = found.own.then_some(RoleOf::Agreement(id.0));
    let doors: Vec<RoleOf> = own.into_iter().chain(found.credentials.into_iter().map(RoleOf::Credential)).collect();
    if !doors.is_empty() {
        state.source.shut(&doors, until).await?;
    }
    // Nothing was written: the lock alone is given back.
    tx.rollback().await?;
    Ok(())
}
