//! A document applied again does not undo what people decided about columns. Where it says otherwise, that is a conflict for them to settle.

use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::catalogue::{Classification, ProductDocument, ProductStatus};
use domain::classification::{ClassifiedColumn, ColumnClass, JoinRule, check_publication, highest};
use domain::id::{ColumnConflictId, ProductId};
use sqlx::PgConnection;

/// After a document's columns were written: puts back what was decided, raises what contradicts it, and gives the product the highest of
/// what its columns are now. Agreements in force follow.
pub async fn keep_decisions(
    conn: &mut PgConnection,
    product: ProductId,
    document: &ProductDocument,
    rule: JoinRule,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<()> {
    let decided = sqlx::query!(
        "SELECT d.id AS dataset_id, d.name AS dataset, c.name AS column, c.classified, c.classification, c.sensitivity, c.personal,
                e.classification AS e_classification, e.sensitivity AS e_sensitivity, e.personal AS e_personal
         FROM dataset d JOIN data_column c ON c.dataset_id = d.id
         CROSS JOIN LATERAL (SELECT q.* FROM column_decision q WHERE q.dataset_id = d.id AND q.column_name = c.name
                             ORDER BY q.decided_at DESC, q.id DESC LIMIT 1) e
         WHERE d.product_id = $1",
        product.0
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in decided {
        let said = (&row.classification, &row.sensitivity, &row.personal);
        let same = said == (&row.e_classification, &row.e_sensitivity, &row.e_personal);
        if row.classified && same {
            continue;
        }
        sqlx::query!(
            "UPDATE data_column SET classification = $3, sensitivity = $4, personal = $5, classified = true WHERE dataset_id = $1 AND name = $2",
            row.dataset_id,
            row.column,
            row.e_classification,
            row.e_sensitivity,
            row.e_personal
        )
        .execute(&mut *conn)
        .await?;
        if row.classified {
            let raised = sqlx::query!(
                "INSERT INTO column_conflict (id, dataset_id, column_name, said_by, classification, sensitivity, personal, raised_at)
                 VALUES ($1, $2, $3, 'document', $4, $5, $6, $7) ON CONFLICT (dataset_id, column_name, said_by) WHERE settled_at IS NULL
                 DO UPDATE SET classification = excluded.classification, sensitivity = excluded.sensitivity, personal = excluded.personal
                 WHERE (column_conflict.classification, column_conflict.sensitivity, column_conflict.personal)
                       IS DISTINCT FROM (excluded.classification, excluded.sensitivity, excluded.personal)",
                ids.next::<ColumnConflictId>(now).0,
                row.dataset_id,
                row.column,
                row.classification,
                row.sensitivity,
                row.personal,
                now
            )
            .execute(&mut *conn)
            .await?;
            if raised.rows_affected() > 0 {
                let event = AuditEvent {
                    product: Some(product),
                    detail: Some(format!("{}.{}: the document says {} {} {}", row.dataset, row.column, said.0, said.1, said.2)),
                    ..AuditEvent::done(None, AuditAction::ColumnConflict, "dataset", Some(row.dataset_id), Origin::default())
                };
                audit::append(conn, &event, now).await?;
            }
        }
    }
    settle_class(conn, product, document, rule).await?;
    sqlx::query!(
        "INSERT INTO outbox (at, topic, object_id, next_attempt_at) SELECT $2::timestamptz, 'agreement.grant', id, $2 FROM agreement WHERE product_id = $1 AND state = 'active'
         UNION ALL SELECT $2::timestamptz, 'preview.settle', d.id, $2 FROM dataset d WHERE d.product_id = $1 AND d.table_name IS NOT NULL",
        product.0,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn settle_class(conn: &mut PgConnection, product: ProductId, document: &ProductDocument, rule: JoinRule) -> Result<()> {
    let rows = sqlx::query!(
        "SELECT d.name AS dataset, c.name, c.is_key, c.classification, c.sensitivity, c.personal FROM dataset d JOIN data_column c ON c.dataset_id = d.id
         WHERE d.product_id = $1 AND c.classified ORDER BY d.position, c.position",
        product.0
    )
    .fetch_all(&mut *conn)
    .await?;
    let columns = rows.iter().map(|row| {
        let class =
            ColumnClass { classification: row.classification.parse()?, sensitivity: row.sensitivity.parse()?, personal: row.personal.parse()? };
        Ok(ClassifiedColumn { dataset: &row.dataset, name: &row.name, key: row.is_key, class })
    });
    let of_columns = highest(&columns.collect::<Result<Vec<_>>>()?, rule).map(|found| found.class.classification);
    let class = of_columns.or_else(|| open_data(document));
    sqlx::query!(
        "UPDATE product SET classification = $2 WHERE id = $1 AND classification IS DISTINCT FROM $2",
        product.0,
        class.map(Classification::as_str)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What an agency has published as open data is open, although its columns are not described.
pub fn open_data(document: &ProductDocument) -> Option<Classification> {
    let described = document.datasets.iter().any(|dataset| !dataset.columns.is_empty());
    (!described && document.source.is_some()).then_some(Classification::OfficialOpen)
}

/// The highest of the document's own columns, those left out of which it says nothing.
pub fn class_of(document: &ProductDocument, rule: JoinRule) -> Option<Classification> {
    let columns: Vec<ClassifiedColumn<'_>> = document
        .datasets
        .iter()
        .flat_map(|dataset| dataset.columns.iter().map(move |column| (dataset, column)))
        .filter(|(_, column)| !column.unclassified)
        .map(|(dataset, column)| ClassifiedColumn {
            dataset: &dataset.name,
            name: &column.name,
            key: column.key,
            class: ColumnClass { classification: column.classification, sensitivity: column.sensitivity, personal: column.personal },
        })
        .collect();
    highest(&columns, rule).map(|found| found.class.classification).or_else(|| open_data(document))
}

/// Refuses a document that would show everybody a product with columns of which nobody has said what they are.
pub async fn refuse_unclassified(conn: &mut PgConnection, product: ProductId, document: &ProductDocument) -> Result<()> {
    let unsaid = document.datasets.iter().any(|dataset| dataset.columns.iter().any(|column| column.unclassified));
    if !unsaid || !matches!(document.status, ProductStatus::Published | ProductStatus::Deprecated) {
        return Ok(());
    }
    let rows = sqlx::query!(
        "SELECT d.name AS dataset, c.name AS column FROM dataset d JOIN data_column c ON c.dataset_id = d.id
         WHERE d.product_id = $1 AND NOT c.classified ORDER BY d.position, c.position",
        product.0
    )
    .fetch_all(conn)
    .await?;
    let names: Vec<(String, String)> = rows.into_iter().map(|row| (row.dataset, row.column)).collect();
    match check_publication(&names).pop() {
        Some(wrong) => Err(StoreError::Conflict(wrong.message)),
        None => Ok(()),
    }
}

/// The rule for joining that holds now.
pub async fn join_rule(conn: &mut PgConnection) -> Result<JoinRule> {
    let row = sqlx::query!("SELECT join_from, join_classification, join_sensitivity FROM classification_scheme ORDER BY version DESC LIMIT 1")
        .fetch_one(conn)
        .await?;
    Ok(JoinRule {
        from: usize::try_from(row.join_from).unwrap_or(usize::MAX),
        classification: row.join_classification.parse()?,
        sensitivity: row.join_sensitivity.parse()?,
    })
}
