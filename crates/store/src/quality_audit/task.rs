//! Tasks that follow from audits: those of whoever answers for products, those that a curator watches, and one with what was said to it.

use crate::Result;
use chrono::{DateTime, NaiveDate, Utc};
use domain::calendar;
use domain::id::{DomainId, PersonId, ProductId, QualityAuditId, QualityTaskId, SectorId};
use domain::organisation::{Place, Role};
use domain::quality_audit::{Criterion, Expected, TaskState};
use sqlx::PgConnection;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskLine {
    pub id: QualityTaskId,
    pub address: String,
    pub title: String,
    pub criterion: Criterion,
    /// The audit that found it first, and the name of its plan.
    pub audit: QualityAuditId,
    pub name: String,
    pub opened_at: DateTime<Utc>,
    /// The day that its owner promised, or else the one that the plan set.
    pub due_on: NaiveDate,
    pub state: TaskState,
}

/// Roles that answer tasks.
const ANSWERING: [Role; 3] = [Role::Owner, Role::Steward, Role::ProductOwner];
/// Roles that decide about them.
const WATCHING: [Role; 2] = [Role::TcCurator, Role::GdoAdministrator];

struct Line {
    id: Uuid,
    address: String,
    title: String,
    criterion: String,
    audit_id: Uuid,
    name: String,
    opened_at: DateTime<Utc>,
    due_on: NaiveDate,
    state: String,
}

impl Line {
    fn read(self) -> Result<TaskLine> {
        Ok(TaskLine {
            id: QualityTaskId(self.id),
            address: self.address,
            title: self.title,
            criterion: self.criterion.parse()?,
            audit: QualityAuditId(self.audit_id),
            name: self.name,
            opened_at: self.opened_at,
            due_on: self.due_on,
            state: self.state.parse()?,
        })
    }
}

async fn lines(
    conn: &mut PgConnection,
    reader: PersonId,
    watched: bool,
    after: Option<QualityTaskId>,
    most: i64,
    now: DateTime<Utc>,
) -> Result<Vec<TaskLine>> {
    let roles: &[Role] = if watched { &WATCHING } else { &ANSWERING };
    let roles: Vec<String> = roles.iter().map(|role| role.as_str().to_owned()).collect();
    let rows = sqlx::query_as!(
        Line,
        r#"SELECT t.id, p.address, p.title, t.criterion, t.audit_id, a.name, t.opened_at, coalesce(t.promised_on, t.due_on) AS "due_on!", t.state
           FROM quality_task t JOIN product p ON p.id = t.product_id JOIN data_domain d ON d.id = p.domain_id JOIN quality_audit_plan a ON a.id = t.plan_id
           WHERE t.closed_at IS NULL
             AND EXISTS (SELECT FROM role_grant g WHERE g.person_id = $1 AND g.role = ANY($2) AND g.ended_at IS NULL AND (g.until IS NULL OR g.until > $3)
                             AND covers(g.scope_kind, g.scope_id, p.id, p.domain_id, d.sector_id))
             AND CASE WHEN $4 THEN t.state = 'disputed' OR coalesce(t.promised_on, t.due_on) < $5 ELSE t.state <> 'disputed' END
             AND ($7::uuid IS NULL
                  OR (coalesce(t.promised_on, t.due_on), t.id) > (SELECT coalesce(x.promised_on, x.due_on), x.id FROM quality_task x WHERE x.id = $7))
           ORDER BY coalesce(t.promised_on, t.due_on), t.id LIMIT $6"#,
        reader.0,
        &roles,
        now,
        watched,
        calendar::day(now),
        most,
        after.map(|id| id.0)
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Line::read).collect()
}

/// Open tasks of products that somebody answers for, what is due first. What they disagree with waits for a curator, and not for them.
pub async fn tasks_of(conn: &mut PgConnection, reader: PersonId, most: i64, now: DateTime<Utc>) -> Result<Vec<TaskLine>> {
    lines(conn, reader, false, None, most, now).await
}

/// Tasks that a curator, or the data office, has to do with: those that are late, and those that an owner disagrees with.
pub async fn tasks_watched(conn: &mut PgConnection, reader: PersonId, most: i64, now: DateTime<Utc>) -> Result<Vec<TaskLine>> {
    lines(conn, reader, true, None, most, now).await
}

/// Either list behind a task, whether that is open still or not.
pub async fn tasks_after(
    conn: &mut PgConnection,
    reader: PersonId,
    watched: bool,
    after: Option<QualityTaskId>,
    most: i64,
    now: DateTime<Utc>,
) -> Result<Vec<TaskLine>> {
    lines(conn, reader, watched, after, most, now).await
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskAnswerLine {
    pub author: String,
    pub at: DateTime<Utc>,
    pub to: TaskState,
    pub promised_on: Option<NaiveDate>,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TaskView {
    pub line: TaskLine,
    pub place: Place,
    pub expected: Expected,
    pub closed_at: Option<DateTime<Utc>>,
    pub answers: Vec<TaskAnswerLine>,
}

/// One task, of a product that the reader may know of.
pub async fn task(conn: &mut PgConnection, reader: PersonId, id: QualityTaskId, now: DateTime<Utc>) -> Result<Option<TaskView>> {
    let row = sqlx::query!(
        r#"SELECT p.id AS "product_id!", p.address AS "address!", p.title AS "title!", d.id AS domain_id, d.sector_id, t.criterion, t.audit_id, a.name, t.opened_at,
                  coalesce(t.promised_on, t.due_on) AS "due_on!", t.state, t.at_least, t.within_days, t.closed_at
           FROM quality_task t JOIN visible_product($2, $3) p ON p.id = t.product_id JOIN data_domain d ON d.id = p.domain_id
           JOIN quality_audit_plan a ON a.id = t.plan_id WHERE t.id = $1"#,
        id.0,
        reader.0,
        now
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let answers = sqlx::query!(
        "SELECT h.name, x.at, x.to_state, x.promised_on, x.text FROM quality_task_answer x JOIN person h ON h.id = x.author_id
         WHERE x.task_id = $1 ORDER BY x.at, x.id",
        id.0
    )
    .fetch_all(conn)
    .await?;
    let answers = answers
        .into_iter()
        .map(|one| Ok(TaskAnswerLine { author: one.name, at: one.at, to: one.to_state.parse()?, promised_on: one.promised_on, text: one.text }))
        .collect::<Result<_>>()?;
    Ok(Some(TaskView {
        place: Place { product: ProductId(row.product_id), domain: DomainId(row.domain_id), sector: SectorId(row.sector_id) },
        expected: Expected { at_least: row.at_least, within_days: row.within_days },
        closed_at: row.closed_at,
        answers,
        line: Line {
            id: id.0,
            address: row.address,
            title: row.title,
            criterion: row.criterion,
            audit_id: row.audit_id,
            name: row.name,
            opened_at: row.opened_at,
            due_on: row.due_on,
            state: row.state,
        }
        .read()?,
    }))
}
