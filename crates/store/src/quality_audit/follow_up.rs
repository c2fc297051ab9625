//! What becomes of shortfalls: answered by whoever answers for the product, decided about by curators, said to be late, and closed when a later
//! result meets what was expected.

use super::TASK;
use super::take::{Said, counted, passed};
use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{PersonId, ProductId, QualityTaskAnswerId, QualityTaskId};
use domain::quality_audit::{Criterion, Expected, TaskAnswer, TaskState, short_of};
use domain::{Ids, calendar};
use sqlx::PgConnection;

/// Tasks of one turn.
const AT_ONCE: i64 = 200;

/// Who says something to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// Whoever answers for the product.
    Owner,
    /// Whoever keeps the quality of the sector.
    Curator,
}

/// Answers a task, or decides about it, where it is not over yet.
#[expect(clippy::too_many_arguments, reason = "a task, who says what to it, and what every change takes")]
pub async fn say(
    conn: &mut PgConnection,
    by: PersonId,
    voice: Voice,
    id: QualityTaskId,
    answer: &TaskAnswer,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = sqlx::query!(
        "SELECT t.state, t.product_id, p.address FROM quality_task t JOIN product p ON p.id = t.product_id WHERE t.id = $1 FOR UPDATE OF t",
        id.0
    )
    .fetch_one(&mut *conn)
    .await?;
    let from: TaskState = row.state.parse()?;
    let (to, action) = match voice {
        Voice::Owner => (from.answered(answer.to), AuditAction::QualityTaskAnswer),
        Voice::Curator => (from.decided(answer.to), AuditAction::QualityTaskDecide),
    };
    let to = to.map_err(|error| StoreError::Conflict(format!("This task {error}.")))?;
    // Another day to mend it by may be missed again, and is then told again.
    sqlx::query!(
        "UPDATE quality_task SET state = $2, promised_on = $3, late_at = CASE WHEN $3::date IS NULL THEN late_at END, closed_at = $4 WHERE id = $1",
        id.0,
        to.as_str(),
        answer.promised_on,
        to.is_over().then_some(now)
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO quality_task_answer (id, task_id, author_id, at, to_state, promised_on, text) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        ids.next::<QualityTaskAnswerId>(now).0,
        id.0,
        by.0,
        now,
        to.as_str(),
        answer.promised_on,
        answer.text
    )
    .execute(&mut *conn)
    .await?;
    let event = AuditEvent {
        product: Some(ProductId(row.product_id)),
        address: Some(row.address),
        detail: Some(to.label().to_owned()),
        ..AuditEvent::done(Some(by), action, TASK, Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await
}

/// Says once of each task that its day is over; gives how many. What its owner disagrees with waits for a curator. Call within a transaction.
pub async fn late_due(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<usize> {
    let rows = sqlx::query!(
        r#"UPDATE quality_task t SET late_at = $1 WHERE t.id IN (
               SELECT id FROM quality_task WHERE closed_at IS NULL AND late_at IS NULL AND state <> 'disputed' AND coalesce(promised_on, due_on) < $2
               ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED)
           RETURNING t.id, t.product_id, (SELECT p.address FROM product p WHERE p.id = t.product_id) AS address"#,
        now,
        calendar::day(now),
        AT_ONCE
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in &rows {
        let event = AuditEvent {
            product: Some(ProductId(row.product_id)),
            address: row.address.clone(),
            ..AuditEvent::done(None, AuditAction::QualityTaskLate, TASK, Some(row.id), Origin::default())
        };
        audit::append(conn, &event, now).await?;
    }
    Ok(rows.len())
}

/// A task whose product meets again what was expected.
pub(super) struct Met {
    pub task: QualityTaskId,
    pub product: ProductId,
    pub address: String,
    pub criterion: Criterion,
}

/// Closes it. Call with the task locked.
pub(super) async fn met(conn: &mut PgConnection, one: &Met, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "UPDATE quality_task SET state = 'met', promised_on = NULL, closed_at = $2, looked_at = $2 WHERE id = $1 AND closed_at IS NULL",
        one.task.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    let event = AuditEvent {
        product: Some(one.product),
        address: Some(one.address.clone()),
        detail: Some(one.criterion.label().to_owned()),
        ..AuditEvent::done(None, AuditAction::QualityTaskMeet, TASK, Some(one.task.0), Origin::default())
    };
    audit::append(conn, &event, now).await
}

/// Closes tasks whose products have results since that meet what was expected; gives how many. Call within a transaction.
pub async fn meet_due(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<usize> {
    let tasks = sqlx::query!(
        "SELECT t.id, t.product_id, p.address, t.criterion, t.at_least, t.within_days FROM quality_task t JOIN product p ON p.id = t.product_id
         WHERE t.closed_at IS NULL
           AND (EXISTS (SELECT FROM quality_run r WHERE r.product_id = t.product_id AND r.recorded_at > t.looked_at)
                OR (t.criterion = 'promises' AND EXISTS (SELECT FROM service_level_change c WHERE c.product_id = t.product_id AND c.at > t.looked_at)))
         ORDER BY t.looked_at, t.id LIMIT $1 FOR UPDATE OF t SKIP LOCKED",
        AT_ONCE
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut closed = 0;
    for row in tasks {
        let criterion: Criterion = row.criterion.parse()?;
        let product = ProductId(row.product_id);
        let (passed, latest) = counted(criterion, &said_now(conn, product, now).await?);
        let expected = Expected { at_least: row.at_least, within_days: row.within_days };
        if short_of(Some(expected), passed, latest, now).is_none() {
            met(conn, &Met { task: QualityTaskId(row.id), product, address: row.address, criterion }, now).await?;
            closed += 1;
        } else {
            sqlx::query!("UPDATE quality_task SET looked_at = $2 WHERE id = $1", row.id, now).execute(&mut *conn).await?;
        }
    }
    Ok(closed)
}

/// What the checks of a product say now, by layer, and its promises.
async fn said_now(conn: &mut PgConnection, product: ProductId, now: DateTime<Utc>) -> Result<Vec<Said>> {
    let rows = sqlx::query!(
        r#"SELECT q.layer AS "layer!", count(*) FILTER (WHERE x.outcome IN ('passed', 'warned')) AS "passed!",
                  count(*) FILTER (WHERE x.outcome <> 'skipped') AS "counted!", max(n.at) AS "at!"
           FROM (SELECT DISTINCT ON (r.tool, r.suite) r.id, r.at FROM quality_run r WHERE r.product_id = $1
                 ORDER BY r.tool, r.suite, r.at DESC, r.id DESC) n
           JOIN quality_result x ON x.run_id = n.id JOIN quality_rule q ON q.id = x.rule_id GROUP BY q.layer
           UNION ALL
           SELECT 'promises', count(*) FILTER (WHERE l.state IN ('met', 'at-risk')), count(*) FILTER (WHERE l.state <> 'not-measured'),
                  max(coalesce(l.measured_at, $2))
           FROM service_level l WHERE l.product_id = $1 HAVING count(*) > 0"#,
        product.0,
        now
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| Ok(Said { of: row.layer.parse()?, passed: passed(row.passed, row.counted), latest: row.at })).collect()
}
