//! Which rules Pasar is to run now, and what it is asked of. Taking a product moves its next time on first, so that one that fails or dies is not
//! asked for at once again.

use super::declare::format;
use crate::Result;
use chrono::{DateTime, TimeDelta, Utc};
use domain::glossary::Rule;
use domain::id::ProductId;
use domain::quality::Layer;
use domain::service_level::{Comparison, Measure};
use sqlx::PgConnection;

/// How often rules are run when nothing changes.
const AGAIN: TimeDelta = TimeDelta::days(1);
/// How soon again where the source could not be reached.
const SOON: TimeDelta = TimeDelta::hours(1);

/// A rule as the source is asked for it.
#[derive(Debug, Clone, PartialEq)]
pub struct ProbedRule {
    pub name: String,
    pub title: String,
    pub layer: Layer,
    pub dataset: String,
    pub column: Option<String>,
    pub measure: Measure,
    pub range: Option<(f64, f64)>,
    pub format: Option<Rule>,
    pub comparison: Comparison,
    pub bound: f64,
    /// Schema and table; none while the dataset is not at a source, or gone.
    pub table: Option<(String, String)>,
    /// The column holds personal data, or nobody has said yet what it holds.
    pub personal: bool,
}

/// How a column's values are declared to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnFormat {
    pub rule: Rule,
    pub personal: bool,
}

/// Takes products whose rules are due, soonest first, and sets each one's next time. Call within a transaction, and commit before asking.
pub async fn rules_due(conn: &mut PgConnection, most: i64, now: DateTime<Utc>) -> Result<Vec<(ProductId, String)>> {
    let rows = sqlx::query!(
        r#"WITH taken AS (
             SELECT b.product_id, p.address FROM quality_probe b JOIN product p ON p.id = b.product_id
             WHERE b.probe_at <= $1 AND p.status IN ('published', 'deprecated') ORDER BY b.probe_at LIMIT $2 FOR UPDATE OF b SKIP LOCKED)
         UPDATE quality_probe b SET probe_at = $3 FROM taken t WHERE b.product_id = t.product_id RETURNING b.product_id, t.address AS "address!""#,
        now,
        most,
        now + AGAIN
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (ProductId(row.product_id), row.address)).collect())
}

/// What Pasar measures of a product itself.
pub async fn probed_rules(conn: &mut PgConnection, product: ProductId) -> Result<Vec<ProbedRule>> {
    let rows = sqlx::query!(
        r#"SELECT q.name, q.title, q.layer, q.dataset_name AS "dataset_name!", q.column_name, q.measure, q.low, q.high, q.pattern, q.codes,
                  q.comparison AS "comparison!", q.bound AS "bound!", d.table_schema AS "table_schema?", d.table_name AS "table_name?",
                  (c.personal <> 'none' OR NOT c.classified) AS "personal?"
           FROM quality_declared q LEFT JOIN dataset d ON d.product_id = q.product_id AND d.name = q.dataset_name
           LEFT JOIN data_column c ON c.dataset_id = d.id AND c.name = q.column_name
           WHERE q.product_id = $1 AND q.measure <> 'reported' ORDER BY q.origin, q.position, q.name"#,
        product.0
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ProbedRule {
                name: row.name,
                title: row.title,
                layer: row.layer.parse()?,
                dataset: row.dataset_name,
                column: row.column_name,
                measure: row.measure.parse()?,
                range: row.low.zip(row.high),
                format: format(row.pattern, row.codes)?,
                comparison: row.comparison.parse()?,
                bound: row.bound,
                table: row.table_schema.zip(row.table_name),
                personal: row.personal.unwrap_or(true),
            })
        })
        .collect()
}

/// How values of a column are declared to be written: by a rule of its product, else by the concept that it carries. None where nobody said.
pub async fn format_of(conn: &mut PgConnection, product: ProductId, dataset: &str, column: &str) -> Result<Option<ColumnFormat>> {
    let row = sqlx::query!(
        r#"SELECT f.pattern AS "pattern?", f.codes AS "codes?",
                  (SELECT c.personal <> 'none' OR NOT c.classified FROM data_column c JOIN dataset d ON d.id = c.dataset_id
                   WHERE d.product_id = $1 AND d.name = $2 AND c.name = $3) AS "personal?"
           FROM (SELECT 1 AS first, q.name, q.pattern, q.codes FROM quality_declared q
                 WHERE q.product_id = $1 AND q.dataset_name = $2 AND q.column_name = $3 AND q.measure = 'written'
                 UNION ALL
                 SELECT 2, m.term_id::text, y.pattern, y.codes FROM polyseme_column m JOIN polyseme y ON y.term_id = m.term_id
                 WHERE m.product_id = $1 AND m.dataset_name = $2 AND m.column_name = $3 AND m.state = 'carries' AND y.ended_at IS NULL) f
           ORDER BY f.first, f.name LIMIT 1"#,
        product.0,
        dataset,
        column
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let rule = format(row.pattern, row.codes)?;
    Ok(rule.map(|rule| ColumnFormat { rule, personal: row.personal.unwrap_or(true) }))
}

/// Notes why nothing was run, and tries again soon.
pub async fn put_off(conn: &mut PgConnection, product: ProductId, why: &str, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("UPDATE quality_probe SET probe_error = $2, probe_at = least(probe_at, $3) WHERE product_id = $1", product.0, why, now + SOON)
        .execute(conn)
        .await?;
    Ok(())
}

/// Why the last turn came to nothing; none when it did not.
pub async fn probe_error(conn: &mut PgConnection, product: ProductId) -> Result<Option<String>> {
    let error = sqlx::query_scalar!("SELECT probe_error FROM quality_probe WHERE product_id = $1", product.0).fetch_optional(conn).await?;
    Ok(error.flatten())
}
