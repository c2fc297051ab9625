//! Check-ins of the working group that talks a standard over: planned with an agenda, and written down once with who was there and what
//! was decided.

use crate::{Result, audit};
use chrono::{DateTime, NaiveDate, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{PersonId, StandardCheckInId, StandardId};
use domain::standard::{Agenda, Minutes};
use sqlx::PgConnection;

pub type CheckInId = StandardCheckInId;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckIn {
    pub id: StandardCheckInId,
    pub held_on: NaiveDate,
    pub agenda: String,
    pub planned_by: String,
    pub attendance: Vec<String>,
    /// What was decided, who wrote it down and when.
    pub noted: Option<(String, String, DateTime<Utc>)>,
}

/// The latest first.
pub async fn check_ins(conn: &mut PgConnection, id: StandardId) -> Result<Vec<CheckIn>> {
    let rows = sqlx::query!(
        r#"SELECT c.id, c.held_on, c.agenda, c.attendance, c.decisions, p.name AS planned_by, n.name AS "noted_by?", c.noted_at
           FROM standard_check_in c JOIN person p ON p.id = c.planned_by LEFT JOIN person n ON n.id = c.noted_by
           WHERE c.standard_id = $1 ORDER BY c.held_on DESC, c.id DESC"#,
        id.0
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| CheckIn {
            id: StandardCheckInId(row.id),
            held_on: row.held_on,
            agenda: row.agenda,
            planned_by: row.planned_by,
            attendance: row.attendance,
            noted: row.decisions.zip(row.noted_by).zip(row.noted_at).map(|((text, by), at)| (text, by, at)),
        })
        .collect())
}

/// Check-ins from a day on that are not written down yet, soonest first: of which standard, when, and what about.
pub async fn coming_check_ins(conn: &mut PgConnection, today: NaiveDate, limit: i64) -> Result<Vec<(StandardId, NaiveDate, String)>> {
    let rows = sqlx::query!(
        "SELECT standard_id, held_on, agenda FROM standard_check_in WHERE held_on >= $1 AND noted_at IS NULL ORDER BY held_on, id LIMIT $2",
        today,
        limit
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (StandardId(row.standard_id), row.held_on, row.agenda)).collect())
}

/// Plans a check-in; false when the same one is there already.
pub async fn plan_check_in(
    conn: &mut PgConnection,
    actor: PersonId,
    id: StandardId,
    new: &Agenda,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<bool> {
    let made: StandardCheckInId = ids.next(now);
    let done = sqlx::query!(
        "INSERT INTO standard_check_in (id, standard_id, held_on, agenda, attendance, planned_by, planned_at) VALUES ($1, $2, $3, $4, '{}', $5, $6)
         ON CONFLICT DO NOTHING",
        made.0,
        id.0,
        new.held_on,
        new.agenda,
        actor.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    told(conn, actor, id, AuditAction::StandardCheckInPlan, new.held_on, origin, now).await?;
    Ok(true)
}

/// Writes down what was decided, once; false when it was written down before, or there is no such check-in.
pub async fn note_check_in(
    conn: &mut PgConnection,
    actor: PersonId,
    id: StandardId,
    check_in: StandardCheckInId,
    new: &Minutes,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query_scalar!(
        "UPDATE standard_check_in SET attendance = $3, decisions = $4, noted_by = $5, noted_at = $6
         WHERE id = $1 AND standard_id = $2 AND noted_at IS NULL RETURNING held_on",
        check_in.0,
        id.0,
        &new.attendance,
        new.decisions,
        actor.0,
        now
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(held_on) = done else { return Ok(false) };
    told(conn, actor, id, AuditAction::StandardCheckInNote, held_on, origin, now).await?;
    Ok(true)
}

async fn told(
    conn: &mut PgConnection,
    actor: PersonId,
    id: StandardId,
    action: AuditAction,
    held_on: NaiveDate,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    let event = AuditEvent { detail: Some(held_on.to_string()), ..AuditEvent::done(Some(actor), action, "standard", Some(id.0), origin.clone()) };
    audit::append(conn, &event, now).await
}
