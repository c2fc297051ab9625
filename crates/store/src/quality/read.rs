//! Results as a product's readers see them: how it is now, and each run.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::{ProductId, QualityRunId};
use domain::quality::{Layer, Outcome, Passed, Tool};
use sqlx::PgConnection;

/// A check with what a run said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckLine {
    pub tool: Tool,
    pub layer: Layer,
    pub title: String,
    pub dataset: Option<String>,
    pub column: Option<String>,
    pub outcome: Outcome,
    pub unexpected: Option<i64>,
    pub looked: Option<i64>,
    /// What Pasar measured, or why it has no number.
    pub value: Option<f64>,
    pub why: Option<String>,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunLine {
    pub id: QualityRunId,
    pub tool: Tool,
    pub tool_version: Option<String>,
    pub suite: Option<String>,
    pub at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    /// Whose token it came with; nobody's for Pasar's own.
    pub said_by: Option<String>,
    pub passed: Passed,
}

struct Row {
    tool: String,
    layer: String,
    title: String,
    dataset_name: Option<String>,
    column_name: Option<String>,
    outcome: String,
    unexpected: Option<i64>,
    looked: Option<i64>,
    value: Option<f64>,
    why: Option<String>,
    at: DateTime<Utc>,
}

impl Row {
    fn line(self) -> Result<CheckLine> {
        Ok(CheckLine {
            tool: self.tool.parse()?,
            layer: self.layer.parse()?,
            title: self.title,
            dataset: self.dataset_name,
            column: self.column_name,
            outcome: self.outcome.parse()?,
            unexpected: self.unexpected,
            looked: self.looked,
            value: self.value,
            why: self.why,
            at: self.at,
        })
    }
}

/// How a product's checks stand: those of the latest run of each suite of each tool, what failed first.
pub async fn checks_now(conn: &mut PgConnection, product: ProductId) -> Result<Vec<CheckLine>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT q.tool, q.layer, q.title, q.dataset_name, q.column_name, x.outcome, x.unexpected, x.looked, x.value, x.why, n.at
         FROM (SELECT DISTINCT ON (r.tool, r.suite) r.id, r.at FROM quality_run r WHERE r.product_id = $1 ORDER BY r.tool, r.suite, r.at DESC, r.id DESC) n
         JOIN quality_result x ON x.run_id = n.id JOIN quality_rule q ON q.id = x.rule_id
         ORDER BY x.outcome IN ('failed', 'error') DESC, q.layer, q.dataset_name, q.title, q.id",
        product.0
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::line).collect()
}

/// What one run said, what failed first.
pub async fn checks_of(conn: &mut PgConnection, run: QualityRunId) -> Result<Vec<CheckLine>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT q.tool, q.layer, q.title, q.dataset_name, q.column_name, x.outcome, x.unexpected, x.looked, x.value, x.why, r.at
         FROM quality_run r JOIN quality_result x ON x.run_id = r.id JOIN quality_rule q ON q.id = x.rule_id WHERE r.id = $1
         ORDER BY x.outcome IN ('failed', 'error') DESC, q.layer, q.dataset_name, q.title, q.id",
        run.0
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::line).collect()
}

fn passed(passed: i32, failed: i32) -> Passed {
    let count = |n: i32| usize::try_from(n).unwrap_or_default();
    Passed { passed: count(passed), counted: count(passed) + count(failed) }
}

/// Runs of a product, newest first.
pub async fn runs(conn: &mut PgConnection, product: ProductId, most: i64) -> Result<Vec<RunLine>> {
    let rows = sqlx::query!(
        r#"SELECT r.id, r.tool, r.tool_version, r.suite, r.at, r.recorded_at, h.name AS "name?", r.passed, r.failed
           FROM quality_run r LEFT JOIN person h ON h.id = r.said_by WHERE r.product_id = $1 ORDER BY r.at DESC, r.id DESC LIMIT $2"#,
        product.0,
        most
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(RunLine {
                id: QualityRunId(row.id),
                tool: row.tool.parse()?,
                tool_version: row.tool_version,
                suite: row.suite,
                at: row.at,
                recorded_at: row.recorded_at,
                said_by: row.name,
                passed: passed(row.passed, row.failed),
            })
        })
        .collect()
}

/// One run of this product.
pub async fn run(conn: &mut PgConnection, product: ProductId, id: QualityRunId) -> Result<Option<RunLine>> {
    let row = sqlx::query!(
        r#"SELECT r.tool, r.tool_version, r.suite, r.at, r.recorded_at, h.name AS "name?", r.passed, r.failed
           FROM quality_run r LEFT JOIN person h ON h.id = r.said_by WHERE r.product_id = $1 AND r.id = $2"#,
        product.0,
        id.0
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(RunLine {
            id,
            tool: row.tool.parse()?,
            tool_version: row.tool_version,
            suite: row.suite,
            at: row.at,
            recorded_at: row.recorded_at,
            said_by: row.name,
            passed: passed(row.passed, row.failed),
        })
    })
    .transpose()
}
