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

/// Kinds of work that have a job of their own, so that a slow one holds up no grant: the first word of their topics.
pub const EVENTS: &str = "event";
pub const MAIL: &str = "mail";
pub const WEBHOOKS: &str = "webhook";
pub const LINKAGES: &str = "linkage";
pub const STANDARDS: &str = "standard";
/// What is done at a source, by one job: the first word of its topics.
pub const AT_THE_SOURCE: [&str; 4] = ["agreement", "credential", "preview", "purpose"];

/// What takes rights away is taken before what gives them: however many grants wait, nobody goes on reading because of them.
const RIGHTS_END: [&str; 3] = ["agreement.end", "agreement.hold", "credential.end"];

/// Takes the oldest due row of what is done at a source that nobody else is working on, ends of rights before all others. Call within
/// a transaction.
pub async fn take(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Option<Due>> {
    for topic in RIGHTS_END {
        if let Some(due) = take_all(&mut *conn, topic, 1, now).await?.pop() {
            return Ok(Some(due));
        }
    }
    let due = sqlx::query_as!(
        Due,
        "SELECT id, topic, object_id, attempts FROM outbox
         WHERE done_at IS NULL AND next_attempt_at <= $1 AND split_part(topic, '.', 1) = ANY($2)
         ORDER BY next_attempt_at, id LIMIT 1 FOR UPDATE SKIP LOCKED",
        now,
        &AT_THE_SOURCE.map(str::to_owned)
    )
    .fetch_optional(conn)
    .await?;
    Ok(due)
}

/// Takes the oldest due row of one kind, which is the first word of its topic. Call within a transaction.
pub async fn take_of(conn: &mut PgConnection, kind: &str, now: DateTime<Utc>) -> Result<Option<Due>> {
    let due = sqlx::query_as!(
        Due,
        "SELECT id, topic, object_id, attempts FROM outbox
         WHERE done_at IS NULL AND next_attempt_at <= $1 AND split_part(topic, '.', 1) = $2
         ORDER BY next_attempt_at, id LIMIT 1 FOR UPDATE SKIP LOCKED",
        now,
        kind
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

/// Takes all due rows of one topic about these objects. Call within a transaction.
pub async fn take_about(conn: &mut PgConnection, topic: &str, objects: &[Uuid], now: DateTime<Utc>) -> Result<Vec<Due>> {
    let due = sqlx::query_as!(
        Due,
        "SELECT id, topic, object_id, attempts FROM outbox
         WHERE object_id = ANY($2) AND done_at IS NULL AND next_attempt_at <= $3 AND topic = $1 FOR UPDATE SKIP LOCKED",
        topic,
        objects,
        now
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

/// The longest that work which failed waits until it is tried again, in seconds: what takes rights away waits for a quarter of a minute.
fn longest_wait(topic: &str) -> i64 {
    if matches!(topic, "agreement.end" | "agreement.hold" | "agreement.protect" | "credential.end") { 15 } else { 300 }
}

/// Notes a failure and when to try again: 1, 2, 4 … seconds later, at most five minutes; what takes rights away waits for at most
/// a quarter of a minute.
pub async fn failed(conn: &mut PgConnection, due: &Due, error: &str, now: DateTime<Utc>) -> Result<()> {
    let longest = longest_wait(&due.topic);
    let next = now + TimeDelta::seconds(1_i64.checked_shl(due.attempts.clamp(0, 9).unsigned_abs()).unwrap_or(longest).min(longest));
    again(conn, due.id, error, next).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::start;
    use sqlx::PgPool;

    #[sqlx::test(migrations = "../../migrations")]
    async fn what_takes_rights_away_is_tried_again_within_a_quarter_of_a_minute(pool: PgPool) {
        let (mut conn, now) = (pool.acquire().await.unwrap(), start());
        let waits = [
            ("agreement.end", 15),
            ("agreement.hold", 15),
            ("agreement.protect", 15),
            ("credential.end", 15),
            ("agreement.grant", 300),
            ("preview.settle", 300),
        ];
        for (topic, seconds) in waits {
            push(&mut conn, topic, Uuid::nil(), now).await.unwrap();
            let mut due = take_all(&mut conn, topic, 1, now).await.unwrap().remove(0);
            // The source has been away for long.
            due.attempts = 9;
            failed(&mut conn, &due, "the source is away", now).await.unwrap();
            let next: DateTime<Utc> =
                sqlx::query_scalar("SELECT next_attempt_at FROM outbox WHERE id = $1").bind(due.id).fetch_one(&mut *conn).await.unwrap();
            assert_eq!(next - now, TimeDelta::seconds(seconds), "{topic}");
        }
    }
}
