//! Deliveries leave: until the receiver takes them, with growing pauses over about a day, and then they have failed.

use crate::state::AppState;
use chrono::TimeDelta;
use domain::id::DeliveryId;
use domain::webhook::{DeliveryState, again_after};
use store::outbox;
use store::webhook::{outgoing, tried};

/// How often it is looked whether a paused webhook goes on; when somebody lets it, its deliveries go at once.
const PAUSED: TimeDelta = TimeDelta::minutes(1);

/// Sends everything that is due.
pub async fn follow(state: &AppState) -> anyhow::Result<()> {
    while step(state).await? {}
    Ok(())
}

/// Sends one delivery; false when none is due. Its row stays locked meanwhile: nobody else sends it, and it is free again
/// when this process dies.
async fn step(state: &AppState) -> anyhow::Result<bool> {
    let mut tx = state.pool.begin().await?;
    let Some(due) = outbox::take_of(&mut tx, outbox::WEBHOOKS, state.now()).await? else { return Ok(false) };
    let Some(out) = outgoing(&mut tx, DeliveryId(due.object_id)).await? else {
        outbox::done(&mut tx, due.id, state.now()).await?;
        tx.commit().await?;
        return Ok(true);
    };
    if out.paused {
        outbox::again(&mut tx, due.id, "paused", state.now() + PAUSED).await?;
        tx.commit().await?;
        return Ok(true);
    }
    let (status, answer) = match state.webhooks.send(out.webhook, &out.url, &out.id.to_string(), &out.body, state.now()).await {
        Ok((status, answer)) => (Some(status), answer),
        Err(why) => (None, why),
    };
    let now = state.now();
    let taken = status.is_some_and(|status| (200..300).contains(&status));
    match (taken, again_after(out.attempts + 1)) {
        (true, _) => {
            tried(&mut tx, out.id, DeliveryState::Delivered, status, &answer, now).await?;
            outbox::done(&mut tx, due.id, now).await?;
        }
        (false, Some(pause)) => {
            tried(&mut tx, out.id, DeliveryState::Waiting, status, &answer, now).await?;
            outbox::again(&mut tx, due.id, "not taken", now + pause).await?;
        }
        (false, None) => {
            tracing::warn!(webhook = %out.webhook, delivery = %out.id, "a delivery was not taken for a day and has failed");
            tried(&mut tx, out.id, DeliveryState::Failed, status, &answer, now).await?;
            outbox::done(&mut tx, due.id, now).await?;
        }
    }
    tx.commit().await?;
    Ok(true)
}
