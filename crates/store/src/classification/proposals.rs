//! What detectors propose: kept while it holds, withdrawn when it is contradicted. A decision is never overwritten; a proposal that says
//! otherwise raises a conflict beside it.

use super::columns::{class, some_class};
use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::catalogue::ColumnType;
use domain::classification::ColumnClass;
use domain::id::{ColumnConflictId, ColumnProposalId, DatasetId, DomainId, ProductId};
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A dataset that is to be looked at, with what names say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub dataset: DatasetId,
    pub name: String,
    /// Schema and table, where values can be sampled.
    pub table: Option<(String, String)>,
    pub product: ProductId,
    pub address: String,
    pub domain: DomainId,
    pub domain_slug: String,
    pub columns: Vec<DueColumn>,
    /// What the former look was made from.
    pub made_from: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueColumn {
    pub name: String,
    pub column_type: ColumnType,
    pub term: Option<String>,
    /// None: nobody has said what it is.
    pub now: Option<ColumnClass>,
}

/// Datasets of those that stand longest which are asked for at once; most of them are files elsewhere, which nobody looks at.
const OLDEST: i64 = 1_000;

/// Datasets that nobody has looked at since `before`, those never looked at first; at most `most`. Datasets of files elsewhere are left
/// alone unless a column of theirs is unclassified, and so are retired products: they come to the end of the line.
pub async fn due(conn: &mut PgConnection, before: DateTime<Utc>, most: i64, now: DateTime<Utc>) -> Result<Vec<Due>> {
    let oldest = sqlx::query!(
        r#"SELECT r.dataset_id, (p.status <> 'retired' AND EXISTS (SELECT FROM data_column c WHERE c.dataset_id = d.id)
               AND (d.table_name IS NOT NULL OR EXISTS (SELECT FROM data_column c WHERE c.dataset_id = d.id AND NOT c.classified))) AS "looked_at!"
           FROM (SELECT dataset_id FROM proposal_run WHERE ran_at < $1 ORDER BY ran_at, dataset_id LIMIT $2) r
           JOIN dataset d ON d.id = r.dataset_id JOIN product p ON p.id = d.product_id"#,
        before,
        OLDEST
    )
    .fetch_all(&mut *conn)
    .await?;
    let (looked_at, left): (Vec<_>, Vec<_>) = oldest.into_iter().partition(|row| row.looked_at);
    if !left.is_empty() {
        let left: Vec<_> = left.into_iter().map(|row| row.dataset_id).collect();
        sqlx::query!("UPDATE proposal_run SET ran_at = $2 WHERE dataset_id = ANY($1)", &left, now).execute(&mut *conn).await?;
    }
    let ids: Vec<_> = looked_at.into_iter().take(usize::try_from(most).unwrap_or_default()).map(|row| row.dataset_id).collect();
    described(conn, &ids).await
}

/// The datasets of one product that have columns.
pub async fn due_of(conn: &mut PgConnection, product: ProductId) -> Result<Vec<Due>> {
    let ids = sqlx::query_scalar!(
        "SELECT d.id FROM dataset d WHERE d.product_id = $1 AND EXISTS (SELECT FROM data_column c WHERE c.dataset_id = d.id) ORDER BY d.position",
        product.0
    )
    .fetch_all(&mut *conn)
    .await?;
    described(conn, &ids).await
}

async fn described(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Due>> {
    let rows = sqlx::query!(
        r#"SELECT d.id, d.name, d.table_schema, d.table_name, p.id AS product_id, p.address, p.domain_id, o.slug, r.made_from
           FROM unnest($1::uuid[]) WITH ORDINALITY AS u(id, place) JOIN dataset d ON d.id = u.id JOIN product p ON p.id = d.product_id
           JOIN data_domain o ON o.id = p.domain_id JOIN proposal_run r ON r.dataset_id = d.id ORDER BY u.place"#,
        ids
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut all = vec![];
    for row in rows {
        let columns = sqlx::query!(
            r#"SELECT c.name, c.column_type, c.classified, c.classification, c.sensitivity, c.personal,
                      (SELECT t.name FROM glossary_term t WHERE lower(c.name) = ANY(t.column_names) ORDER BY t.slug LIMIT 1) AS term
               FROM data_column c WHERE c.dataset_id = $1 ORDER BY c.position"#,
            row.id
        )
        .fetch_all(&mut *conn)
        .await?;
        let columns = columns.into_iter().map(|c| {
            let now = c.classified.then(|| class(&c.classification, &c.sensitivity, &c.personal)).transpose()?;
            Ok(DueColumn { name: c.name, column_type: c.column_type.parse()?, term: c.term, now })
        });
        all.push(Due {
            dataset: DatasetId(row.id),
            name: row.name,
            table: row.table_schema.zip(row.table_name),
            product: ProductId(row.product_id),
            address: row.address,
            domain: DomainId(row.domain_id),
            domain_slug: row.slug,
            columns: columns.collect::<Result<_>>()?,
            made_from: row.made_from,
        });
    }
    Ok(all)
}

/// Has every dataset looked at again that was looked at with other detectors; gives how many.
pub async fn forget_runs(conn: &mut PgConnection, made_from: &str) -> Result<u64> {
    // Not `<>`: both sides of the index are empty as a rule.
    let gone = sqlx::query!("UPDATE proposal_run SET ran_at = '-infinity', made_from = NULL WHERE made_from < $1 OR made_from > $1", made_from);
    Ok(gone.execute(conn).await?.rows_affected())
}

/// What a domain has rejected, as pattern of names and kind.
pub async fn rejected(conn: &mut PgConnection, domain: DomainId) -> Result<BTreeSet<(String, String)>> {
    let rows = sqlx::query!("SELECT pattern, kind FROM proposal_rejection WHERE domain_id = $1 AND lifted_at IS NULL", domain.0);
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.pattern, row.kind)).collect())
}

/// What is proposed now.
#[derive(Debug, Clone, PartialEq)]
pub struct NewProposal {
    pub column: String,
    pub class: ColumnClass,
    pub kind: Option<String>,
    pub confidence: f64,
    pub evidence: serde_json::Value,
    pub examples: Vec<String>,
    pub sampled: i32,
}

/// Makes these the standing proposals of a dataset. One that says the same as before stays with its evidence and its time; one that is
/// contradicted, or whose column is gone, is withdrawn. Call within a transaction. Gives how many are new.
pub async fn keep_proposals(
    conn: &mut PgConnection,
    due: &Due,
    made_from: &str,
    found: &[NewProposal],
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<usize> {
    // Somebody looks at the same dataset: one after the other.
    sqlx::query!(
        "INSERT INTO proposal_run (dataset_id, made_from, ran_at) VALUES ($1, $2, $3)
         ON CONFLICT (dataset_id) DO UPDATE SET made_from = excluded.made_from, ran_at = excluded.ran_at",
        due.dataset.0,
        made_from,
        now
    )
    .execute(&mut *conn)
    .await?;
    let names: Vec<String> = found.iter().map(|one| one.column.clone()).collect();
    sqlx::query!(
        "UPDATE column_proposal SET withdrawn_at = $3, withdrawn_why = 'The column is gone.'
         WHERE dataset_id = $1 AND withdrawn_at IS NULL AND NOT column_name = ANY($2)",
        due.dataset.0,
        &names,
        now
    )
    .execute(&mut *conn)
    .await?;
    let mut new = 0;
    for one in found {
        new += usize::from(keep(conn, due, made_from, one, ids, now).await?);
        conflict(conn, due, one, ids, now).await?;
    }
    Ok(new)
}

/// Keeps one proposal; true when it is new.
async fn keep(conn: &mut PgConnection, due: &Due, made_from: &str, one: &NewProposal, ids: &Ids, now: DateTime<Utc>) -> Result<bool> {
    let same = sqlx::query!(
        "UPDATE column_proposal SET seen_at = $3 WHERE dataset_id = $1 AND column_name = $2 AND withdrawn_at IS NULL
           AND personal = $4 AND kind IS NOT DISTINCT FROM $5 AND (sampled > 0) = ($6::int > 0)
           AND (classification, sensitivity) = ($7, $8)",
        due.dataset.0,
        one.column,
        now,
        one.class.personal.as_str(),
        one.kind,
        one.sampled,
        one.class.classification.as_str(),
        one.class.sensitivity.as_str()
    )
    .execute(&mut *conn)
    .await?;
    if same.rows_affected() > 0 {
        return Ok(false);
    }
    let why = if due.made_from.as_deref() == Some(made_from) { "The data says otherwise now." } else { "Columns or detectors changed." };
    sqlx::query!(
        "UPDATE column_proposal SET withdrawn_at = $3, withdrawn_why = $4 WHERE dataset_id = $1 AND column_name = $2 AND withdrawn_at IS NULL",
        due.dataset.0,
        one.column,
        now,
        why
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO column_proposal (id, dataset_id, column_name, classification, sensitivity, personal, kind, confidence, evidence, examples, sampled,
             author, made_at, seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'Pasar’s detectors', $12, $12)",
        ids.next::<ColumnProposalId>(now).0,
        due.dataset.0,
        one.column,
        one.class.classification.as_str(),
        one.class.sensitivity.as_str(),
        one.class.personal.as_str(),
        one.kind,
        one.confidence,
        one.evidence,
        &one.examples,
        one.sampled,
        now
    )
    .execute(conn)
    .await?;
    Ok(true)
}

/// Raises a conflict where the newest decision says another category and was not made over just this; settles one that is over.
async fn conflict(conn: &mut PgConnection, due: &Due, one: &NewProposal, ids: &Ids, now: DateTime<Utc>) -> Result<()> {
    let decided = sqlx::query!(
        r#"SELECT e.classification, e.sensitivity, e.personal, p.classification AS "p_classification?", p.sensitivity AS "p_sensitivity?", p.personal AS "p_personal?"
           FROM column_decision e LEFT JOIN column_proposal p ON p.id = e.proposal_id
           WHERE e.dataset_id = $1 AND e.column_name = $2 ORDER BY e.decided_at DESC, e.id DESC LIMIT 1"#,
        due.dataset.0,
        one.column
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = decided else { return Ok(()) };
    let decided = class(&row.classification, &row.sensitivity, &row.personal)?;
    let known = some_class((row.p_classification, row.p_sensitivity, row.p_personal))?.map(|class| class.personal);
    if decided.personal == one.class.personal || known == Some(one.class.personal) {
        sqlx::query!(
            "UPDATE column_conflict SET settled_at = $3 WHERE dataset_id = $1 AND column_name = $2 AND said_by = 'detectors' AND settled_at IS NULL",
            due.dataset.0,
            one.column,
            now
        )
        .execute(conn)
        .await?;
        return Ok(());
    }
    let raised = sqlx::query!(
        "INSERT INTO column_conflict (id, dataset_id, column_name, said_by, classification, sensitivity, personal, raised_at)
         VALUES ($1, $2, $3, 'detectors', $4, $5, $6, $7) ON CONFLICT (dataset_id, column_name, said_by) WHERE settled_at IS NULL DO NOTHING",
        ids.next::<ColumnConflictId>(now).0,
        due.dataset.0,
        one.column,
        one.class.classification.as_str(),
        one.class.sensitivity.as_str(),
        one.class.personal.as_str(),
        now
    )
    .execute(&mut *conn)
    .await?;
    if raised.rows_affected() > 0 {
        let detail = format!("{}.{}: decided {}, detectors say {}", due.name, one.column, decided.words(), one.class.words());
        let event = AuditEvent {
            product: Some(due.product),
            address: Some(due.address.clone()),
            detail: Some(detail),
            ..AuditEvent::done(None, AuditAction::ColumnConflict, "dataset", Some(due.dataset.0), Origin::default())
        };
        audit::append(conn, &event, now).await?;
    }
    Ok(())
}
