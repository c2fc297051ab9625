//! The audit trail: rows are appended in the transaction of the change they record, and never change. Each is sealed
//! afterwards, in a hash chain whose signed checkpoints are published.

mod checkpoints;
mod export;
mod keys;
mod list;
mod proof;
mod seals;
#[cfg(test)]
mod tests;

pub use checkpoints::{CheckpointLine, checkpoint, checkpoint_note, checkpoints, place};
pub use export::export;
pub use keys::{KeyInUse, begin_keys, keys, retire_key};
pub use list::{AuditFilter, AuditLine, list};
pub use proof::{ProofState, proof};
pub use seals::{SealState, lock_head, seal_state, seal_waiting};

use crate::{Result, event};
use chrono::{DateTime, Utc};
use domain::audit::{AuditEvent, Outcome};
use domain::event::Topic;
use sqlx::PgConnection;

/// Appends one event; `now` is when it happened. What people and programs are told of follows from it, in the same transaction.
pub async fn append(conn: &mut PgConnection, event: &AuditEvent, now: DateTime<Utc>) -> Result<()> {
    let number = sqlx::query_scalar!(
        "INSERT INTO audit_event (at, actor_id, action, object_kind, object_id, product_id, address, client_address, request_id, reason, outcome, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id",
        now,
        event.actor.map(|id| id.0),
        event.action.as_str(),
        event.object_kind,
        event.object_id,
        event.product.map(|id| id.0),
        event.address,
        event.origin.address,
        event.origin.request,
        event.reason,
        event.outcome.as_str(),
        event.detail,
    )
    .fetch_one(&mut *conn)
    .await?;
    match (Topic::of(event.action), event.outcome) {
        (Some(topic), Outcome::Done) => event::follow(conn, number, topic, event, now).await,
        _ => Ok(()),
    }
}
