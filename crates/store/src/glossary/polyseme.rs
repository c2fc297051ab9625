//! The format of terms that many columns carry: read, written by documents and by who keeps the term, and ended. Each change is a version,
//! and every column is looked at anew.

use super::read::Term;
use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::glossary::{FormatRule, Rule, TermDocument, check_format};
use domain::id::{PersonId, TermId};
use sqlx::PgConnection;
use uuid::Uuid;

pub(super) const POLYSEME: &str = "polyseme";

/// The format of a term's values, as it holds now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Polyseme {
    pub version: i32,
    pub format: FormatRule,
    pub changed_at: DateTime<Utc>,
    /// None for a document.
    pub changed_by: Option<String>,
}

/// None when the term is no polyseme.
pub async fn polyseme(conn: &mut PgConnection, term: TermId) -> Result<Option<Polyseme>> {
    let row = sqlx::query!(
        r#"SELECT y.version AS "version!", y.pattern, y.codes, y.description AS "description!", y.example AS "example!", y.changed_at AS "changed_at!",
                  p.name AS "changed_by?"
           FROM polyseme y LEFT JOIN person p ON p.id = y.changed_by WHERE y.term_id = $1 AND y.ended_at IS NULL"#,
        term.0
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let format = FormatRule { rule: rule(row.pattern, row.codes)?, description: row.description, example: row.example };
    Ok(Some(Polyseme { version: row.version, format, changed_at: row.changed_at, changed_by: row.changed_by }))
}

pub(super) fn rule(pattern: Option<String>, codes: Option<Vec<String>>) -> Result<Rule> {
    Rule::stored(pattern, codes).map_err(|why| StoreError::Conflict(format!("a stored format cannot be read: {why}")))
}

/// Gives a term a format, or another one. False when it has this one already.
pub async fn set_format(
    conn: &mut PgConnection,
    actor: PersonId,
    term: &Term,
    format: &FormatRule,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<bool> {
    write(conn, Some(actor), (term.id.0, term.slug.as_str()), format, origin, now).await
}

/// Ends a format: the term is no polyseme any more, and no column carries it. False when it has none.
pub async fn end_format(conn: &mut PgConnection, actor: PersonId, term: &Term, reason: &str, origin: &Origin, now: DateTime<Utc>) -> Result<bool> {
    let version = sqlx::query_scalar!(
        "UPDATE polyseme SET ended_at = $2, origin = 'page', version = version + 1, changed_at = $2, changed_by = $3
         WHERE term_id = $1 AND ended_at IS NULL RETURNING version",
        term.id.0,
        now,
        actor.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(version) = version else { return Ok(false) };
    sqlx::query!("DELETE FROM polyseme_column WHERE term_id = $1", term.id.0).execute(&mut *conn).await?;
    let event = AuditEvent::done(Some(actor), AuditAction::PolysemeChange, POLYSEME, Some(term.id.0), origin.clone());
    let event = AuditEvent { detail: Some(format!("{} version {version}: ended", term.slug)), reason: Some(reason.to_owned()), ..event };
    audit::append(conn, &event, now).await?;
    Ok(true)
}

/// Makes the format of a term what its document says, unless somebody changed it since on the term's page; and lets columns carry what their names
/// say when the document `changed`. Gives whether the format was written.
pub(super) async fn follow_document(conn: &mut PgConnection, term: &TermDocument, changed: bool, now: DateTime<Utc>) -> Result<bool> {
    let id = sqlx::query_scalar!("SELECT id FROM glossary_term WHERE slug = $1 AND retired_at IS NULL", term.slug).fetch_optional(&mut *conn).await?;
    // One that is out of use has no format.
    let Some(id) = id else { return Ok(false) };
    let mut written = false;
    if let Some(form) = &term.format {
        let format = check_format(form).map_err(|wrong| {
            let faults: Vec<String> = wrong.into_iter().map(|violation| violation.message).collect();
            StoreError::Conflict(format!("the format of the term {} is none: {}", term.slug, faults.join(" ")))
        })?;
        written = write(conn, None, (id, term.slug.as_str()), &format, &Origin::default(), now).await?;
    }
    if changed && !written {
        carry_by_name(conn, id).await?;
    }
    Ok(written)
}

/// By a person, or by a document when there is none.
async fn write(
    conn: &mut PgConnection,
    actor: Option<PersonId>,
    (term, slug): (Uuid, &str),
    format: &FormatRule,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<bool> {
    let by = if actor.is_some() { "page" } else { "document" };
    let version = sqlx::query_scalar!(
        "INSERT INTO polyseme AS y (term_id, version, pattern, codes, description, example, origin, changed_at, changed_by)
         VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (term_id) DO UPDATE SET version = y.version + 1, pattern = excluded.pattern, codes = excluded.codes,
             description = excluded.description, example = excluded.example, origin = excluded.origin, changed_at = excluded.changed_at,
             changed_by = excluded.changed_by, ended_at = NULL
         WHERE (excluded.origin = 'page' OR y.origin = 'document')
             AND (y.ended_at IS NOT NULL OR (y.pattern, y.codes, y.description, y.example)
                 IS DISTINCT FROM (excluded.pattern, excluded.codes, excluded.description, excluded.example))
         RETURNING version",
        term,
        format.rule.pattern(),
        format.rule.codes(),
        format.description,
        format.example,
        by,
        now,
        actor.map(|person| person.0)
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(version) = version else { return Ok(false) };
    // What was counted speaks of another rule.
    sqlx::query!(
        "UPDATE polyseme_column m SET checked_at = NULL, share = NULL, looked = NULL, check_error = NULL,
             check_at = CASE WHEN EXISTS (SELECT FROM dataset d WHERE d.product_id = m.product_id AND d.name = m.dataset_name AND d.table_name IS NOT NULL)
                        THEN 'epoch' ELSE 'infinity' END::timestamptz
         WHERE m.term_id = $1",
        term
    )
    .execute(&mut *conn)
    .await?;
    carry_by_name(conn, term).await?;
    let event = AuditEvent::done(actor, AuditAction::PolysemeChange, POLYSEME, Some(term), origin.clone());
    let detail = format!("{slug} version {version}: {}; example {}; {}", format.rule.in_short(), format.example, format.description);
    audit::append(conn, &AuditEvent { detail: Some(detail), ..event }, now).await?;
    Ok(true)
}

/// Lets each column carry the term whose names say so, and no other, as far as no person said otherwise. Columns that come later do so by a
/// trigger.
pub(super) async fn carry_by_name(conn: &mut PgConnection, term: Uuid) -> Result<()> {
    sqlx::query!(
        "DELETE FROM polyseme_column m USING glossary_term t
         WHERE m.term_id = $1 AND t.id = m.term_id AND m.origin = 'name' AND NOT lower(m.column_name) = ANY (t.column_names)",
        term
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO polyseme_column (product_id, dataset_name, column_name, term_id, state, origin, check_at)
         SELECT d.product_id, d.name, c.name, y.term_id, 'carries', 'name', CASE WHEN d.table_name IS NULL THEN 'infinity' ELSE 'epoch' END::timestamptz
         FROM polyseme y JOIN glossary_term t ON t.id = y.term_id JOIN data_column c ON lower(c.name) = ANY (t.column_names)
         JOIN dataset d ON d.id = c.dataset_id
         WHERE y.term_id = $1 AND y.ended_at IS NULL ON CONFLICT DO NOTHING",
        term
    )
    .execute(conn)
    .await?;
    Ok(())
}
