//! Columns whose values are to be held against the format of their concept. Taking one moves its next time on first, so that one that fails
//! or dies is not asked for at once again.

use super::polyseme::{POLYSEME, rule};
use crate::{Result, audit};
use chrono::{DateTime, TimeDelta, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::glossary::{ENOUGH, Rule};
use domain::id::{ProductId, TermId};
use sqlx::PgConnection;

/// How often a column is looked at when nothing changes.
const AGAIN: TimeDelta = TimeDelta::days(7);

/// One question to a source.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    pub product: ProductId,
    pub dataset: String,
    pub column: String,
    pub term: TermId,
    pub version: i32,
    pub rule: Rule,
    /// Schema and table; none while the dataset is not at a source, or the column is gone.
    pub table: Option<(String, String)>,
    /// The column holds personal data, or nobody has said yet what it holds.
    pub personal: bool,
}

/// Takes what is due, soonest first, and sets each one's next time. Call within a transaction, and commit before asking.
pub async fn checks_due(conn: &mut PgConnection, most: i64, now: DateTime<Utc>) -> Result<Vec<Due>> {
    let rows = sqlx::query!(
        r#"WITH taken AS (
               SELECT m.product_id, m.dataset_name, m.column_name, m.term_id, y.version, y.pattern, y.codes
               FROM polyseme_column m JOIN polyseme y ON y.term_id = m.term_id JOIN product p ON p.id = m.product_id
               WHERE m.state = 'carries' AND m.check_at <= $1 AND y.ended_at IS NULL AND p.status IN ('published', 'deprecated')
               ORDER BY m.check_at LIMIT $2 FOR UPDATE OF m SKIP LOCKED),
           moved AS (
               UPDATE polyseme_column m SET check_at = $3 FROM taken t
               WHERE m.product_id = t.product_id AND m.dataset_name = t.dataset_name AND m.column_name = t.column_name AND m.term_id = t.term_id)
           SELECT t.product_id AS "product_id!", t.dataset_name AS "dataset_name!", t.column_name AS "column_name!", t.term_id AS "term_id!",
                  t.version AS "version!", t.pattern AS "pattern?", t.codes AS "codes?", d.table_schema AS "table_schema?", d.table_name AS "table_name?",
                  (c.personal <> 'none' OR NOT c.classified) AS "personal?"
           FROM taken t LEFT JOIN (dataset d JOIN data_column c ON c.dataset_id = d.id)
               ON d.product_id = t.product_id AND d.name = t.dataset_name AND c.name = t.column_name"#,
        now,
        most,
        now + AGAIN
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Due {
                product: ProductId(row.product_id),
                dataset: row.dataset_name,
                column: row.column_name,
                term: TermId(row.term_id),
                version: row.version,
                rule: rule(row.pattern, row.codes)?,
                table: row.table_schema.zip(row.table_name),
                personal: row.personal.unwrap_or(true),
            })
        })
        .collect()
}

/// Writes down what the source counted. When too few values have the format, and that is new, whoever looks after the product is told. What
/// was counted by a rule that has changed meanwhile says nothing, and is not written.
pub async fn looked_at(conn: &mut PgConnection, due: &Due, share: f64, looked: i64, now: DateTime<Utc>) -> Result<()> {
    let before = sqlx::query!(
        "SELECT m.share, p.address, t.slug FROM polyseme_column m JOIN polyseme y ON y.term_id = m.term_id JOIN glossary_term t ON t.id = m.term_id
         JOIN product p ON p.id = m.product_id
         WHERE m.product_id = $1 AND m.dataset_name = $2 AND m.column_name = $3 AND m.term_id = $4 AND m.state = 'carries' AND y.version = $5
         FOR UPDATE OF m",
        due.product.0,
        due.dataset,
        due.column,
        due.term.0,
        due.version
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(before) = before else { return Ok(()) };
    sqlx::query!(
        "UPDATE polyseme_column SET checked_at = $5, share = $6, looked = $7, check_error = NULL
         WHERE product_id = $1 AND dataset_name = $2 AND column_name = $3 AND term_id = $4",
        due.product.0,
        due.dataset,
        due.column,
        due.term.0,
        now,
        share,
        looked
    )
    .execute(&mut *conn)
    .await?;
    if share >= ENOUGH || before.share.is_some_and(|before| before < ENOUGH) {
        return Ok(());
    }
    let event = AuditEvent {
        product: Some(due.product),
        address: Some(before.address),
        detail: Some(format!("{}.{}: {}, {share} % of {looked}", due.dataset, due.column, before.slug)),
        ..AuditEvent::done(None, AuditAction::PolysemeMiss, POLYSEME, Some(due.term.0), Origin::default())
    };
    audit::append(conn, &event, now).await
}

/// Notes what was said instead of a number; what was counted before stays.
pub async fn not_looked_at(conn: &mut PgConnection, due: &Due, why: &str) -> Result<()> {
    sqlx::query!(
        "UPDATE polyseme_column SET check_error = $5 WHERE product_id = $1 AND dataset_name = $2 AND column_name = $3 AND term_id = $4",
        due.product.0,
        due.dataset,
        due.column,
        due.term.0,
        why
    )
    .execute(conn)
    .await?;
    Ok(())
}
