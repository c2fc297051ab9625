//! How a product's columns came to be what they are.

use super::columns::{class, some_class};
use crate::Result;
use chrono::{DateTime, Utc};
use domain::classification::{ColumnClass, SaidBy, Verdict};
use domain::id::ProductId;
use sqlx::PgConnection;

/// One decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// `dataset.column`.
    pub column: String,
    pub verdict: Verdict,
    /// None: nobody had said what it was.
    pub from: Option<ColumnClass>,
    pub to: ColumnClass,
    pub by: String,
    pub at: DateTime<Utc>,
    pub note: String,
    /// What was proposed, with the confidence.
    pub proposed: Option<(ColumnClass, f64)>,
    /// The version of the scheme whose words held.
    pub scheme: i32,
}

/// One contradiction, standing or settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    pub column: String,
    pub said_by: SaidBy,
    pub says: ColumnClass,
    pub raised_at: DateTime<Utc>,
    pub settled_at: Option<DateTime<Utc>>,
}

/// Decisions and conflicts about a product's columns, or about one (`dataset.column`), newest first; at most `most` of each.
pub async fn history(conn: &mut PgConnection, product: ProductId, column: Option<&str>, most: i64) -> Result<(Vec<Change>, Vec<Conflict>)> {
    let rows = sqlx::query!(
        r#"SELECT d.name || '.' || e.column_name AS "column!", e.verdict, e.was_classification, e.was_sensitivity, e.was_personal, e.classification,
                  e.sensitivity, e.personal, w.name AS by_name, e.decided_at, e.note, e.scheme_version, p.classification AS "p_classification?",
                  p.sensitivity AS "p_sensitivity?", p.personal AS "p_personal?", p.confidence AS "confidence?"
           FROM column_decision e JOIN dataset d ON d.id = e.dataset_id JOIN person w ON w.id = e.decided_by LEFT JOIN column_proposal p ON p.id = e.proposal_id
           WHERE d.product_id = $1 AND ($2::text IS NULL OR d.name || '.' || e.column_name = $2) ORDER BY e.decided_at DESC, e.id DESC LIMIT $3"#,
        product.0,
        column,
        most
    )
    .fetch_all(&mut *conn)
    .await?;
    let changes = rows.into_iter().map(|row| {
        Ok(Change {
            column: row.column,
            verdict: row.verdict.parse()?,
            from: some_class((row.was_classification, row.was_sensitivity, row.was_personal))?,
            to: class(&row.classification, &row.sensitivity, &row.personal)?,
            by: row.by_name,
            at: row.decided_at,
            note: row.note,
            proposed: some_class((row.p_classification, row.p_sensitivity, row.p_personal))?.zip(row.confidence),
            scheme: row.scheme_version,
        })
    });
    let changes = changes.collect::<Result<Vec<_>>>()?;
    let rows = sqlx::query!(
        r#"SELECT d.name || '.' || x.column_name AS "column!", x.said_by, x.classification, x.sensitivity, x.personal, x.raised_at, x.settled_at
           FROM column_conflict x JOIN dataset d ON d.id = x.dataset_id
           WHERE d.product_id = $1 AND ($2::text IS NULL OR d.name || '.' || x.column_name = $2) ORDER BY x.raised_at DESC, x.id DESC LIMIT $3"#,
        product.0,
        column,
        most
    )
    .fetch_all(conn)
    .await?;
    let conflicts = rows.into_iter().map(|row| {
        Ok(Conflict {
            column: row.column,
            said_by: row.said_by.parse()?,
            says: class(&row.classification, &row.sensitivity, &row.personal)?,
            raised_at: row.raised_at,
            settled_at: row.settled_at,
        })
    });
    Ok((changes, conflicts.collect::<Result<_>>()?))
}
