//! Putting a review, or a change of protection, into force: the source hides first, then the record says so. Whoever dies in between leaves the source hiding more than
//! the record asks for, or work in the outbox that makes it so; what compares every minute works from the same plans.

use crate::jobs::outbox::{at_the_source, column_plan, policy_plan};
use crate::state::AppState;
use domain::audit::Origin;
use domain::id::{AgreementId, DatasetId, PersonId, ProductId};
use futures::{StreamExt, TryStreamExt};
use ports::PortError;
use store::classification::{self, Confirmed, Tightening};
use store::protection::{self, ProtectionChange};
use store::{StoreError, access};
use uuid::Uuid;

/// Agreements whose views are made anew at once.
const AT_ONCE: usize = 4;

/// Why it was not put into force. Nothing of it holds then.
#[derive(Debug, thiserror::Error)]
pub enum NotInForce {
    /// Something changed since the page was read.
    #[error("{0}")]
    Changed(String),
    /// The source could not be made to hide it.
    #[error("the source did not follow: {0}")]
    Source(#[from] PortError),
    #[error(transparent)]
    Record(StoreError),
}

impl From<StoreError> for NotInForce {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(message) => Self::Changed(message),
            other => Self::Record(other),
        }
    }
}

impl From<sqlx::Error> for NotInForce {
    fn from(error: sqlx::Error) -> Self {
        Self::Record(error.into())
    }
}

/// Hides, then confirms. What cannot be hidden is not decided.
pub async fn decide(state: &AppState, actor: PersonId, review: &Tightening, origin: &Origin) -> Result<Confirmed, NotInForce> {
    begin(state, actor, review, origin).await?;
    hide_or_withdraw(state, actor, (review.product, &review.address), &review.datasets(), origin).await?;
    confirm(state, actor, review, origin).await
}

/// The same for what a steward changes of a dataset's protection.
pub async fn protect(state: &AppState, actor: PersonId, change: &ProtectionChange, origin: &Origin) -> Result<(), NotInForce> {
    let mut tx = state.pool.begin().await?;
    protection::begin(&mut tx, actor, change, state.now()).await?;
    tx.commit().await?;
    hide_or_withdraw(state, actor, (change.product, &change.address), &[change.dataset.0], origin).await?;
    let mut tx = state.pool.begin().await?;
    protection::confirm(&mut tx, actor, change, origin, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(())
}

async fn hide_or_withdraw(state: &AppState, actor: PersonId, of: (ProductId, &str), datasets: &[Uuid], origin: &Origin) -> Result<(), NotInForce> {
    if let Err(error) = hide(state, datasets).await {
        tracing::warn!(product = %of.0, %error, "the source did not hide what was decided: the decision is refused");
        withdraw(state, actor, of, origin).await?;
        return Err(error);
    }
    Ok(())
}

/// First: what is about to be decided. From here on no plan of an agreement shows more than both the old and the new class allow.
pub async fn begin(state: &AppState, actor: PersonId, review: &Tightening, origin: &Origin) -> Result<(), NotInForce> {
    let mut tx = state.pool.begin().await?;
    classification::begin(&mut tx, actor, review, origin, state.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Second: the views of every agreement in force, and sample rows, as the plans are now. Nobody who reads keeps it from happening.
pub async fn hide(state: &AppState, datasets: &[Uuid]) -> Result<(), NotInForce> {
    let touched = protection::touched_agreements(&mut *state.pool.acquire().await?, datasets).await?;
    futures::stream::iter(touched).map(|id| settle(state, id)).buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await?;
    for dataset in datasets {
        settle_preview(state, DatasetId(*dataset)).await?;
    }
    Ok(())
}

async fn settle(state: &AppState, id: AgreementId) -> Result<(), NotInForce> {
    let mut tx = state.pool.begin().await?;
    // Ended meanwhile: nothing is read under it.
    let Some(plan) = access::grant_plan(&mut tx, id).await? else { return Ok(()) };
    let made = state.source.tighten(id.0, &at_the_source(&plan)).await?;
    access::note_made(&mut tx, id, &made).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes sample rows of a dataset show what everybody may see of it at this moment.
pub async fn settle_preview(state: &AppState, dataset: DatasetId) -> Result<(), NotInForce> {
    let plan = classification::preview_plan(&mut *state.pool.acquire().await?, dataset).await?;
    if let Some(plan) = plan {
        let columns: Vec<_> = plan.columns.iter().map(|(name, technique)| column_plan(name, *technique)).collect();
        state.source.settle_preview(plan.dataset.0, &plan.schema, &plan.table, &columns, &policy_plan(&plan.policy)).await?;
    }
    Ok(())
}

/// Third: the record. Where the new class allows more than the old one did, the source follows through the outbox.
pub async fn confirm(state: &AppState, actor: PersonId, review: &Tightening, origin: &Origin) -> Result<Confirmed, NotInForce> {
    let mut tx = state.pool.begin().await?;
    let done = classification::confirm(&mut tx, actor, review, &state.ids, origin, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(done)
}

/// Instead of the third: nothing was decided, and the source shows again what it showed.
async fn withdraw(state: &AppState, actor: PersonId, of: (ProductId, &str), origin: &Origin) -> Result<(), NotInForce> {
    let mut tx = state.pool.begin().await?;
    let why = "The source did not follow; nothing was decided.";
    classification::take_back(&mut tx, actor, of, why, origin, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(())
}
