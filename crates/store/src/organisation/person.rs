//! One person as administrators see them: roles now and before, when they came last, and what the trail says. And what somebody holds
//! themselves.

use crate::Result;
use chrono::{DateTime, TimeDelta, Utc};
use domain::audit::{AuditAction, Outcome};
use domain::id::{PersonId, RoleGrantId};
use domain::organisation::{REMIND_BEFORE, Role};
use sqlx::PgConnection;

/// A role that somebody holds or held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRole {
    pub id: RoleGrantId,
    pub person: PersonId,
    pub name: String,
    pub role: Role,
    pub scope_title: String,
    pub granted_at: DateTime<Utc>,
    /// None for what the configuration or a document granted.
    pub granted_by: Option<String>,
    pub until: Option<DateTime<Utc>>,
    /// Ended, by hand or at its time.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Something in the trail that somebody did or that was done to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonEvent {
    pub at: DateTime<Utc>,
    pub action: AuditAction,
    pub outcome: Outcome,
    /// None is Pasar itself.
    pub by: Option<String>,
    pub address: Option<String>,
    pub detail: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonPage {
    pub id: PersonId,
    pub name: String,
    pub email: String,
    pub agency: Option<String>,
    pub created_at: DateTime<Utc>,
    pub disabled_at: Option<DateTime<Utc>>,
    pub arrived: bool,
    pub last_sign_in: Option<DateTime<Utc>>,
    /// Those in force first, newest first among each.
    pub roles: Vec<HeldRole>,
    /// Newest first.
    pub history: Vec<PersonEvent>,
}

/// Lines of the trail on one page; the trail itself has the rest.
const HISTORY: i64 = 50;

/// None when there is no such person.
pub async fn person_page(conn: &mut PgConnection, person: PersonId, now: DateTime<Utc>) -> Result<Option<PersonPage>> {
    let row = sqlx::query!(
        r#"SELECT p.name, p.email, p.agency, p.created_at, p.disabled_at, (p.subject IS NOT NULL) AS "arrived!",
                  (SELECT max(e.at) FROM audit_event e WHERE e.actor_id = p.id AND e.action = 'session.sign-in' AND e.outcome = 'done') AS last_sign_in
           FROM person p WHERE p.id = $1"#,
        person.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let roles = roles_of(conn, person, now).await?;
    let events = sqlx::query!(
        r#"SELECT e.at, e.action, e.outcome, h.name AS "by?", e.address, e.detail FROM audit_event e LEFT JOIN person h ON h.id = e.actor_id
           WHERE e.id IN ((SELECT x.id FROM audit_event x WHERE x.actor_id = $1 ORDER BY x.id DESC LIMIT $2)
                          UNION (SELECT x.id FROM audit_event x WHERE x.object_kind = 'person' AND x.object_id = $1 ORDER BY x.id DESC LIMIT $2))
           ORDER BY e.id DESC LIMIT $2"#,
        person.0,
        HISTORY
    )
    .fetch_all(&mut *conn)
    .await?;
    let history = events.into_iter().map(|row| {
        Ok(PersonEvent {
            at: row.at,
            action: row.action.parse()?,
            outcome: row.outcome.parse()?,
            by: row.by,
            address: row.address,
            detail: row.detail,
        })
    });
    Ok(Some(PersonPage {
        id: person,
        history: history.collect::<Result<_>>()?,
        roles,
        name: row.name,
        email: row.email,
        agency: row.agency,
        created_at: row.created_at,
        disabled_at: row.disabled_at,
        arrived: row.arrived,
        last_sign_in: row.last_sign_in,
    }))
}

/// Somebody's roles, in force first.
pub async fn roles_of(conn: &mut PgConnection, person: PersonId, now: DateTime<Utc>) -> Result<Vec<HeldRole>> {
    held(conn, (Some(person), None), None, now).await
}

/// Everybody's roles that end within a fortnight, or ended in the one before.
pub async fn roles_ending(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<HeldRole>> {
    held(conn, (None, None), Some(now - TimeDelta::days(REMIND_BEFORE)), now).await
}

/// One role; none when there never was such a one.
pub async fn held_role(conn: &mut PgConnection, id: RoleGrantId, now: DateTime<Utc>) -> Result<Option<HeldRole>> {
    Ok(held(conn, (None, Some(id)), None, now).await?.pop())
}

async fn held(
    conn: &mut PgConnection,
    (person, id): (Option<PersonId>, Option<RoleGrantId>),
    since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Vec<HeldRole>> {
    let rows = sqlx::query!(
        r#"SELECT r.id, r.person_id, h.name, r.role, coalesce(s.title, d.title, p.title, 'Whole of government') AS "scope_title!", r.granted_at,
                  g.name AS "granted_by?", r.until, CASE WHEN r.ended_at IS NULL AND r.until <= $3 THEN r.until ELSE r.ended_at END AS ended_at
           FROM role_grant r JOIN person h ON h.id = r.person_id LEFT JOIN person g ON g.id = r.granted_by
           LEFT JOIN sector s ON r.scope_kind = 'sector' AND s.id = r.scope_id
           LEFT JOIN data_domain d ON r.scope_kind = 'domain' AND d.id = r.scope_id
           LEFT JOIN product p ON r.scope_kind = 'product' AND p.id = r.scope_id
           WHERE ($1::uuid IS NULL OR r.person_id = $1) AND ($5::uuid IS NULL OR r.id = $5)
             AND ($2::timestamptz IS NULL OR (r.until >= $2 AND r.until <= $4 AND (r.ended_at IS NULL OR r.ended_at = r.until)))
           ORDER BY (r.ended_at IS NOT NULL OR coalesce(r.until <= $3, false)), r.until IS NULL, CASE WHEN $2::timestamptz IS NULL THEN NULL ELSE r.until END,
                    r.granted_at DESC, r.id LIMIT 500"#,
        person.map(|id| id.0),
        since,
        now,
        now + TimeDelta::days(REMIND_BEFORE),
        id.map(|id| id.0)
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(HeldRole {
                id: RoleGrantId(row.id),
                person: PersonId(row.person_id),
                name: row.name,
                role: row.role.parse()?,
                scope_title: row.scope_title,
                granted_at: row.granted_at,
                granted_by: row.granted_by,
                until: row.until,
                ended_at: row.ended_at,
            })
        })
        .collect()
}
