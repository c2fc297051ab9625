//! What must happen after a commit: pushed in the same transaction as the change, done at least once by a job.

use crate::Result;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A piece of work that is due, locked until the transaction that took it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub id: i64,
    pub topic: String,
    pub object_id: Uuid,
    pub attempts: i32,
}

pub async fn push(conn: &mut PgConnection, topic: &str, object_id: Uuid, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("INSERT INTO outbox (at, topic, object_id, next_attempt_at) VALUES ($1, $2, $3, $1)", now, topic, object_id).execute(conn).await?;
    Ok(())
}

/// Kinds of work that have a job of their own, so that a slow one holds up no grant.
pub const EVENTS: &str = "event.";
pub const MAIL: &str = "mail.";
pub const WEBHOOKS: &str = "webhook.";
pub const FLOWS: &str = "flow.";
pub const LINKAGES: &str = "linkage.";

/// Takes the oldest due row that nobody else is working on, save those of search and those above. Call within a transaction.
pub async fn take(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Option<Due>> {
    let due = sqlx::query_as!(
        Due,
        "SELECT id, topic, object_id, attempts FROM outbox
         WHERE done_at IS NULL AND next_attempt_at <= $1 AND topic NOT LIKE 'search.%'
           AND topic NOT LIKE 'event.%' AND topic NOT LIKE 'mail.%' AND topic NOT LIKE 'webhook.%' AND topic NOT LIKE 'flow.%' AND topic NOT LIKE 'linkage.%'
           AND topic NOT LIKE 'lineage.%'
         ORDER BY next_attempt_at, id LIMIT 1 FOR UPDATE SKIP LOCKED",
        now
    )
    .fetch_optional(conn)
    .await?;
    Ok(due)
}

/// Takes the oldest due row whose topic begins so, other than search's. Call within a transaction.
pub async fn take_of(conn: &mut PgConnection, begins: &str, now: DateTime<Utc>) -> Result<Option<Due>> {
    let due = sqlx::query_as!(
        Due,
        "SELECT id, topic, object_id, attempts FROM outbox
         WHERE done_at IS NULL AND next_attempt_at <= $1 AND topic NOT LIKE 'search.%' AND starts_with(topic, $2)
         ORDER BY next_attempt_at, id LIMIT 1 FOR UPDATE SKIP LOCKED",
        now,
        begins
    )
    .fetch_optional(conn)
    .await?;
    Ok(due)
}

/// Notes that a row was tried without success and is due again at `next`.
pub async fn again(conn: &mut PgConnection, id: i64, error: &str, next: DateTime<Utc>) -> Result<()> {
    sqlx::query!("UPDATE outbox SET attempts = attempts + 1, last_error = $2, next_attempt_at = $3 WHERE id = $1", id, error, next)
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes many due rows of one topic at once. Call within a transaction.
pub async fn take_all(conn: &mut PgConnection, topic: &str, most: i64, now: DateTime<Utc>) -> Result<Vec<Due>> {
    let due = sqlx::query_as!(
        Due,
        "SELECT id, topic, object_id, attempts FROM outbox
         WHERE done_at IS NULL AND next_attempt_at <= $1 AND topic = $2
         ORDER BY next_attempt_at, id LIMIT $3 FOR UPDATE SKIP LOCKED",
        now,
        topic,
        most
    )
    .fetch_all(conn)
    .await?;
    Ok(due)
}

/// What was taken together is done, and nobody needs to know of it any longer.
pub async fn forget(conn: &mut PgConnection, due: &[Due]) -> Result<()> {
    let ids: Vec<i64> = due.iter().map(|due| due.id).collect();
    sqlx::query!("DELETE FROM outbox WHERE id = ANY($1)", &ids).execute(conn).await?;
    Ok(())
}

pub async fn done(conn: &mut PgConnection, id: i64, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("UPDATE outbox SET done_at = $2, attempts = attempts + 1, last_error = NULL WHERE id = $1", id, now).execute(conn).await?;
    Ok(())
}

/// Notes a failure and when to try again: 1, 2, 4 … seconds later, at most five minutes; what takes rights away waits for at most
/// a quarter of a minute.
pub async fn failed(conn: &mut PgConnection, due: &Due, error: &str, now: DateTime<Utc>) -> Result<()> {
    let longest = if matches!(due.topic.as_str(), "agreement.end" | "agreement.hold" | "agreement.protect") { 15 } else { 300 };
    let next = now + TimeDelta::seconds(1_i64.checked_shl(due.attempts.clamp(0, 9).unsigned_abs()).unwrap_or(longest).min(longest));
    again(conn, due.id, error, next).await
}
