//! Roles that people hold, each at a scope; granted and ended with an audit row.

use crate::session::stored;
use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{PersonId, RoleGrantId};
use domain::organisation::{Role, Scope};
use sqlx::PgConnection;

/// A role to grant; `by` is none for the configuration and the sample catalogue.
#[derive(Debug, Clone)]
pub struct NewRole {
    pub person: PersonId,
    pub role: Role,
    pub scope: Scope,
    pub by: Option<PersonId>,
    pub until: Option<DateTime<Utc>>,
    pub origin: Origin,
}

/// A role with where it holds, as the trail says it; `store::event` reads the role off its beginning.
pub(super) fn held_at(role: &str, kind: &str) -> String {
    format!("{role} at {kind}")
}

/// Grants a role; granting one that is held already changes nothing. Nobody grants to themselves. False when it is held already until
/// another day.
pub async fn grant_role(conn: &mut PgConnection, new: &NewRole, ids: &Ids, now: DateTime<Utc>) -> Result<bool> {
    if new.by == Some(new.person) {
        return Err(StoreError::Conflict("Nobody grants a role to themselves: another administrator must.".into()));
    }
    if !new.role.fits(new.scope) {
        return Err(StoreError::Conflict(format!("{} cannot be held there", new.role.label())));
    }
    let (kind, id) = stored(new.scope);
    // One that has run out is out of the way, so that it can be granted anew.
    sqlx::query!(
        "UPDATE role_grant SET ended_at = until
         WHERE person_id = $1 AND role = $2 AND scope_kind = $3 AND scope_id IS NOT DISTINCT FROM $4 AND ended_at IS NULL AND until <= $5",
        new.person.0,
        new.role.as_str(),
        kind,
        id,
        now
    )
    .execute(&mut *conn)
    .await?;
    let grant: RoleGrantId = ids.next(now);
    let done = sqlx::query!(
        "INSERT INTO role_grant (id, person_id, role, scope_kind, scope_id, granted_by, granted_at, until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        grant.0,
        new.person.0,
        new.role.as_str(),
        kind,
        id,
        new.by.map(|p| p.0),
        now,
        new.until
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 1 {
        let event = AuditEvent {
            detail: Some(held_at(new.role.as_str(), kind)),
            ..AuditEvent::done(new.by, AuditAction::RoleGrant, "person", Some(new.person.0), new.origin.clone())
        };
        audit::append(conn, &event, now).await?;
        return Ok(true);
    }
    let until = sqlx::query_scalar!(
        "SELECT until FROM role_grant WHERE person_id = $1 AND role = $2 AND scope_kind = $3 AND scope_id IS NOT DISTINCT FROM $4 AND ended_at IS NULL",
        new.person.0,
        new.role.as_str(),
        kind,
        id
    );
    Ok(until.fetch_optional(conn).await?.flatten() == new.until)
}

/// Ends a role. False when it is not in force; `Conflict` when it is the last administrator's. Call within a transaction.
pub async fn end_role(conn: &mut PgConnection, actor: PersonId, grant: RoleGrantId, origin: Origin, now: DateTime<Utc>) -> Result<bool> {
    let row = sqlx::query!(
        "SELECT person_id, role, until FROM role_grant WHERE id = $1 AND ended_at IS NULL AND (until IS NULL OR until > $2)",
        grant.0,
        now
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(false) };
    if row.until.is_none() {
        super::ends::somebody_is_left(conn, PersonId(row.person_id), &row.role).await?;
    }
    let ended = sqlx::query!("UPDATE role_grant SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL", grant.0, now).execute(&mut *conn).await?;
    if ended.rows_affected() == 0 {
        return Ok(false);
    }
    let event = AuditEvent { detail: Some(row.role), ..AuditEvent::done(Some(actor), AuditAction::RoleEnd, "person", Some(row.person_id), origin) };
    audit::append(conn, &event, now).await?;
    Ok(true)
}

/// Whether the configured first administrator is to be made one now: when they never were (a role that was ended stays
/// ended), or when nobody is.
pub async fn needs_first_administrator(conn: &mut PgConnection, person: PersonId, now: DateTime<Utc>) -> Result<bool> {
    let needed = sqlx::query_scalar!(
        r#"SELECT NOT EXISTS (SELECT FROM role_grant WHERE person_id = $1 AND role = 'gdo-administrator')
               OR NOT EXISTS (SELECT FROM role_grant r JOIN person p ON p.id = r.person_id
                              WHERE r.role = 'gdo-administrator' AND r.ended_at IS NULL AND (r.until IS NULL OR r.until > $2)
                                AND p.disabled_at IS NULL) AS "needed!""#,
        person.0,
        now
    )
    .fetch_one(conn)
    .await?;
    Ok(needed)
}

/// A role in force, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleView {
    pub id: RoleGrantId,
    pub person: PersonId,
    pub role: Role,
    pub scope_title: String,
    /// None when it has no end.
    pub until: Option<DateTime<Utc>>,
}

/// Every role in force, with its scope's title.
pub async fn roles_in_force(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<RoleView>> {
    let rows = sqlx::query!(
        r#"SELECT r.id, r.person_id, r.role, coalesce(s.title, d.title, p.title, 'Whole of government') AS "scope_title!", r.until
           FROM role_grant r LEFT JOIN sector s ON r.scope_kind = 'sector' AND s.id = r.scope_id
           LEFT JOIN data_domain d ON r.scope_kind = 'domain' AND d.id = r.scope_id
           LEFT JOIN product p ON r.scope_kind = 'product' AND p.id = r.scope_id
           WHERE r.ended_at IS NULL AND (r.until IS NULL OR r.until > $1) ORDER BY r.role, r.id"#,
        now
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let (id, person) = (RoleGrantId(row.id), PersonId(row.person_id));
            Ok(RoleView { id, person, role: row.role.parse()?, scope_title: row.scope_title, until: row.until })
        })
        .collect()
}

/// The scope that words name, in use: `whole`, `sector:geospatial`, `domain:ssot-a`, `product:ssot-a.busroutes-dp`.
pub async fn scopes(conn: &mut PgConnection, words: &str) -> Result<Option<Scope>> {
    let (kind, name) = words.split_once(':').unwrap_or((words, ""));
    if kind == "whole" {
        return Ok(Some(Scope::Whole));
    }
    let id = match kind {
        "sector" => sqlx::query_scalar!("SELECT id FROM sector WHERE slug = $1 AND retired_at IS NULL", name).fetch_optional(conn).await?,
        "domain" => sqlx::query_scalar!("SELECT id FROM data_domain WHERE slug = $1 AND retired_at IS NULL", name).fetch_optional(conn).await?,
        "product" => sqlx::query_scalar!("SELECT id FROM product WHERE address = $1", name).fetch_optional(conn).await?,
        _ => None,
    };
    Ok(crate::session::scope(kind, id))
}

/// A scope as a form has it, with what people call it: `domain:geospatial/ssot-a`. None for a product, or for what is gone.
pub async fn scope_words(conn: &mut PgConnection, scope: Scope) -> Result<Option<(String, String)>> {
    match scope {
        Scope::Whole => Ok(Some(("whole".to_owned(), "Whole of government".to_owned()))),
        Scope::Sector(id) => {
            let row = sqlx::query!("SELECT slug, title FROM sector WHERE id = $1", id.0).fetch_optional(conn).await?;
            Ok(row.map(|row| (format!("sector:{}", row.slug), row.title)))
        }
        Scope::Domain(id) => {
            let row =
                sqlx::query!("SELECT d.slug, d.title, s.slug AS sector FROM data_domain d JOIN sector s ON s.id = d.sector_id WHERE d.id = $1", id.0)
                    .fetch_optional(conn)
                    .await?;
            Ok(row.map(|row| (format!("domain:{}/{}", row.sector, row.slug), row.title)))
        }
        Scope::Product(_) => Ok(None),
    }
}
