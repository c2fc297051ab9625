//! Where a person may be held, and what the sources said.

use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{self as trail, AuditAction, AuditEvent, Origin};
use domain::id::{DatasetId, PersonId, SectorId, SubjectRequestId, SubjectTaskId};
use domain::subject::{Outcome, SubjectState, SubjectWish, TaskState};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::BTreeMap;

/// A column that names people directly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectColumn {
    pub dataset: DatasetId,
    pub schema: String,
    pub table: String,
    pub column: String,
    /// Key columns of the dataset that are not personal.
    pub keys: Vec<String>,
}

/// Every column of a source's table that is classified as naming people, in a sector or everywhere: of hidden and retired products
/// too, since the person asks what is held and not what is listed.
pub async fn columns(conn: &mut PgConnection, sector: Option<SectorId>) -> Result<Vec<SubjectColumn>> {
    let rows = sqlx::query!(
        r#"SELECT d.id, d.table_schema AS "schema!", d.table_name AS "table!", c.name,
                  ARRAY(SELECT k.name FROM data_column k WHERE k.dataset_id = d.id AND k.is_key AND k.personal = 'none' ORDER BY k.position) AS "keys!"
           FROM data_column c JOIN dataset d ON d.id = c.dataset_id JOIN product p ON p.id = d.product_id JOIN data_domain o ON o.id = p.domain_id
           WHERE c.personal IN ('direct', 'sensitive') AND d.table_name IS NOT NULL AND d.table_schema IS NOT NULL AND ($1::uuid IS NULL OR o.sector_id = $1)
           ORDER BY p.address, d.position, c.position"#,
        sector.map(|sector| sector.0)
    )
    .fetch_all(conn)
    .await?;
    let column = |dataset, schema, table, column, keys| SubjectColumn { dataset: DatasetId(dataset), schema, table, column, keys };
    Ok(rows.into_iter().map(|row| column(row.id, row.schema, row.table, row.name, row.keys)).collect())
}

/// What was said of one column: found at least once, or not looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub dataset: DatasetId,
    pub column: String,
    pub outcome: Outcome,
    /// Rows, when found.
    pub rows: Option<i64>,
    pub keys: Vec<BTreeMap<String, String>>,
}

/// What looking gave, all sources together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LookedThrough {
    pub columns: usize,
    pub findings: Vec<Finding>,
}

async fn locked(conn: &mut PgConnection, id: SubjectRequestId) -> Result<(SubjectState, SubjectWish)> {
    let row = sqlx::query!("SELECT state, wish FROM subject_request WHERE id = $1 FOR UPDATE", id.0).fetch_one(conn).await?;
    Ok((row.state.parse()?, row.wish.parse()?))
}

async fn move_to(conn: &mut PgConnection, id: SubjectRequestId, from: SubjectState, to: SubjectState, now: DateTime<Utc>) -> Result<()> {
    let next = from.to(to).map_err(|error| StoreError::Conflict(error.to_string()))?;
    let closed_at = (next == SubjectState::Closed).then_some(now);
    sqlx::query!("UPDATE subject_request SET state = $2, closed_at = $3 WHERE id = $1", id.0, next.as_str(), closed_at).execute(conn).await?;
    Ok(())
}

/// Writes down that nothing is known, because a source could not be asked.
pub async fn could_not_look(conn: &mut PgConnection, id: SubjectRequestId, by: PersonId, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    let (state, _) = locked(&mut *conn, id).await?;
    move_to(&mut *conn, id, state, SubjectState::Failed, now).await?;
    let event = AuditEvent {
        outcome: trail::Outcome::Failed,
        ..AuditEvent::done(Some(by), AuditAction::SubjectFind, "subject-request", Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await
}

/// Writes down what was found, and gives a task to each domain that has something to do: all that hold the person when data is to be
/// changed, and those whose columns could not be looked through. Without any the request is answered.
pub async fn found(
    conn: &mut PgConnection,
    id: SubjectRequestId,
    by: PersonId,
    looked: &LookedThrough,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<()> {
    let (state, wish) = locked(&mut *conn, id).await?;
    for finding in &looked.findings {
        sqlx::query!(
            "INSERT INTO subject_finding (request_id, dataset_id, column_name, outcome, rows_found, row_keys) VALUES ($1, $2, $3, $4, $5, $6)",
            id.0,
            finding.dataset.0,
            finding.column,
            finding.outcome.as_str(),
            finding.rows,
            (!finding.keys.is_empty()).then_some(Json(&finding.keys)) as _
        )
        .execute(&mut *conn)
        .await?;
    }
    let columns = i32::try_from(looked.columns).unwrap_or(i32::MAX);
    sqlx::query!("UPDATE subject_request SET looked = $2 WHERE id = $1", id.0, columns).execute(&mut *conn).await?;
    let domains = sqlx::query_scalar!(
        "SELECT DISTINCT p.domain_id FROM subject_finding f JOIN dataset d ON d.id = f.dataset_id JOIN product p ON p.id = d.product_id
         WHERE f.request_id = $1 AND (f.outcome <> 'found' OR $2)",
        id.0,
        wish != SubjectWish::Report
    )
    .fetch_all(&mut *conn)
    .await?;
    let next = if domains.is_empty() { SubjectState::Closed } else { SubjectState::Open };
    move_to(&mut *conn, id, state, next, now).await?;
    let said = |outcome| looked.findings.iter().filter(|finding| (finding.outcome == Outcome::Found) == outcome).count();
    let event = AuditEvent {
        detail: Some(format!("looked through {columns} columns: found in {}, not looked through {}", said(true), said(false))),
        ..AuditEvent::done(Some(by), AuditAction::SubjectFind, "subject-request", Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    for domain in domains {
        let task: SubjectTaskId = ids.next(now);
        sqlx::query!(
            "INSERT INTO subject_task (id, request_id, domain_id, state, made_at) VALUES ($1, $2, $3, $4, $5)",
            task.0,
            id.0,
            domain,
            TaskState::Open.as_str(),
            now
        )
        .execute(&mut *conn)
        .await?;
        let event = AuditEvent::done(Some(by), AuditAction::SubjectTaskOpen, "subject-task", Some(task.0), origin.clone());
        audit::append(conn, &event, now).await?;
    }
    if next == SubjectState::Closed {
        let event = AuditEvent::done(Some(by), AuditAction::SubjectClose, "subject-request", Some(id.0), origin.clone());
        audit::append(conn, &event, now).await?;
    }
    Ok(())
}
