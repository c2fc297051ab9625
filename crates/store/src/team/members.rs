//! Coming into a team, leading it, and leaving it.

use super::{KIND, lock};
use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{PersonId, TeamId, TeamMemberId};
use domain::team::{LeaveReason, MOST_PEOPLE};
use sqlx::PgConnection;

fn event(actor: Option<PersonId>, action: AuditAction, team: TeamId, detail: String, origin: &Origin) -> AuditEvent {
    AuditEvent { detail: Some(detail), ..AuditEvent::done(actor, action, KIND, Some(team.0), origin.clone()) }
}

/// Adds somebody of the team's agency. `Conflict` when they are not of it, are disabled or in the team already, or it is full.
pub async fn add(
    conn: &mut PgConnection,
    actor: PersonId,
    team: TeamId,
    person: PersonId,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<()> {
    lock(conn, team).await?;
    let row = sqlx::query!(
        r#"SELECT h.email, (h.disabled_at IS NULL AND means_agency(h.agency, g)) AS fits,
                  EXISTS (SELECT FROM team_member m WHERE m.team_id = t.id AND m.person_id = h.id AND m.ended_at IS NULL) AS "there!",
                  (SELECT count(*) FROM team_member m WHERE m.team_id = t.id AND m.ended_at IS NULL) AS "people!"
           FROM team t JOIN agency g ON g.id = t.agency_id, person h WHERE t.id = $1 AND h.id = $2"#,
        team.0,
        person.0
    )
    .fetch_one(&mut *conn)
    .await?;
    let refused = match row {
        _ if row.there => Some("They are in the team already."),
        _ if row.fits != Some(true) => Some("Only people of the team’s own agency can be added."),
        _ if row.people >= MOST_PEOPLE => Some("The team is full: 200 people at most."),
        _ => None,
    };
    if let Some(why) = refused {
        return Err(StoreError::Conflict(why.into()));
    }
    let id: TeamMemberId = ids.next(now);
    sqlx::query!(
        "INSERT INTO team_member (id, team_id, person_id, lead, added_by, added_at) VALUES ($1, $2, $3, false, $4, $5)",
        id.0,
        team.0,
        person.0,
        actor.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    audit::append(conn, &event(Some(actor), AuditAction::TeamJoin, team, row.email, origin), now).await
}

/// Whether somebody else who is in the team now leads it.
async fn other_lead(conn: &mut PgConnection, team: TeamId, person: PersonId) -> Result<bool> {
    let other = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM team_people WHERE team_id = $1 AND person_id <> $2 AND lead) AS "other!""#,
        team.0,
        person.0
    );
    Ok(other.fetch_one(conn).await?)
}

/// Makes somebody of the team lead it, or no longer. `Conflict` when nobody would lead it, or they are not of the team.
pub async fn set_lead(
    conn: &mut PgConnection,
    actor: PersonId,
    team: TeamId,
    person: PersonId,
    lead: bool,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    lock(conn, team).await?;
    if !lead && !other_lead(conn, team, person).await? {
        return Err(StoreError::Conflict("Somebody must lead the team. Name another lead first.".into()));
    }
    let row = sqlx::query!(
        r#"UPDATE team_member m SET lead = $3 FROM person h, team_member f WHERE m.team_id = $1 AND m.person_id = $2 AND m.ended_at IS NULL
           AND h.id = m.person_id AND f.id = m.id RETURNING h.email, (f.lead <> $3) AS "changed!""#,
        team.0,
        person.0,
        lead
    );
    let Some(row) = row.fetch_optional(&mut *conn).await? else {
        return Err(StoreError::Conflict("They are not in the team any more. Nothing was changed.".into()));
    };
    if row.changed {
        let detail = format!("{} {}", row.email, if lead { "leads it" } else { "leads it no longer" });
        audit::append(conn, &event(Some(actor), AuditAction::TeamLead, team, detail, origin), now).await?;
    }
    Ok(())
}

/// Takes somebody out of a team. `Conflict` when they are the only lead and others stay. Credentials of theirs are for the caller
/// to end, in the same transaction.
pub async fn leave(
    conn: &mut PgConnection,
    actor: PersonId,
    team: TeamId,
    person: PersonId,
    reason: LeaveReason,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    lock(conn, team).await?;
    let alone = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM team_member WHERE team_id = $1 AND person_id = $2 AND ended_at IS NULL AND lead) AS "lead!""#,
        team.0,
        person.0
    );
    if alone.fetch_one(&mut *conn).await? && !other_lead(conn, team, person).await? {
        return Err(StoreError::Conflict("Somebody must lead the team. Name another lead first, or end the team.".into()));
    }
    if !ended(conn, Some(actor), team, person, reason, origin, now).await? {
        return Err(StoreError::Conflict("They are not in the team any more. Nothing was changed.".into()));
    }
    Ok(())
}

async fn ended(
    conn: &mut PgConnection,
    actor: Option<PersonId>,
    team: TeamId,
    person: PersonId,
    reason: LeaveReason,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<bool> {
    let email = sqlx::query_scalar!(
        "UPDATE team_member m SET ended_at = $3, end_reason = $4 FROM person h
         WHERE m.team_id = $1 AND m.person_id = $2 AND m.ended_at IS NULL AND h.id = m.person_id RETURNING h.email",
        team.0,
        person.0,
        now,
        reason.as_str()
    );
    let Some(email) = email.fetch_optional(&mut *conn).await? else { return Ok(false) };
    let event = AuditEvent { reason: Some(reason.label().to_owned()), ..event(actor, AuditAction::TeamLeave, team, email, origin) };
    audit::append(conn, &event, now).await?;
    Ok(true)
}

/// Writes down who is out of a team already, because they were disabled or belong to another agency; gives how many.
pub async fn drop_out(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<usize> {
    let rows = sqlx::query!(
        r#"SELECT m.team_id, m.person_id, (h.disabled_at IS NOT NULL) AS "disabled!" FROM team_member m JOIN person h ON h.id = m.person_id
           WHERE m.ended_at IS NULL AND NOT EXISTS (SELECT FROM team_people p WHERE p.team_id = m.team_id AND p.person_id = m.person_id)
           ORDER BY m.id LIMIT 500 FOR UPDATE OF m SKIP LOCKED"#
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in &rows {
        let reason = if row.disabled { LeaveReason::Disabled } else { LeaveReason::Agency };
        ended(conn, None, TeamId(row.team_id), PersonId(row.person_id), reason, &Origin::default(), now).await?;
    }
    Ok(rows.len())
}
