//! What the clock does by itself: reminds before the day, and passes a decision up after it.

use super::decide::lock;
use super::steps::{named, parsed};
use super::submit::holidays;
use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::access::{above, clock};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::calendar;
use domain::id::RequestPartId;
use sqlx::PgConnection;

/// Parts that are looked at in one turn.
const AT_ONCE: i64 = 200;
/// Working days after which what was passed up is passed up again.
const AGAIN_AFTER: u32 = 2;

/// Reminds once, two working days before a part must be decided; gives how many. Call within a transaction.
pub async fn remind(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<usize> {
    let (today, holidays) = (calendar::day(now), holidays(&mut *conn).await?);
    let soon = calendar::add_working_days(today, u32::try_from(clock::REMIND_BEFORE).unwrap_or_default(), &holidays);
    let due = sqlx::query_scalar!(
        "UPDATE request_part SET reminded_at = $1 WHERE id IN (SELECT id FROM request_part WHERE state = 'submitted' AND reminded_at IS NULL
             AND paused_at IS NULL AND due_on <= $2 ORDER BY due_on, id LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING id",
        now,
        soon,
        AT_ONCE
    )
    .fetch_all(&mut *conn)
    .await?;
    for part in &due {
        let locked = lock(conn, RequestPartId(*part)).await?;
        audit::append(conn, &locked.event(None, AuditAction::RequestRemind, &Origin::default()), now).await?;
    }
    Ok(due.len())
}

/// Adds to open steps that are late the role above those they have, and again every two working days; gives how many. Call
/// within a transaction.
pub async fn escalate(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<usize> {
    let (today, holidays) = (calendar::day(now), holidays(&mut *conn).await?);
    let rows = sqlx::query!(
        "SELECT s.id, s.part_id, s.roles, s.escalated_at, q.due_on FROM request_part q JOIN part_step s ON s.part_id = q.id AND s.stage = q.stage AND s.state = 'waiting'
         WHERE q.state = 'submitted' AND q.paused_at IS NULL AND q.due_on < $1 AND NOT s.roles @> '{gdo-administrator}'
         ORDER BY q.due_on, s.id LIMIT $2 FOR UPDATE OF q, s SKIP LOCKED",
        today,
        AT_ONCE
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut passed = 0;
    for row in rows {
        // A step that had nobody was escalated when it was made; what counts is since it became late.
        let since = row.escalated_at.map(calendar::day).filter(|day| *day > row.due_on);
        if since.is_some_and(|day| calendar::add_working_days(day, AGAIN_AFTER, &holidays) > today) {
            continue;
        }
        let Some(higher) = above(&parsed(&row.roles)?) else { continue };
        sqlx::query!(
            "UPDATE part_step SET roles = roles || $2::text, escalated_at = $3, handed_to = NULL WHERE id = $1",
            row.id,
            higher.as_str(),
            now
        )
        .execute(&mut *conn)
        .await?;
        let locked = lock(conn, RequestPartId(row.part_id)).await?;
        let event =
            AuditEvent { detail: Some(format!("to {}", named(&[higher]))), ..locked.event(None, AuditAction::RequestEscalate, &Origin::default()) };
        audit::append(conn, &event, now).await?;
        passed += 1;
    }
    Ok(passed)
}
