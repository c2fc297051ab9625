//! Requests as those read them who opened or watch them.

use crate::Result;
use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{PersonId, SectorId, SubjectRequestId};
use domain::subject::{IdentifierKind, Outcome, SubjectState, SubjectWish, TaskState};
use sqlx::PgConnection;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectLine {
    pub id: SubjectRequestId,
    pub kind: IdentifierKind,
    pub mask: String,
    pub wish: SubjectWish,
    pub state: SubjectState,
    pub opened_by: String,
    pub opened_at: DateTime<Utc>,
    pub due_on: NaiveDate,
    /// Of its tasks, those still to do, and all.
    pub open_tasks: i64,
    pub tasks: i64,
}

/// Requests of these sectors, or all; open ones first, then newest first.
pub async fn requests(conn: &mut PgConnection, sectors: Option<&[Uuid]>, most: i64) -> Result<Vec<SubjectLine>> {
    let rows = sqlx::query!(
        r#"SELECT r.id, r.identifier_kind, r.identifier_mask, r.wish, r.state, p.name AS opened_by, r.opened_at, r.due_on,
                  (SELECT count(*) FROM subject_task t WHERE t.request_id = r.id AND t.state = 'open') AS "open_tasks!",
                  (SELECT count(*) FROM subject_task t WHERE t.request_id = r.id) AS "tasks!"
           FROM subject_request r JOIN person p ON p.id = r.opened_by WHERE $1::uuid[] IS NULL OR r.sector_id = ANY($1)
           ORDER BY (r.state IN ('looking', 'open')) DESC, CASE WHEN r.state = 'open' THEN r.due_on END, r.opened_at DESC, r.id DESC LIMIT $2"#,
        sectors,
        most
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(SubjectLine {
                id: SubjectRequestId(row.id),
                kind: row.identifier_kind.parse()?,
                mask: row.identifier_mask,
                wish: row.wish.parse()?,
                state: row.state.parse()?,
                opened_by: row.opened_by,
                opened_at: row.opened_at,
                due_on: row.due_on,
                open_tasks: row.open_tasks,
                tasks: row.tasks,
            })
        })
        .collect()
}

/// A column in which the person was found, or which could not be looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingView {
    pub product_title: String,
    pub product_address: String,
    pub domain_title: String,
    pub dataset: String,
    pub column: String,
    pub outcome: Outcome,
    pub rows: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskLine {
    pub domain_title: String,
    pub state: TaskState,
    pub evidence: Option<String>,
    pub ended_by: Option<String>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// The same person asked before: known by the hash alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierRequest {
    pub id: SubjectRequestId,
    pub opened_at: DateTime<Utc>,
    pub wish: SubjectWish,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestView {
    pub line: SubjectLine,
    /// Where it was looked for; none is everywhere.
    pub sector: Option<(SectorId, String)>,
    pub purpose: String,
    pub reason: String,
    /// Columns that were looked through.
    pub looked: i32,
    pub closed_at: Option<DateTime<Utc>>,
    pub findings: Vec<FindingView>,
    pub tasks: Vec<TaskLine>,
    pub earlier: Vec<EarlierRequest>,
}

/// One request, whole; its findings in products that the reader may know of.
pub async fn request(conn: &mut PgConnection, id: SubjectRequestId, reader: PersonId, now: DateTime<Utc>) -> Result<Option<RequestView>> {
    let row = sqlx::query!(
        r#"SELECT r.identifier_kind, r.identifier_mask, r.identifier_hash, r.wish, r.state, p.name AS opened_by, r.opened_at, r.due_on, r.sector_id,
                  s.title AS "sector?", r.purpose, r.reason, r.looked, r.closed_at
           FROM subject_request r JOIN person p ON p.id = r.opened_by LEFT JOIN sector s ON s.id = r.sector_id WHERE r.id = $1"#,
        id.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let tasks = task_lines(&mut *conn, id).await?;
    let earlier = sqlx::query!(
        "SELECT id, opened_at, wish FROM subject_request WHERE identifier_hash = $1 AND id <> $2 AND opened_at <= $3
           AND sector_id IS NOT DISTINCT FROM $4 ORDER BY opened_at DESC LIMIT 20",
        row.identifier_hash,
        id.0,
        row.opened_at,
        row.sector_id
    )
    .fetch_all(&mut *conn)
    .await?;
    let earlier = earlier
        .into_iter()
        .map(|one| Ok(EarlierRequest { id: SubjectRequestId(one.id), opened_at: one.opened_at, wish: one.wish.parse()? }))
        .collect::<Result<_>>()?;
    let findings = findings(conn, id, reader, now).await?;
    let open_tasks = tasks.iter().filter(|task| task.state == TaskState::Open).count();
    let line = SubjectLine {
        id,
        kind: row.identifier_kind.parse()?,
        mask: row.identifier_mask,
        wish: row.wish.parse()?,
        state: row.state.parse()?,
        opened_by: row.opened_by,
        opened_at: row.opened_at,
        due_on: row.due_on,
        open_tasks: i64::try_from(open_tasks).unwrap_or(i64::MAX),
        tasks: i64::try_from(tasks.len()).unwrap_or(i64::MAX),
    };
    Ok(Some(RequestView {
        line,
        sector: row.sector_id.map(SectorId).zip(row.sector),
        purpose: row.purpose,
        reason: row.reason,
        looked: row.looked,
        closed_at: row.closed_at,
        findings,
        tasks,
        earlier,
    }))
}

async fn task_lines(conn: &mut PgConnection, id: SubjectRequestId) -> Result<Vec<TaskLine>> {
    let rows = sqlx::query!(
        r#"SELECT d.title, t.state, t.evidence, p.name AS "ended_by?", t.ended_at FROM subject_task t JOIN data_domain d ON d.id = t.domain_id
           LEFT JOIN person p ON p.id = t.ended_by WHERE t.request_id = $1 ORDER BY d.title"#,
        id.0
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(TaskLine {
                domain_title: row.title,
                state: row.state.parse()?,
                evidence: row.evidence,
                ended_by: row.ended_by,
                ended_at: row.ended_at,
            })
        })
        .collect()
}

async fn findings(conn: &mut PgConnection, id: SubjectRequestId, reader: PersonId, now: DateTime<Utc>) -> Result<Vec<FindingView>> {
    let rows = sqlx::query!(
        r#"SELECT p.title AS "product_title!", p.address AS "product_address!", o.title AS domain_title, d.name AS dataset, f.column_name, f.outcome,
                  f.rows_found
           FROM subject_finding f JOIN dataset d ON d.id = f.dataset_id JOIN visible_product($2, $3) p ON p.id = d.product_id
           JOIN data_domain o ON o.id = p.domain_id WHERE f.request_id = $1 ORDER BY (f.outcome = 'found') DESC, p.address, d.position, f.column_name"#,
        id.0,
        reader.0,
        now
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(FindingView {
                product_title: row.product_title,
                product_address: row.product_address,
                domain_title: row.domain_title,
                dataset: row.dataset,
                column: row.column_name,
                outcome: row.outcome.parse()?,
                rows: row.rows_found,
            })
        })
        .collect()
}
