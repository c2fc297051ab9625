//! Hiding before deciding. What is about to be decided is written down first: from that commit on every plan of an agreement is what both
//! the old and the new class allow, whoever asks for it. The source is made so; then the decision is confirmed, or taken back.

use crate::protection::{self, follow, follow_later, lock_product};
use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin, Outcome};
use domain::classification::Decided;
use domain::id::{DatasetId, PersonId, ProductId};
use domain::protection::{DatasetPolicy, Technique};
use sqlx::PgConnection;
use uuid::Uuid;

/// What one review is about to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tightening {
    pub product: ProductId,
    pub address: String,
    /// Dataset, column and its decision, in the order of the review.
    pub columns: Vec<(DatasetId, String, Decided)>,
}

impl Tightening {
    /// The datasets whose columns change, each once.
    pub fn datasets(&self) -> Vec<Uuid> {
        let mut ids: Vec<Uuid> = self.columns.iter().filter(|(.., decided)| decided.before != Some(decided.class)).map(|(id, ..)| id.0).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    pub(super) fn event(&self, actor: PersonId, action: AuditAction, origin: &Origin) -> AuditEvent {
        AuditEvent {
            product: Some(self.product),
            address: Some(self.address.clone()),
            ..AuditEvent::done(Some(actor), action, "product", Some(self.product.0), origin.clone())
        }
    }
}

/// A conflict when a column is not what the review was made from.
pub(super) async fn still_so(conn: &mut PgConnection, one: &Tightening) -> Result<()> {
    for (dataset, column, decided) in &one.columns {
        let row = sqlx::query!(
            "SELECT classified, classification, sensitivity, personal FROM data_column WHERE dataset_id = $1 AND name = $2",
            dataset.0,
            column
        )
        .fetch_optional(&mut *conn)
        .await?;
        let gone = || StoreError::Conflict(format!("{} was changed since the page was read. Look at it again.", decided.name));
        let row = row.ok_or_else(gone)?;
        let now = row.classified.then(|| super::columns::class(&row.classification, &row.sensitivity, &row.personal)).transpose()?;
        if now != decided.before {
            return Err(gone());
        }
    }
    Ok(())
}

/// Writes down what is about to be decided. Call within a transaction, and commit it before the source is told.
pub async fn begin(conn: &mut PgConnection, actor: PersonId, one: &Tightening, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    lock_product(conn, one.product).await?;
    still_so(conn, one).await?;
    let changed: Vec<_> = one.columns.iter().filter(|(.., decided)| decided.before != Some(decided.class)).collect();
    if changed.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO column_tightening (dataset_id, column_name, classification, sensitivity, personal, technique, begun_by, begun_at)
         SELECT u.dataset_id, u.name, u.classification, u.sensitivity, u.personal, c.technique, $6, $7
         FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[]) AS u(dataset_id, name, classification, sensitivity, personal)
         JOIN data_column c ON c.dataset_id = u.dataset_id AND c.name = u.name
         ON CONFLICT (dataset_id, column_name) DO UPDATE SET classification = excluded.classification, sensitivity = excluded.sensitivity,
             personal = excluded.personal, technique = excluded.technique, begun_by = excluded.begun_by, begun_at = excluded.begun_at",
        &changed.iter().map(|(dataset, ..)| dataset.0).collect::<Vec<_>>(),
        &changed.iter().map(|(_, column, _)| column.clone()).collect::<Vec<_>>(),
        &changed.iter().map(|(.., decided)| decided.class.classification.as_str().to_owned()).collect::<Vec<_>>(),
        &changed.iter().map(|(.., decided)| decided.class.sensitivity.as_str().to_owned()).collect::<Vec<_>>(),
        &changed.iter().map(|(.., decided)| decided.class.personal.as_str().to_owned()).collect::<Vec<_>>(),
        actor.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    follow_later(conn, &one.datasets(), now).await?;
    let hidden: Vec<&str> = changed.iter().filter(|(.., decided)| decided.class.is_withheld()).map(|(.., decided)| decided.name.as_str()).collect();
    if hidden.is_empty() {
        return Ok(());
    }
    let event = AuditEvent { detail: Some(hidden.join(", ")), ..one.event(actor, AuditAction::ColumnTighten, origin) };
    audit::append(conn, &event, now).await
}

/// A conflict when what was written down is no longer what this person is about to decide: somebody else began after them.
pub(super) async fn still_begun(conn: &mut PgConnection, actor: PersonId, one: &Tightening) -> Result<()> {
    for (dataset, column, decided) in one.columns.iter().filter(|(.., decided)| decided.before != Some(decided.class)) {
        let class = &decided.class;
        let theirs = sqlx::query_scalar!(
            r#"SELECT (t.begun_by, t.classification, t.sensitivity, t.personal) = ($3, $4, $5, $6) AND t.technique IS NOT DISTINCT FROM c.technique AS "same!"
               FROM column_tightening t JOIN data_column c ON c.dataset_id = t.dataset_id AND c.name = t.column_name
               WHERE t.dataset_id = $1 AND t.column_name = $2"#,
            dataset.0,
            column,
            actor.0,
            class.classification.as_str(),
            class.sensitivity.as_str(),
            class.personal.as_str()
        );
        if theirs.fetch_optional(&mut *conn).await? != Some(true) {
            return Err(StoreError::Conflict(format!("Somebody else began to decide about {}. Look at it again.", decided.name)));
        }
    }
    Ok(())
}

/// What a preview may show of a dataset at this moment; no column where there must be none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewPlan {
    pub dataset: DatasetId,
    pub schema: String,
    pub table: String,
    /// Each with what is done to it.
    pub columns: Vec<(String, Technique)>,
    pub policy: DatasetPolicy,
}

/// None when the dataset has no table here. What a standard keeps at its source from readers is not in it either.
pub async fn preview_plan(conn: &mut PgConnection, dataset: DatasetId) -> Result<Option<PreviewPlan>> {
    let row = sqlx::query!(
        r#"SELECT d.product_id, d.name, d.table_schema AS "table_schema!", d.table_name AS "table_name!",
                  ARRAY(SELECT c.name FROM data_column c WHERE c.dataset_id = d.id
                        AND NOT EXISTS (SELECT FROM data_column x WHERE x.dataset_id = d.id AND x.classification IN ('restricted', 'confidential', 'secret'))
                        AND NOT EXISTS (SELECT FROM column_tightening t WHERE t.dataset_id = d.id AND t.classification IN ('restricted', 'confidential', 'secret'))
                        ORDER BY c.position) AS "columns!"
           FROM dataset d WHERE d.id = $1 AND d.table_name IS NOT NULL"#,
        dataset.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let protected = protection::columns(conn, &[dataset.0]).await?.remove(&dataset.0).unwrap_or_default();
    let masked = protection::masked(conn, &[row.product_id]).await?.remove(&row.product_id).unwrap_or_default();
    let shown = row.columns.into_iter().filter_map(|name| protected.get(&name).map(|column| (name, column.effective(None))));
    let columns = shown.filter(|(name, technique)| !technique.is_suppressed() && !protection::withheld(&masked, &row.name, name)).collect();
    let policy = protection::policy(conn, dataset).await?;
    Ok(Some(PreviewPlan { dataset, schema: row.table_schema, table: row.table_name, columns, policy }))
}

/// Takes back what was about to be decided about a product; the source follows. Gives how many columns and policies.
pub async fn take_back(
    conn: &mut PgConnection,
    actor: PersonId,
    (product, address): (ProductId, &str),
    why: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<usize> {
    lock_product(conn, product).await?;
    let policies = sqlx::query!(
        "UPDATE dataset SET policy_tightening = NULL WHERE product_id = $1 AND policy_tightening IS NOT NULL RETURNING id, name",
        product.0
    );
    let policies = policies.fetch_all(&mut *conn).await?;
    let rows = sqlx::query!(
        "DELETE FROM column_tightening t USING dataset d WHERE d.id = t.dataset_id AND d.product_id = $1 RETURNING t.dataset_id, d.name, t.column_name",
        product.0
    )
    .fetch_all(&mut *conn)
    .await?;
    let datasets: Vec<Uuid> = rows.iter().map(|row| row.dataset_id).chain(policies.iter().map(|row| row.id)).collect();
    if datasets.is_empty() {
        return Ok(0);
    }
    follow(conn, &datasets, now).await?;
    let columns = rows.iter().map(|row| format!("{}.{}", row.name, row.column_name));
    let names: Vec<String> = columns.chain(policies.iter().map(|row| format!("rows of {}", row.name))).collect();
    let event = AuditEvent {
        product: Some(product),
        address: Some(address.to_owned()),
        outcome: Outcome::Failed,
        reason: Some(why.to_owned()),
        detail: Some(names.join(", ")),
        ..AuditEvent::done(Some(actor), AuditAction::ColumnTighten, "product", Some(product.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok(names.len())
}
