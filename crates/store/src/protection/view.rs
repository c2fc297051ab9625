//! What a steward sees of how a product is protected: columns with what was chosen, waivers, rules for rows, and agreements in force.

use super::{ProtectedColumn, columns};
use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::{AgreementId, DatasetId, ProductId};
use domain::protection::DatasetPolicy;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// One dataset of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtectedDataset {
    pub id: DatasetId,
    pub name: String,
    pub title: String,
    /// Where its rows stand; none when it has no table here.
    pub table: Option<(String, String)>,
    pub columns: Vec<ColumnLine>,
    /// What holds for its rows together.
    pub policy: DatasetPolicy,
    /// What is about to hold for them, when a change was interrupted.
    pub pending: Option<DatasetPolicy>,
    /// Agreements in force that were given something of it.
    pub agreements: i64,
}

/// One column, in the order of its dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnLine {
    pub name: String,
    /// Somebody has said what it is.
    pub classified: bool,
    pub held: ProtectedColumn,
    pub waiver: Option<Waiver>,
}

/// What a steward may not choose alone, allowed until a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    pub reason: String,
    pub by: String,
    pub until: DateTime<Utc>,
}

/// Every dataset of a product that has columns, in order.
pub async fn datasets(conn: &mut PgConnection, product: ProductId) -> Result<Vec<ProtectedDataset>> {
    let rows = sqlx::query!(
        r#"SELECT d.id, d.name, d.title, d.table_schema, d.table_name, d.policy AS "policy: Json<DatasetPolicy>",
                  d.policy_tightening AS "pending: Json<DatasetPolicy>",
                  (SELECT count(DISTINCT a.id) FROM agreement a JOIN agreement_dataset x ON x.agreement_id = a.id
                   WHERE x.dataset_id = d.id AND a.state = 'active') AS "agreements!"
           FROM dataset d WHERE d.product_id = $1 AND EXISTS (SELECT FROM data_column c WHERE c.dataset_id = d.id) ORDER BY d.position"#,
        product.0
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut held = columns(conn, &ids).await?;
    let lines = sqlx::query!(
        r#"SELECT c.dataset_id, c.name, c.classified, w.reason AS "reason?", w.until AS "until?", p.name AS "by?"
           FROM data_column c
           LEFT JOIN technique_waiver w ON w.dataset_id = c.dataset_id AND w.column_name = c.name AND w.ended_at IS NULL
           LEFT JOIN person p ON p.id = w.granted_by
           WHERE c.dataset_id = ANY($1) ORDER BY c.position"#,
        &ids
    )
    .fetch_all(conn)
    .await?;
    let mut all: Vec<ProtectedDataset> = rows
        .into_iter()
        .map(|row| ProtectedDataset {
            id: DatasetId(row.id),
            name: row.name,
            title: row.title,
            table: row.table_schema.zip(row.table_name),
            columns: vec![],
            policy: row.policy.0,
            pending: row.pending.map(|policy| policy.0),
            agreements: row.agreements,
        })
        .collect();
    for line in lines {
        let known = held.get_mut(&line.dataset_id).and_then(|all| all.remove(&line.name));
        let (Some(known), Some(dataset)) = (known, all.iter_mut().find(|one| one.id.0 == line.dataset_id)) else { continue };
        let waiver = match (line.reason, line.until, line.by) {
            (Some(reason), Some(until), Some(by)) => Some(Waiver { reason, by, until }),
            _ => None,
        };
        dataset.columns.push(ColumnLine { name: line.name, classified: line.classified, held: known, waiver });
    }
    Ok(all)
}

/// The waiver that stands for a column.
pub async fn waiver(conn: &mut PgConnection, dataset: DatasetId, column: &str) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!("SELECT id FROM technique_waiver WHERE dataset_id = $1 AND column_name = $2 AND ended_at IS NULL", dataset.0, column)
        .fetch_optional(conn)
        .await?)
}

/// An agreement in force that reads a dataset, and under which name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingAgreement {
    pub id: AgreementId,
    pub holder: String,
    pub view: String,
}

/// Agreements that are granted and read a dataset, at most `most`, oldest first.
pub async fn reading(conn: &mut PgConnection, dataset: DatasetId, most: i64) -> Result<Vec<ReadingAgreement>> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT a.id, h.name AS holder, x.view_name FROM agreement a JOIN agreement_dataset x ON x.agreement_id = a.id
           JOIN person h ON h.id = a.holder_id WHERE x.dataset_id = $1 AND a.state = 'active' AND a.grant_state = 'granted' ORDER BY a.id LIMIT $2"#,
        dataset.0,
        most
    );
    let rows = rows.fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| ReadingAgreement { id: AgreementId(row.id), holder: row.holder, view: row.view_name }).collect())
}
