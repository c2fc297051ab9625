//! Deleting what was kept long enough, a bounded number at a time, with one row of the trail for each kind and day. What is younger
//! than its period is not touched, and neither is what still waits.

use crate::{Result, audit};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::calendar;
use domain::id::PersonId;
use domain::retention::Kept;
use sqlx::PgConnection;

/// Rows that are deleted in one transaction.
pub const AT_ONCE: i64 = 1_000;

/// How long something is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub what: Kept,
    pub days: i32,
    /// Rises with each change.
    pub version: i32,
    /// The last day on which everything older was deleted.
    pub swept_on: Option<NaiveDate>,
    /// What was older then and waits for somebody, of what does not go by itself.
    pub overdue: i64,
}

/// Every period, in the order of `Kept`.
pub async fn periods(conn: &mut PgConnection) -> Result<Vec<Period>> {
    let rows = sqlx::query!("SELECT what, days, version, swept_on, overdue FROM retention_period").fetch_all(conn).await?;
    let mut periods = rows
        .into_iter()
        .map(|row| Ok(Period { what: row.what.parse()?, days: row.days, version: row.version, swept_on: row.swept_on, overdue: row.overdue }))
        .collect::<Result<Vec<_>>>()?;
    periods.sort_by_key(|period| period.what);
    Ok(periods)
}

/// Changes how long something is kept, from the next night on. False when somebody changed it since `seen`; what is so already is
/// left alone, without a trace. Call within a transaction.
pub async fn change_period(
    conn: &mut PgConnection,
    actor: PersonId,
    what: Kept,
    days: i32,
    seen: i32,
    (origin, now): (&Origin, DateTime<Utc>),
) -> Result<bool> {
    let row = sqlx::query!("SELECT days, version FROM retention_period WHERE what = $1 FOR UPDATE", what.as_str()).fetch_optional(&mut *conn).await?;
    let Some(row) = row else { return Ok(false) };
    if row.days == days {
        return Ok(true);
    }
    if row.version != seen {
        return Ok(false);
    }
    sqlx::query!("UPDATE retention_period SET days = $2, version = version + 1 WHERE what = $1", what.as_str(), days).execute(&mut *conn).await?;
    if what == Kept::AuditFields {
        count_overdue(conn, now).await?;
    }
    let event = AuditEvent {
        detail: Some(format!("{what}: {} days, before: {}", days, row.days)),
        ..AuditEvent::done(Some(actor), AuditAction::RetentionChange, "retention-period", None, origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok(true)
}

/// Deletes some of what one kind has too old, on a day on which that kind is not done; gives how many, and none when every kind is
/// done for the day. Call within a transaction of its own, again and again.
pub async fn sweep(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Option<u64>> {
    let today = calendar::day(now);
    let due = sqlx::query!(
        "SELECT what, days, sweeping FROM retention_period WHERE swept_on IS NULL OR swept_on < $1 ORDER BY what LIMIT 1 FOR UPDATE SKIP LOCKED",
        today
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(due) = due else { return Ok(None) };
    let what: Kept = due.what.parse()?;
    if what == Kept::AuditFields {
        count_overdue(conn, now).await?;
        sqlx::query!("UPDATE retention_period SET swept_on = $2 WHERE what = $1", due.what, today).execute(conn).await?;
        return Ok(Some(0));
    }
    let gone = delete(conn, what, now - TimeDelta::days(i64::from(due.days))).await?;
    let many = i64::try_from(gone).unwrap_or(AT_ONCE);
    if many >= AT_ONCE {
        sqlx::query!("UPDATE retention_period SET sweeping = sweeping + $2 WHERE what = $1", due.what, many).execute(conn).await?;
        return Ok(Some(gone));
    }
    sqlx::query!("UPDATE retention_period SET swept_on = $2, sweeping = 0 WHERE what = $1", due.what, today).execute(&mut *conn).await?;
    let all = due.sweeping + many;
    if all > 0 {
        let event = AuditEvent {
            detail: Some(format!("{what}: {all} older than {} days", due.days)),
            ..AuditEvent::done(None, AuditAction::RetentionSweep, "retention-period", None, Origin::default())
        };
        audit::append(conn, &event, now).await?;
    }
    Ok(Some(gone))
}

/// Counts the events of the trail that are older than their period and still say who did what, from where or why, and keeps the number for whoever is to have that
/// erased. What an erasure leaves alone is not among them, nor is what is in the detail: that says what left. Gives the number.
pub async fn count_overdue(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<i64> {
    let overdue = sqlx::query_scalar!(
        r#"UPDATE retention_period p SET overdue = (
               SELECT count(*) FROM audit_event e
               WHERE e.at < $2::timestamptz - make_interval(days => p.days) AND e.object_kind <> 'audit-key' AND e.action <> 'audit.erase'
                 AND (e.actor_id IS NOT NULL OR e.client_address IS NOT NULL OR e.request_id IS NOT NULL OR e.reason IS NOT NULL))
           WHERE p.what = $1 RETURNING overdue"#,
        Kept::AuditFields.as_str(),
        now
    )
    .fetch_optional(conn)
    .await?;
    Ok(overdue.unwrap_or_default())
}

/// Deletes at most [`AT_ONCE`] that are older than a moment.
async fn delete(conn: &mut PgConnection, what: Kept, before: DateTime<Utc>) -> Result<u64> {
    let done = match what {
        // Nothing in the trail is the portal's to change.
        Kept::AuditFields => return Ok(0),
        Kept::Notices => sqlx::query!(
            "DELETE FROM notice WHERE id IN (SELECT id FROM notice WHERE made_at < $1 AND (mail = 'none' OR message_id IS NOT NULL OR read_at IS NOT NULL)
                                             ORDER BY made_at LIMIT $2)",
            before,
            AT_ONCE
        ),
        Kept::RequestDrafts => sqlx::query!(
            "DELETE FROM request_draft WHERE person_id IN (SELECT person_id FROM request_draft WHERE saved_at < $1 LIMIT $2) AND saved_at < $1",
            before,
            AT_ONCE
        ),
        Kept::PastSearches => sqlx::query!(
            "DELETE FROM past_query WHERE (person_id, words) IN (SELECT person_id, words FROM past_query WHERE asked_at < $1 LIMIT $2) AND asked_at < $1",
            before,
            AT_ONCE
        ),
        Kept::ViewedProducts => sqlx::query!(
            "DELETE FROM viewed_product WHERE (person_id, product_id) IN (
                 SELECT person_id, product_id FROM viewed_product WHERE viewed_at < $1 LIMIT $2) AND viewed_at < $1",
            before,
            AT_ONCE
        ),
        Kept::Mail => return delete_mail(conn, before).await,
        Kept::WebhookDeliveries => sqlx::query!(
            "DELETE FROM webhook_delivery WHERE state <> 'waiting' AND id IN (
                 SELECT id FROM webhook_delivery WHERE state <> 'waiting' AND coalesce(tried_at, made_at) < $1 LIMIT $2)",
            before,
            AT_ONCE
        ),
        Kept::Outbox => {
            sqlx::query!("DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE done_at < $1 ORDER BY done_at LIMIT $2)", before, AT_ONCE)
        }
        Kept::PersonRequests => sqlx::query!(
            "UPDATE subject_request SET identifier_mask = 'forgotten', identifier_hash = sha256(convert_to(id::text, 'UTF8')), reason = '' WHERE id IN (
                 SELECT id FROM subject_request WHERE state = 'closed' AND closed_at < $1 AND identifier_mask <> 'forgotten' LIMIT $2)",
            before,
            AT_ONCE
        ),
    };
    Ok(done.execute(conn).await?.rows_affected())
}

/// Notices outlive the message that they went into, and are not sent again.
async fn delete_mail(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64> {
    let old =
        sqlx::query_scalar!("SELECT id FROM mail_message WHERE state <> 'waiting' AND ended_at < $1 ORDER BY ended_at LIMIT $2", before, AT_ONCE)
            .fetch_all(&mut *conn)
            .await?;
    sqlx::query!("UPDATE notice SET message_id = NULL, mail = 'none' WHERE message_id = ANY($1)", &old).execute(&mut *conn).await?;
    Ok(sqlx::query!("DELETE FROM mail_message WHERE id = ANY($1)", &old).execute(conn).await?.rows_affected())
}
