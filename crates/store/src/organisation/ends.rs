//! The ends of roles: changed by hand, told of two weeks before, and written down when they have come. From its end on a role counts
//! for nothing by itself: whatever reads roles compares the moment.

use super::roles::held_at;
use crate::{Result, StoreError, audit};
use chrono::{DateTime, TimeDelta, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::calendar;
use domain::id::{PersonId, RoleGrantId};
use domain::organisation::REMIND_BEFORE;
use sqlx::PgConnection;

/// Roles that are looked at in one turn.
const AT_ONCE: i64 = 200;

/// Whether somebody is the last administrator whose role has no end: without one the portal would lock itself up. Holds every
/// such role until the transaction ends, so that two do not end each other.
pub async fn last_administrator(conn: &mut PgConnection, person: PersonId) -> Result<bool> {
    let lasting = sqlx::query_scalar!(
        "SELECT r.person_id FROM role_grant r JOIN person p ON p.id = r.person_id
         WHERE r.role = 'gdo-administrator' AND r.ended_at IS NULL AND r.until IS NULL AND p.disabled_at IS NULL ORDER BY r.id FOR UPDATE OF r, p"
    )
    .fetch_all(conn)
    .await?;
    Ok(lasting == [person.0])
}

/// Refuses what would leave nobody to look after the portal.
pub(super) async fn somebody_is_left(conn: &mut PgConnection, person: PersonId, role: &str) -> Result<()> {
    if role == "gdo-administrator" && last_administrator(conn, person).await? {
        let why = "This is the last GDO administrator without an end. Grant the role to somebody else, without an end, first.";
        return Err(StoreError::Conflict(why.into()));
    }
    Ok(())
}

/// Says until when a role is held, or that it has no end. `Conflict` when it has ended, is the actor's own, or is the last
/// administrator's. What is so already is left alone, without a trace. Call within a transaction.
pub async fn change_end(
    conn: &mut PgConnection,
    actor: PersonId,
    grant: RoleGrantId,
    until: Option<DateTime<Utc>>,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<PersonId> {
    let row = sqlx::query!(
        "SELECT person_id, role, scope_kind, until FROM role_grant WHERE id = $1 AND ended_at IS NULL AND (until IS NULL OR until > $2) FOR UPDATE",
        grant.0,
        now
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else {
        return Err(StoreError::Conflict("This role has ended. Grant it anew.".into()));
    };
    let person = PersonId(row.person_id);
    if person == actor {
        return Err(StoreError::Conflict("Nobody changes a role of their own: another administrator must.".into()));
    }
    if row.until == until {
        return Ok(person);
    }
    if until.is_some() && row.until.is_none() {
        somebody_is_left(conn, person, &row.role).await?;
    }
    sqlx::query!("UPDATE role_grant SET until = $2, reminded_at = NULL WHERE id = $1", grant.0, until).execute(&mut *conn).await?;
    let last = until.map_or_else(|| "without an end".to_owned(), |until| format!("until {}", calendar::last_day(until)));
    let event = AuditEvent {
        detail: Some(format!("{} {last}", held_at(&row.role, &row.scope_kind))),
        ..AuditEvent::done(Some(actor), AuditAction::RoleChange, "person", Some(row.person_id), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok(person)
}

/// Tells once of each role that ends within a fortnight, unless it was granted for less; gives how many. Call within a transaction.
pub async fn remind_ending(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<usize> {
    let due = sqlx::query!(
        "UPDATE role_grant SET reminded_at = $1 WHERE id IN (
             SELECT id FROM role_grant WHERE ended_at IS NULL AND reminded_at IS NULL AND until > $1 AND until <= $2
               AND granted_at < until - make_interval(days => $4) ORDER BY until, id LIMIT $3 FOR UPDATE SKIP LOCKED)
         RETURNING person_id, role, scope_kind",
        now,
        now + TimeDelta::days(REMIND_BEFORE),
        AT_ONCE,
        i32::try_from(REMIND_BEFORE).unwrap_or_default()
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in &due {
        let event = AuditEvent {
            detail: Some(held_at(&row.role, &row.scope_kind)),
            ..AuditEvent::done(None, AuditAction::RoleRemind, "person", Some(row.person_id), Origin::default())
        };
        audit::append(conn, &event, now).await?;
    }
    Ok(due.len())
}

/// Writes down that roles have ended at their time; gives how many. Call within a transaction.
pub async fn end_due(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<usize> {
    let due = sqlx::query!(
        "UPDATE role_grant SET ended_at = until WHERE id IN (
             SELECT id FROM role_grant WHERE ended_at IS NULL AND until <= $1 ORDER BY until, id LIMIT $2 FOR UPDATE SKIP LOCKED)
         RETURNING person_id, role, scope_kind",
        now,
        AT_ONCE
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in &due {
        let event = AuditEvent {
            detail: Some(held_at(&row.role, &row.scope_kind)),
            ..AuditEvent::done(None, AuditAction::RoleExpire, "person", Some(row.person_id), Origin::default())
        };
        audit::append(conn, &event, now).await?;
    }
    Ok(due.len())
}
