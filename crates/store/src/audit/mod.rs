//! The audit trail: rows are appended in the transaction of the change they record, and never change. Each is sealed
//! afterwards, in a hash chain whose signed checkpoints are published.

mod checkpoints;
mod erase;
mod export;
mod keys;
mod list;
mod proof;
mod report;
mod seals;
mod stream;
#[cfg(test)]
mod tests;

pub use checkpoints::{CheckpointLine, checkpoint, checkpoint_note, checkpoints, place};
pub use erase::{Erased, Erasure, erase, sweep};
pub use export::export;
pub use keys::{KeyInUse, begin_keys, keys, retire_key};
pub use list::{AuditFilter, AuditLine, list};
pub use proof::{ProofState, proof};
pub use report::{
    ColumnTaken, Decision, DueRole, HeldReview, PersonalRead, REPORT_LINES, ReaderFound, ReportArea, StandingWaiver, Surveyed, decisions,
    held_reviews, personal_reads, reader_acts, report_areas, roles_held, standing_waivers,
};
pub use seals::{SealState, lock_head, seal_state, seal_waiting};
pub use stream::{StreamState, lock_stream, stream_failed, stream_next, stream_state, stream_taken};

use crate::{Result, event};
use chrono::{DateTime, Utc};
use domain::audit::{AuditAction, AuditEvent};
use domain::event::Topic;
use sqlx::PgConnection;

/// Appends one event; `now` is when it happened. What people and programs are told of follows from it, in the same transaction.
pub async fn append(conn: &mut PgConnection, event: &AuditEvent, now: DateTime<Utc>) -> Result<()> {
    append_numbered(conn, event, now).await.map(drop)
}

/// The same; gives the event's number.
pub async fn append_numbered(conn: &mut PgConnection, event: &AuditEvent, now: DateTime<Utc>) -> Result<i64> {
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
    if let Some(topic) = Topic::of_event(event.action, event.outcome) {
        event::follow(conn, number, topic, event, now).await?;
    }
    Ok(number)
}

/// Notes how many rows left with a read, once, and never again. An event of its own says it, so that the number is under the seal: both in one
/// statement, so that neither is there alone.
pub async fn note_rows(conn: &mut PgConnection, event: i64, rows: i64, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "WITH said AS (
             INSERT INTO audit_event (at, actor_id, action, object_kind, object_id, product_id, address, client_address, request_id, outcome, detail)
             SELECT $3, e.actor_id, $4, e.object_kind, e.object_id, e.product_id, e.address, e.client_address, e.request_id, 'done',
                    $2::bigint || CASE $2 WHEN 1 THEN ' row' ELSE ' rows' END || ' left with read ' || e.id
             FROM audit_event e WHERE e.id = $1 AND EXISTS (SELECT FROM port_read r WHERE r.event_id = e.id AND r.rows IS NULL)
             RETURNING id)
         UPDATE port_read SET rows = $2, counted_by = (SELECT id FROM said) WHERE event_id = $1 AND rows IS NULL",
        event,
        rows,
        now,
        AuditAction::PortCount.as_str()
    )
    .execute(conn)
    .await?;
    Ok(())
}
