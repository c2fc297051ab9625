//! Broader and narrower terms, and what was changed of a term.

use super::write::TERM;
use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::TermId;
use sqlx::PgConnection;

/// A term beside another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    pub slug: String,
    pub name: String,
}

/// Broader terms, the broadest first.
pub async fn broader(conn: &mut PgConnection, term: TermId) -> Result<Vec<Related>> {
    let rows = sqlx::query_as!(
        Related,
        r#"WITH RECURSIVE up AS (
               SELECT p.id, p.slug, p.name, p.parent_id, 1 AS steps FROM glossary_term t JOIN glossary_term p ON p.id = t.parent_id WHERE t.id = $1
               UNION ALL SELECT p.id, p.slug, p.name, p.parent_id, u.steps + 1 FROM up u JOIN glossary_term p ON p.id = u.parent_id)
           SELECT slug AS "slug!", name AS "name!" FROM up ORDER BY steps DESC"#,
        term.0
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Terms one step narrower, by name.
pub async fn narrower(conn: &mut PgConnection, term: TermId) -> Result<Vec<Related>> {
    let rows = sqlx::query_as!(
        Related,
        "SELECT slug, name FROM glossary_term WHERE parent_id = $1 AND retired_at IS NULL ORDER BY lower(name), slug",
        term.0
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// A change of a term or of its format, as the audit trail has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermChange {
    pub at: DateTime<Utc>,
    /// None for a document.
    pub by: Option<String>,
    pub what: Option<String>,
    pub reason: Option<String>,
}

/// Newest first, at most `limit`.
pub async fn term_changes(conn: &mut PgConnection, term: TermId, limit: i64) -> Result<Vec<TermChange>> {
    let rows = sqlx::query_as!(
        TermChange,
        r#"SELECT e.at AS "at!", p.name AS "by?", e.detail AS "what?", e.reason AS "reason?" FROM audit_event e LEFT JOIN person p ON p.id = e.actor_id
           WHERE e.object_id = $1 AND e.outcome = 'done'
             AND (e.object_kind = $2 AND e.action = 'glossary.change' OR e.object_kind = $3 AND e.action = 'polyseme.change')
           ORDER BY e.id DESC LIMIT $4"#,
        term.0,
        TERM,
        super::polyseme::POLYSEME,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}
