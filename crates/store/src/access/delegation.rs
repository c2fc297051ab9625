//! Who decides for whom while they are away. A deputy decides with the roles of the absent person, never with more.

use crate::session::scope;
use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{DelegationId, PersonId};
use domain::organisation::Held;
use domain::{Actor, Ids};
use sqlx::PgConnection;

/// The people whom `deputy` stands for now, each with the roles in force.
pub async fn stood_for(conn: &mut PgConnection, deputy: PersonId, now: DateTime<Utc>) -> Result<Vec<Actor>> {
    let rows = sqlx::query!(
        "SELECT h.id, h.name, h.email, h.agency, g.role, g.scope_kind, g.scope_id FROM delegation x JOIN person h ON h.id = x.person_id
         JOIN role_grant g ON g.person_id = h.id AND g.ended_at IS NULL AND (g.until IS NULL OR g.until > $2)
         WHERE x.delegate_id = $1 AND x.ended_at IS NULL AND x.since <= $2 AND x.until > $2 AND h.disabled_at IS NULL ORDER BY h.id",
        deputy.0,
        now
    )
    .fetch_all(conn)
    .await?;
    let mut people: Vec<Actor> = vec![];
    for row in rows {
        let Some(scope) = scope(&row.scope_kind, row.scope_id) else { continue };
        let held = Held { role: row.role.parse()?, scope };
        match people.last_mut().filter(|last| last.person.0 == row.id) {
            Some(last) => last.roles.push(held),
            None => people.push(Actor { person: PersonId(row.id), name: row.name, email: row.email, agency: row.agency, roles: vec![held] }),
        }
    }
    Ok(people)
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelegationView {
    pub id: DelegationId,
    pub person: String,
    pub deputy: String,
    /// Whether it was made by the one who reads it, and not for them.
    pub own: bool,
    pub since: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

/// Those that this person made or that make this person a deputy, and have not ended.
pub async fn delegations(conn: &mut PgConnection, person: PersonId, now: DateTime<Utc>) -> Result<Vec<DelegationView>> {
    let rows = sqlx::query!(
        r#"SELECT x.id, a.name AS person, b.name AS deputy, (x.person_id = $1) AS "own!", x.since, x.until FROM delegation x
           JOIN person a ON a.id = x.person_id JOIN person b ON b.id = x.delegate_id
           WHERE (x.person_id = $1 OR x.delegate_id = $1) AND x.ended_at IS NULL AND x.until > $2 ORDER BY x.since, x.id"#,
        person.0,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| DelegationView {
            id: DelegationId(row.id),
            person: row.person,
            deputy: row.deputy,
            own: row.own,
            since: row.since,
            until: row.until,
        })
        .collect())
}

/// Names a deputy by e-mail address, from one moment to another.
#[expect(clippy::too_many_arguments, reason = "each is one part of what is recorded")]
pub async fn delegate(
    conn: &mut PgConnection,
    person: PersonId,
    deputy: PersonId,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<DelegationId> {
    let overlapping = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM delegation WHERE person_id = $1 AND ended_at IS NULL AND since < $3 AND until > $2) AS "overlapping!""#,
        person.0,
        since,
        until
    )
    .fetch_one(&mut *conn)
    .await?;
    if overlapping {
        return Err(StoreError::Conflict("Somebody stands in for you on some of these days already. End that first, or choose other days.".into()));
    }
    let id: DelegationId = ids.next(now);
    sqlx::query!(
        "INSERT INTO delegation (id, person_id, delegate_id, since, until, made_at) VALUES ($1, $2, $3, $4, $5, $6)",
        id.0,
        person.0,
        deputy.0,
        since,
        until,
        now
    )
    .execute(&mut *conn)
    .await?;
    let event = AuditEvent::done(Some(person), AuditAction::DelegationMake, "person", Some(deputy.0), origin.clone());
    audit::append(conn, &event, now).await?;
    Ok(id)
}

/// Ends one's own; false when there is none such.
pub async fn end_delegation(conn: &mut PgConnection, person: PersonId, id: DelegationId, origin: &Origin, now: DateTime<Utc>) -> Result<bool> {
    let ended = sqlx::query_scalar!(
        "UPDATE delegation SET ended_at = $3 WHERE id = $1 AND person_id = $2 AND ended_at IS NULL RETURNING delegate_id",
        id.0,
        person.0,
        now
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(deputy) = ended else { return Ok(false) };
    let event = AuditEvent::done(Some(person), AuditAction::DelegationEnd, "person", Some(deputy), origin.clone());
    audit::append(conn, &event, now).await?;
    Ok(true)
}
