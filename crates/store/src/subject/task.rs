//! What one domain does about a request: it sees the keys of the rows while it is at work, and ends its task with evidence.

use crate::{Result, StoreError, audit};
use chrono::{DateTime, NaiveDate, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::authorisation::Answering;
use domain::id::{DomainId, PersonId, SectorId, SubjectRequestId, SubjectTaskId};
use domain::organisation::DomainArea;
use domain::subject::{IdentifierKind, Outcome, SubjectState, SubjectWish, TaskState};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A task as its domain reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskView {
    pub id: SubjectTaskId,
    pub request: SubjectRequestId,
    pub area: DomainArea,
    pub domain_title: String,
    pub kind: IdentifierKind,
    pub mask: String,
    pub wish: SubjectWish,
    pub purpose: String,
    pub reason: String,
    pub opened_by: String,
    pub due_on: NaiveDate,
    pub state: TaskState,
    pub evidence: Option<String>,
    pub ended_at: Option<DateTime<Utc>>,
    pub places: Vec<TaskPlace>,
}

/// A column of the domain's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskPlace {
    pub product_title: String,
    pub product_address: String,
    pub dataset: String,
    pub column: String,
    pub outcome: Outcome,
    pub rows: Option<i64>,
    /// Of the first rows; gone once the task is ended.
    pub keys: Vec<BTreeMap<String, String>>,
}

/// The task, with what was found in its domain.
pub async fn task(conn: &mut PgConnection, id: SubjectTaskId) -> Result<Option<TaskView>> {
    let row = sqlx::query!(
        "SELECT t.request_id, t.domain_id, d.sector_id, d.title, r.identifier_kind, r.identifier_mask, r.wish, r.purpose, r.reason, p.name, r.due_on,
                t.state, t.evidence, t.ended_at
         FROM subject_task t JOIN subject_request r ON r.id = t.request_id JOIN data_domain d ON d.id = t.domain_id JOIN person p ON p.id = r.opened_by
         WHERE t.id = $1",
        id.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let places = sqlx::query!(
        r#"SELECT p.title, p.address, d.name, f.column_name, f.outcome, f.rows_found, f.row_keys AS "keys: Json<Vec<BTreeMap<String, String>>>"
           FROM subject_finding f JOIN dataset d ON d.id = f.dataset_id JOIN product p ON p.id = d.product_id
           WHERE f.request_id = $1 AND p.domain_id = $2 ORDER BY (f.outcome = 'found') DESC, p.address, d.position, f.column_name"#,
        row.request_id,
        row.domain_id
    )
    .fetch_all(conn)
    .await?;
    let places = places
        .into_iter()
        .map(|place| {
            Ok(TaskPlace {
                product_title: place.title,
                product_address: place.address,
                dataset: place.name,
                column: place.column_name,
                outcome: place.outcome.parse()?,
                rows: place.rows_found,
                keys: place.keys.map(|keys| keys.0).unwrap_or_default(),
            })
        })
        .collect::<Result<_>>()?;
    Ok(Some(TaskView {
        id,
        request: SubjectRequestId(row.request_id),
        area: DomainArea { domain: DomainId(row.domain_id), sector: SectorId(row.sector_id) },
        domain_title: row.title,
        kind: row.identifier_kind.parse()?,
        mask: row.identifier_mask,
        wish: row.wish.parse()?,
        purpose: row.purpose,
        reason: row.reason,
        opened_by: row.name,
        due_on: row.due_on,
        state: row.state.parse()?,
        evidence: row.evidence,
        ended_at: row.ended_at,
        places,
    }))
}

/// Tasks of the domains that somebody answers for: id, domain, wish, state and day; those to do first, soonest first.
pub async fn tasks(
    conn: &mut PgConnection,
    answering: &Answering,
    most: i64,
) -> Result<Vec<(SubjectTaskId, String, SubjectWish, TaskState, NaiveDate)>> {
    let sectors: Vec<Uuid> = answering.sectors.iter().map(|id| id.0).collect();
    let domains: Vec<Uuid> = answering.domains.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        "SELECT t.id, d.title, r.wish, t.state, r.due_on FROM subject_task t JOIN subject_request r ON r.id = t.request_id
         JOIN data_domain d ON d.id = t.domain_id WHERE $1 OR d.sector_id = ANY($2) OR d.id = ANY($3)
         ORDER BY (t.state = 'open') DESC, r.due_on, t.id LIMIT $4",
        answering.whole,
        &sectors,
        &domains,
        most
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| Ok((SubjectTaskId(row.id), row.title, row.wish.parse()?, row.state.parse()?, row.due_on))).collect()
}

/// Ends a task, with what was done or why not; keys that were kept for it go. With the last one the request is answered.
pub async fn end_task(
    conn: &mut PgConnection,
    id: SubjectTaskId,
    actor: PersonId,
    to: TaskState,
    evidence: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    // The request is locked: of two last tasks one closes it.
    let row = sqlx::query!(
        "SELECT t.state, t.request_id, t.domain_id, d.title, r.state AS request_state FROM subject_task t JOIN subject_request r ON r.id = t.request_id
         JOIN data_domain d ON d.id = t.domain_id WHERE t.id = $1 FOR UPDATE OF r, t",
        id.0
    )
    .fetch_one(&mut *conn)
    .await?;
    let state: TaskState = row.state.parse()?;
    let next = state.to(to).map_err(|error| StoreError::Conflict(format!("This task {error}.")))?;
    sqlx::query!(
        "UPDATE subject_task SET state = $2, evidence = $3, ended_by = $4, ended_at = $5 WHERE id = $1",
        id.0,
        next.as_str(),
        evidence,
        actor.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "UPDATE subject_finding f SET row_keys = NULL FROM dataset d JOIN product p ON p.id = d.product_id
         WHERE f.request_id = $1 AND d.id = f.dataset_id AND p.domain_id = $2",
        row.request_id,
        row.domain_id
    )
    .execute(&mut *conn)
    .await?;
    let action = if next == TaskState::Done { AuditAction::SubjectTaskDone } else { AuditAction::SubjectTaskRefuse };
    let event = AuditEvent {
        reason: Some(evidence.to_owned()),
        detail: Some(row.title),
        ..AuditEvent::done(Some(actor), action, "subject-request", Some(row.request_id), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    let left = sqlx::query_scalar!(r#"SELECT count(*) AS "left!" FROM subject_task WHERE request_id = $1 AND state = 'open'"#, row.request_id)
        .fetch_one(&mut *conn)
        .await?;
    if left == 0 {
        let request: SubjectState = row.request_state.parse()?;
        let closed = request.to(SubjectState::Closed).map_err(|error| StoreError::Conflict(error.to_string()))?;
        sqlx::query!("UPDATE subject_request SET state = $2, closed_at = $3 WHERE id = $1", row.request_id, closed.as_str(), now)
            .execute(&mut *conn)
            .await?;
        let event = AuditEvent::done(Some(actor), AuditAction::SubjectClose, "subject-request", Some(row.request_id), origin.clone());
        audit::append(conn, &event, now).await?;
    }
    Ok(())
}
