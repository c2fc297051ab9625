//! The levels in versions. A version is written whole and never changed.

use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::classification::{JoinRule, Level, Scheme};
use domain::id::PersonId;
use sqlx::PgConnection;

/// A version in the list of versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemeLine {
    pub version: i32,
    pub note: String,
    pub made_at: DateTime<Utc>,
    pub made_by: Option<String>,
}

/// The version in force.
pub async fn scheme(conn: &mut PgConnection) -> Result<Scheme> {
    some_scheme(conn, None).await?.ok_or_else(|| StoreError::Conflict("there is no classification scheme".into()))
}

pub async fn scheme_version(conn: &mut PgConnection, version: i32) -> Result<Option<Scheme>> {
    some_scheme(conn, Some(version)).await
}

async fn some_scheme(conn: &mut PgConnection, version: Option<i32>) -> Result<Option<Scheme>> {
    let row = sqlx::query!(
        r#"SELECT s.version, s.join_from, s.join_classification, s.join_sensitivity, s.note, s.made_at, p.name AS "made_by?"
           FROM classification_scheme s LEFT JOIN person p ON p.id = s.made_by WHERE $1::int IS NULL OR s.version = $1
           ORDER BY s.version DESC LIMIT 1"#,
        version
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let levels = sqlx::query!(
        "SELECT dimension, code, title, meaning, guidance, in_use FROM classification_level WHERE version = $1 ORDER BY dimension DESC, position",
        row.version
    )
    .fetch_all(conn)
    .await?;
    let levels = levels.into_iter().map(|level| {
        Ok(Level {
            dimension: level.dimension.parse()?,
            code: level.code,
            title: level.title,
            meaning: level.meaning,
            guidance: level.guidance,
            in_use: level.in_use,
        })
    });
    Ok(Some(Scheme {
        version: row.version,
        levels: levels.collect::<Result<_>>()?,
        join: JoinRule {
            from: usize::try_from(row.join_from).unwrap_or(usize::MAX),
            classification: row.join_classification.parse()?,
            sensitivity: row.join_sensitivity.parse()?,
        },
        note: row.note,
        made_at: row.made_at,
        made_by: row.made_by,
    }))
}

/// Every version, newest first.
pub async fn scheme_versions(conn: &mut PgConnection) -> Result<Vec<SchemeLine>> {
    let rows = sqlx::query_as!(
        SchemeLine,
        r#"SELECT s.version, s.note, s.made_at, p.name AS "made_by?" FROM classification_scheme s LEFT JOIN person p ON p.id = s.made_by
           ORDER BY s.version DESC"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Makes the version after `over`, in which one level reads otherwise. False when another version came meanwhile.
pub async fn change_scheme(
    conn: &mut PgConnection,
    actor: PersonId,
    over: i32,
    level: &Level,
    note: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<bool> {
    let made = sqlx::query_scalar!(
        "INSERT INTO classification_scheme (version, join_from, join_classification, join_sensitivity, note, made_at, made_by)
         SELECT version + 1, join_from, join_classification, join_sensitivity, $2, $3, $4 FROM classification_scheme
         WHERE version = $1 AND version = (SELECT max(version) FROM classification_scheme)
         ON CONFLICT (version) DO NOTHING RETURNING version",
        over,
        note,
        now,
        actor.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(version) = made else { return Ok(false) };
    sqlx::query!(
        "INSERT INTO classification_level (version, dimension, code, position, title, meaning, guidance, in_use)
         SELECT $2, l.dimension, l.code, l.position, CASE WHEN l.code = $3 THEN $4 ELSE l.title END, CASE WHEN l.code = $3 THEN $5 ELSE l.meaning END,
                CASE WHEN l.code = $3 THEN $6 ELSE l.guidance END, CASE WHEN l.code = $3 THEN $7 ELSE l.in_use END
         FROM classification_level l WHERE l.version = $1",
        over,
        version,
        level.code,
        level.title,
        level.meaning,
        level.guidance,
        level.in_use
    )
    .execute(&mut *conn)
    .await?;
    let state = if level.in_use { "in use" } else { "not in use" };
    let event = AuditEvent {
        reason: Some(note.to_owned()),
        detail: Some(format!("version {version}: {} is “{}”, {state}", level.code, level.title)),
        ..AuditEvent::done(Some(actor), AuditAction::SchemeChange, "classification scheme", None, origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok(true)
}
