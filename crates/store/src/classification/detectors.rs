//! Detectors that domains add, as data.

use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::catalogue::PersonalCategory;
use domain::id::{DetectorId, DomainId, PersonId};
use domain::organisation::Scope;
use sqlx::PgConnection;

/// A detector in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetectorLine {
    pub id: DetectorId,
    pub name: String,
    pub scope: Scope,
    /// Short name and title of its domain; none for all.
    pub domain: Option<(String, String)>,
    pub category: PersonalCategory,
    pub name_patterns: Vec<String>,
    pub value_pattern: Option<String>,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
}

/// Those in use, by domain and name.
pub async fn detectors(conn: &mut PgConnection) -> Result<Vec<DetectorLine>> {
    let rows = sqlx::query!(
        r#"SELECT t.id, t.name, t.domain_id, d.slug AS "slug?", d.title AS "title?", t.category, t.name_patterns, t.value_pattern, p.name AS made_by, t.made_at
           FROM detector t LEFT JOIN data_domain d ON d.id = t.domain_id JOIN person p ON p.id = t.made_by
           WHERE t.retired_at IS NULL ORDER BY d.slug NULLS FIRST, lower(t.name), t.id"#
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(DetectorLine {
                id: DetectorId(row.id),
                name: row.name,
                scope: row.domain_id.map_or(Scope::Whole, |id| Scope::Domain(DomainId(id))),
                domain: row.slug.zip(row.title),
                category: row.category.parse()?,
                name_patterns: row.name_patterns,
                value_pattern: row.value_pattern,
                made_by: row.made_by,
                made_at: row.made_at,
            })
        })
        .collect()
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDetector {
    pub id: DetectorId,
    pub name: String,
    pub domain: Option<DomainId>,
    pub category: PersonalCategory,
    pub name_patterns: Vec<String>,
    pub value_pattern: Option<String>,
}

async fn written_down(conn: &mut PgConnection, actor: PersonId, id: DetectorId, detail: String, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    let event = AuditEvent::done(Some(actor), AuditAction::DetectorChange, "detector", Some(id.0), origin.clone());
    audit::append(conn, &AuditEvent { detail: Some(detail), ..event }, now).await
}

/// Adds a detector; columns are looked at again. False when the place has one of this name.
pub async fn add_detector(conn: &mut PgConnection, actor: PersonId, new: &NewDetector, origin: &Origin, now: DateTime<Utc>) -> Result<bool> {
    let known = sqlx::query_scalar!(
        "SELECT id FROM detector WHERE retired_at IS NULL AND lower(name) = lower($1) AND domain_id IS NOT DISTINCT FROM $2",
        new.name,
        new.domain.map(|id| id.0)
    );
    if known.fetch_optional(&mut *conn).await?.is_some() {
        return Ok(false);
    }
    let added = sqlx::query!(
        "INSERT INTO detector (id, name, domain_id, category, name_patterns, value_pattern, made_by, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        new.id.0,
        new.name,
        new.domain.map(|id| id.0),
        new.category.as_str(),
        &new.name_patterns,
        new.value_pattern,
        actor.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    if added.rows_affected() == 0 {
        return Ok(false);
    }
    let patterns = format!("names {}; values {}", new.name_patterns.join(" or "), new.value_pattern.as_deref().unwrap_or("any"));
    written_down(conn, actor, new.id, format!("added “{}”, {}: {patterns}", new.name, new.category.label()), origin, now).await?;
    Ok(true)
}

/// Takes a detector out of use. False when it is so already.
pub async fn retire_detector(conn: &mut PgConnection, actor: PersonId, id: DetectorId, origin: &Origin, now: DateTime<Utc>) -> Result<bool> {
    let name = sqlx::query_scalar!(
        "UPDATE detector SET retired_at = $2, retired_by = $3 WHERE id = $1 AND retired_at IS NULL RETURNING name",
        id.0,
        now,
        actor.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(name) = name else { return Ok(false) };
    written_down(conn, actor, id, format!("retired “{name}”"), origin, now).await?;
    Ok(true)
}
