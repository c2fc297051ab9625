//! Events become notices and deliveries to webhooks, a moment after the change that they follow from. Only the record is
//! touched here: what is slow, e-mail and webhooks, has jobs of its own.

use crate::state::AppState;
use domain::id::EventId;
use store::{event, outbox};

/// Tells everything that waits.
pub async fn follow(state: &AppState) -> anyhow::Result<()> {
    while step(state).await? {}
    Ok(())
}

/// Tells one event; false when there is none.
async fn step(state: &AppState) -> anyhow::Result<bool> {
    let now = state.now();
    let mut tx = state.pool.begin().await?;
    let Some(due) = outbox::take_of(&mut tx, outbox::EVENTS, now).await? else { return Ok(false) };
    match event::tell(&mut tx, EventId(due.object_id), state.config.mail.is_some(), &state.ids, now).await {
        Ok(()) => outbox::done(&mut tx, due.id, now).await?,
        Err(error) => {
            tracing::warn!(topic = %due.topic, event = %due.object_id, %error, "an event could not be told and will be tried again");
            tx.rollback().await?;
            outbox::failed(&mut *state.pool.acquire().await?, &due, &error.to_string(), now).await?;
            return Ok(true);
        }
    }
    tx.commit().await?;
    Ok(true)
}

/// Reminds holders of agreements that end soon.
pub async fn remind(state: &AppState) -> anyhow::Result<()> {
    let mut tx = state.pool.begin().await?;
    let reminded = event::remind(&mut tx, &state.config.expiry_notice_days, &state.ids, state.now()).await?;
    tx.commit().await?;
    if reminded > 0 {
        tracing::info!(reminded, "holders are reminded of agreements that end soon");
    }
    Ok(())
}
