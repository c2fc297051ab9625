//! What the clock does: announces audits, begins those that are due, and finishes them once what Pasar measures itself is fresh. Each step is one
//! transaction that leaves its audit row: a process that dies in between leaves nothing, or an audit that the next turn finishes.

use super::{AUDIT, PLAN, take};
use crate::{Result, audit};
use chrono::{DateTime, TimeDelta, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{QualityAuditId, QualityAuditPlanId, SectorId};
use domain::quality_audit::{Criterion, Rhythm};
use domain::{Ids, calendar};
use sqlx::PgConnection;

/// Plans and audits of one turn.
const AT_ONCE: i64 = 20;

/// How long an audit waits at least, and at most, for measurements that it asked for.
const SHORTEST_WAIT: TimeDelta = TimeDelta::minutes(1);
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(10);

/// Announces audits that come within the days of their plans, each once for its day; gives how many. Call within a transaction.
pub async fn announce_due(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<usize> {
    let rows = sqlx::query!(
        r#"UPDATE quality_audit_plan SET announced_for = next_on WHERE id IN (
               SELECT id FROM quality_audit_plan
               WHERE state = 'active' AND announce_days > 0 AND next_on > $1 AND next_on - announce_days <= $1 AND announced_for IS DISTINCT FROM next_on
               ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)
           RETURNING id, name, next_on AS "next_on!""#,
        calendar::day(now),
        AT_ONCE
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in &rows {
        let detail = Some(format!("{} on {}", row.name, row.next_on));
        let event = AuditEvent { detail, ..AuditEvent::done(None, AuditAction::QualityAuditAnnounce, PLAN, Some(row.id), Origin::default()) };
        audit::append(conn, &event, now).await?;
    }
    Ok(rows.len())
}

/// Begins audits whose day has come, and asks for fresh measurements where promises count; gives how many. Call within a transaction.
pub async fn begin_due(conn: &mut PgConnection, ids: &Ids, now: DateTime<Utc>) -> Result<usize> {
    let today = calendar::day(now);
    let plans = sqlx::query!(
        r#"SELECT id, name, criteria, rhythm, first_on, next_on AS "next_on!" FROM quality_audit_plan
           WHERE state = 'active' AND next_on <= $1 ORDER BY next_on, id LIMIT $2 FOR UPDATE SKIP LOCKED"#,
        today,
        AT_ONCE
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut begun = 0;
    for plan in plans {
        let measured = plan.criteria.iter().any(|word| word == Criterion::Promises.as_str());
        let asked = if measured { ask(conn, QualityAuditPlanId(plan.id), now).await? } else { 0 };
        let id: QualityAuditId = ids.next(now);
        let made = sqlx::query!(
            "INSERT INTO quality_audit (id, plan_id, due_on, begun_at, asked) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (plan_id, due_on) DO NOTHING",
            id.0,
            plan.id,
            plan.next_on,
            now,
            asked
        )
        .execute(&mut *conn)
        .await?;
        let next_on = plan.rhythm.parse::<Rhythm>()?.next(plan.first_on, plan.next_on.max(today));
        sqlx::query!("UPDATE quality_audit_plan SET next_on = $2 WHERE id = $1", plan.id, next_on).execute(&mut *conn).await?;
        if made.rows_affected() == 0 {
            continue;
        }
        let detail = Some(format!("{}, due on {}", plan.name, plan.next_on));
        let event = AuditEvent { detail, ..AuditEvent::done(None, AuditAction::QualityAuditBegin, AUDIT, Some(id.0), Origin::default()) };
        audit::append(conn, &event, now).await?;
        begun += 1;
    }
    Ok(begun)
}

/// Has what Pasar measures itself measured now, but for what has its time of the day; gives how many measurements.
async fn ask(conn: &mut PgConnection, plan: QualityAuditPlanId, now: DateTime<Utc>) -> Result<i32> {
    let asked = sqlx::query!(
        "UPDATE service_level SET probe_at = $2 WHERE measure <> 'reported' AND probe_minute IS NULL AND probe_at > $2
             AND product_id IN (SELECT quality_audit_products($1))",
        plan.0,
        now
    )
    .execute(conn)
    .await?;
    Ok(i32::try_from(asked.rows_affected()).unwrap_or(i32::MAX))
}

/// Finishes audits that have what they asked for, or waited long enough; gives how many. Call within a transaction.
pub async fn finish_due(conn: &mut PgConnection, ids: &Ids, now: DateTime<Utc>) -> Result<usize> {
    let audits = sqlx::query!(
        "SELECT q.id, q.plan_id, q.due_on, a.name, a.sector_id, a.criteria, a.mend_days FROM quality_audit q JOIN quality_audit_plan a ON a.id = q.plan_id
         WHERE q.done_at IS NULL
           AND (q.asked = 0 OR q.begun_at <= $1
                OR (q.begun_at <= $2 AND NOT EXISTS (SELECT FROM service_level l WHERE l.measure <> 'reported' AND l.probe_at <= $3
                                                         AND l.product_id IN (SELECT quality_audit_products(a.id)))))
         ORDER BY q.begun_at, q.id LIMIT $4 FOR UPDATE OF q SKIP LOCKED",
        now - LONGEST_WAIT,
        now - SHORTEST_WAIT,
        now,
        AT_ONCE
    )
    .fetch_all(&mut *conn)
    .await?;
    let finished = audits.len();
    for row in audits {
        let taken = take::take(
            conn,
            &take::Audit {
                id: QualityAuditId(row.id),
                plan: QualityAuditPlanId(row.plan_id),
                sector: SectorId(row.sector_id),
                criteria: row.criteria.iter().map(|word| Ok(word.parse::<Criterion>()?)).collect::<Result<_>>()?,
                mend_days: row.mend_days,
            },
            ids,
            now,
        )
        .await?;
        sqlx::query!(
            "UPDATE quality_audit SET done_at = $2,
                 before_id = (SELECT b.id FROM quality_audit b WHERE b.plan_id = $3 AND b.done_at IS NOT NULL AND b.due_on < $4 ORDER BY b.due_on DESC LIMIT 1)
             WHERE id = $1",
            row.id,
            now,
            row.plan_id,
            row.due_on
        )
        .execute(&mut *conn)
        .await?;
        let detail = Some(format!("{}, due on {}: {} of {} products fall short", row.name, row.due_on, taken.short, taken.products));
        let event = AuditEvent { detail, ..AuditEvent::done(None, AuditAction::QualityAuditFinish, AUDIT, Some(row.id), Origin::default()) };
        audit::append(conn, &event, now).await?;
    }
    Ok(finished)
}
