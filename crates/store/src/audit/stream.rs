//! How far log stores outside have been told of the trail. Only what is sealed leaves, in the order of places.

use super::export::exported_events;
use crate::Result;
use chrono::{DateTime, Utc};
use seal::{Line, SealedEvent};
use sqlx::PgConnection;

/// One log store, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamState {
    /// Everything up to this place was taken.
    pub seq: i64,
    /// Attempts since the last that was taken.
    pub failures: i32,
    pub sent_at: Option<DateTime<Utc>>,
    pub last_error: Option<String>,
}

/// Takes a log store for this transaction alone. None while another server tells it, or before its next attempt is due.
pub async fn lock_stream(conn: &mut PgConnection, target: &str, now: DateTime<Utc>) -> Result<Option<StreamState>> {
    sqlx::query!("INSERT INTO audit_stream (target, seq, next_attempt_at) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING", target, now)
        .execute(&mut *conn)
        .await?;
    let state = sqlx::query_as!(
        StreamState,
        "SELECT seq, failures, sent_at, last_error FROM audit_stream WHERE target = $1 AND next_attempt_at <= $2 FOR UPDATE SKIP LOCKED",
        target,
        now
    );
    Ok(state.fetch_optional(conn).await?)
}

/// How a log store stands; none when it was never told.
pub async fn stream_state(conn: &mut PgConnection, target: &str) -> Result<Option<StreamState>> {
    let state = sqlx::query_as!(StreamState, "SELECT seq, failures, sent_at, last_error FROM audit_stream WHERE target = $1", target);
    Ok(state.fetch_optional(conn).await?)
}

/// Sealed events after a place, in order, at most so many.
pub async fn stream_next(conn: &mut PgConnection, after: i64, most: i64) -> Result<Vec<SealedEvent>> {
    let lines = exported_events(conn, after, most).await?;
    let events = lines.into_iter().map_while(|(_, line)| match line {
        Line::Event(sealed) => Some(*sealed),
        // Its event is gone: verifying the export says so, and nothing is told past it.
        _ => None,
    });
    Ok(events.collect())
}

/// Everything up to a place was taken.
pub async fn stream_taken(conn: &mut PgConnection, target: &str, seq: i64, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "UPDATE audit_stream SET seq = $2, failures = 0, next_attempt_at = $3, sent_at = $3, last_error = NULL WHERE target = $1",
        target,
        seq,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Nothing was taken; the next attempt is at `again`.
pub async fn stream_failed(conn: &mut PgConnection, target: &str, error: &str, again: DateTime<Utc>) -> Result<()> {
    sqlx::query!("UPDATE audit_stream SET failures = failures + 1, next_attempt_at = $3, last_error = $2 WHERE target = $1", target, error, again)
        .execute(conn)
        .await?;
    Ok(())
}
