//! Standards: what changed is judged again within a second or two, everything once for each day in Singapore, and agreements follow.

use crate::standards::{Shares, evaluate};
use crate::state::AppState;
use anyhow::Context;
use chrono::NaiveDate;
use domain::audit::Origin;
use domain::calendar;
use store::outbox::Due;
use store::standard::{self, ALL, Changed, PRODUCT};
use store::{PgConnection, access, outbox};
use uuid::Uuid;

/// Products that are judged together.
const BATCH: i64 = 500;
/// Products that changed and are judged between two batches of a run over many.
const BETWEEN: i64 = 50;

/// Agreements that were held and let go.
#[derive(Debug, Clone, Copy, Default)]
struct Followed {
    held: usize,
    lifted: usize,
}

/// One turn: the day, then what each standard concerns that changed, then everything if the day is new, then products that wait; and the
/// agreements after each batch, so that nobody waits for the last product of a catalogue.
pub async fn follow(state: &AppState) -> anyhow::Result<()> {
    let today = calendar::day(state.now());
    let mut followed = Followed::default();
    let mut tx = state.pool.begin().await?;
    let turned = standard::turn_day(&mut tx, today, state.now()).await?;
    // Forgotten only when what they concern was judged: a turn that is cut short is done again.
    let due = outbox::take_all(&mut tx, ALL, BATCH, state.now()).await?;
    let night = standard::run_day(&mut tx).await? != Some(today);
    let mut standards: Vec<Uuid> = due.iter().map(|due| due.object_id).collect();
    if night {
        // What holds for all comes in its turn. First those of whom a sector or a domain asks something from this day on.
        standards = standard::narrower(&mut tx, &standards).await?;
    }
    tx.commit().await?;
    if !standards.is_empty() {
        over(state, Run::Concerned(&standards, today), &mut followed).await.context("judging what standards concern that changed")?;
    }
    if night {
        over(state, Run::Everything, &mut followed).await.context("judging every product")?;
        standard::note_run(&mut *state.pool.acquire().await?, today, state.now()).await?;
    }
    if !due.is_empty() {
        outbox::forget(&mut *state.pool.acquire().await?, &due).await?;
    }
    while waiting(state, BATCH, &mut followed).await? {}
    let mut tx = state.pool.begin().await?;
    let (held, lifted) = access::follow_standards(&mut tx, None, &Origin::default(), &state.ids, state.now()).await?;
    tx.commit().await?;
    let (held, lifted) = (held + followed.held, lifted + followed.lifted);
    if held + lifted + turned.begun + turned.ended + turned.waivers + turned.reminded > 0 {
        tracing::info!(held, lifted, turned.begun, turned.ended, turned.waivers, turned.reminded, "standards");
        state.work.notify_one();
    }
    Ok(())
}

/// What a run goes over.
#[derive(Debug, Clone, Copy)]
enum Run<'a> {
    Everything,
    /// What these standards concern on a day.
    Concerned(&'a [Uuid], NaiveDate),
}

impl Run<'_> {
    async fn after(self, conn: &mut PgConnection, after: Uuid) -> store::Result<Vec<Uuid>> {
        match self {
            Self::Everything => standard::products_after(conn, after, BATCH).await,
            Self::Concerned(standards, today) => standard::concerned_after(conn, standards, today, after, BATCH).await,
        }
    }
}

/// A batch at a time, and after each some of those that wait: what somebody saves meanwhile is not judged last.
async fn over(state: &AppState, run: Run<'_>, followed: &mut Followed) -> anyhow::Result<()> {
    let shares = Shares::new(state.config.rule_time);
    let mut after = Uuid::nil();
    loop {
        let products = run.after(&mut *state.pool.acquire().await?, after).await?;
        let Some(last) = products.last().copied() else { return Ok(()) };
        let mut tx = state.pool.begin().await?;
        // Before anything is read of them: what changed until now is seen, and what changes later waits for its turn.
        let due = outbox::take_about(&mut tx, PRODUCT, &products, state.now()).await?;
        let changed = judge(state, &mut tx, &products, &due, &shares).await?;
        tx.commit().await?;
        agreements(state, &products, changed, followed).await?;
        waiting(state, BETWEEN, followed).await?;
        after = last;
    }
}

/// So many at most of the products that changed, and whether there may be more. What comes while it is at work waits for the next turn: a
/// product with a thousand agreements made one after the other is not judged for each of them.
async fn waiting(state: &AppState, most: i64, followed: &mut Followed) -> anyhow::Result<bool> {
    let mut tx = state.pool.begin().await?;
    let due = outbox::take_all(&mut tx, PRODUCT, most, state.now()).await?;
    if due.is_empty() {
        return Ok(false);
    }
    let mut products: Vec<Uuid> = due.iter().map(|due| due.object_id).collect();
    products.sort_unstable();
    products.dedup();
    let changed = judge(state, &mut tx, &products, &due, &Shares::new(state.config.rule_time)).await?;
    tx.commit().await?;
    agreements(state, &products, changed, followed).await?;
    Ok(i64::try_from(due.len()) == Ok(most))
}

/// Judges products in the transaction in which what was due of them was taken.
async fn judge(state: &AppState, conn: &mut PgConnection, products: &[Uuid], due: &[Due], shares: &Shares) -> anyhow::Result<Changed> {
    standard::lock(&mut *conn).await?;
    // Boxed, so that the runs around it are no larger for it.
    let changed = Box::pin(evaluate::products(state, &mut *conn, products, shares)).await?;
    outbox::forget(conn, due).await?;
    Ok(changed)
}

/// Holds and lets go the agreements on products of which something else was just found than stood.
async fn agreements(state: &AppState, products: &[Uuid], changed: Changed, followed: &mut Followed) -> anyhow::Result<()> {
    if changed == Changed::default() {
        return Ok(());
    }
    let mut tx = state.pool.begin().await?;
    let (held, lifted) = access::follow_standards(&mut tx, Some(products), &Origin::default(), &state.ids, state.now()).await?;
    tx.commit().await?;
    followed.held += held;
    followed.lifted += lifted;
    if held + lifted > 0 {
        state.work.notify_one();
    }
    Ok(())
}
