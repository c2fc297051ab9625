//! What the clock does: opens each quarter's reviews, reminds of them before their last day, and says that they are late after it.

use super::KIND;
use crate::{Result, audit};
use chrono::{DateTime, Days, Utc};
use domain::Ids;
use domain::access_review::{Quarter, REMIND_BEFORE, due_on};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::calendar;
use domain::id::{AccessReviewId, ReviewItemId};
use sqlx::PgConnection;
use uuid::Uuid;

/// Reviews that are opened, or reminded of, in one turn.
const AT_ONCE: i64 = 100;

/// Opens this quarter's review of each domain in use in which anything is held; gives how many. Opened once, it is not again. Call
/// within a transaction.
pub async fn open_due(conn: &mut PgConnection, ids: &Ids, now: DateTime<Utc>) -> Result<usize> {
    let today = calendar::day(now);
    let quarter = Quarter::of(today);
    let domains = sqlx::query!(
        "SELECT d.id, d.slug FROM data_domain d
         WHERE d.retired_at IS NULL AND NOT EXISTS (SELECT FROM access_review v WHERE v.domain_id = d.id AND v.quarter = $1)
           AND d.id IN (SELECT r.scope_id FROM role_grant r WHERE r.scope_kind = 'domain' AND r.ended_at IS NULL AND (r.until IS NULL OR r.until > $2)
                        UNION SELECT p.domain_id FROM role_grant r JOIN product p ON p.id = r.scope_id
                              WHERE r.scope_kind = 'product' AND r.ended_at IS NULL AND (r.until IS NULL OR r.until > $2)
                        UNION SELECT p.domain_id FROM agreement a JOIN product p ON p.id = a.product_id WHERE a.state = 'active')
         ORDER BY d.id LIMIT $3",
        quarter.first_day(),
        now,
        AT_ONCE
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut opened = 0;
    for domain in domains {
        let id: AccessReviewId = ids.next(now);
        let made = sqlx::query!(
            "INSERT INTO access_review (id, domain_id, quarter, opened_at, due_on) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (domain_id, quarter) DO NOTHING",
            id.0,
            domain.id,
            quarter.first_day(),
            now,
            due_on(today)
        )
        .execute(&mut *conn)
        .await?;
        if made.rows_affected() == 0 {
            continue;
        }
        fill(conn, id, domain.id, ids, now).await?;
        let event = AuditEvent {
            detail: Some(format!("{quarter} of {}", domain.slug)),
            ..AuditEvent::done(None, AuditAction::ReviewOpen, KIND, Some(id.0), Origin::default())
        };
        audit::append(conn, &event, now).await?;
        opened += 1;
    }
    Ok(opened)
}

/// Everything that is held in a domain at this moment.
async fn fill(conn: &mut PgConnection, review: AccessReviewId, domain: Uuid, ids: &Ids, now: DateTime<Utc>) -> Result<()> {
    let roles = sqlx::query_scalar!(
        "SELECT r.id FROM role_grant r WHERE r.ended_at IS NULL AND (r.until IS NULL OR r.until > $2)
           AND ((r.scope_kind = 'domain' AND r.scope_id = $1)
                OR (r.scope_kind = 'product' AND r.scope_id IN (SELECT p.id FROM product p WHERE p.domain_id = $1))) ORDER BY r.id",
        domain,
        now
    )
    .fetch_all(&mut *conn)
    .await?;
    let agreements = sqlx::query_scalar!(
        "SELECT a.id FROM agreement a JOIN product p ON p.id = a.product_id WHERE p.domain_id = $1 AND a.state = 'active' ORDER BY a.id",
        domain
    )
    .fetch_all(&mut *conn)
    .await?;
    let fresh = |many: usize| -> Vec<Uuid> { (0..many).map(|_| ids.next::<ReviewItemId>(now).0).collect() };
    sqlx::query!(
        "INSERT INTO access_review_item (id, review_id, role_grant_id) SELECT u.id, $1, u.held FROM unnest($2::uuid[], $3::uuid[]) AS u(id, held)",
        review.0,
        &fresh(roles.len()),
        &roles
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO access_review_item (id, review_id, agreement_id) SELECT u.id, $1, u.held FROM unnest($2::uuid[], $3::uuid[]) AS u(id, held)",
        review.0,
        &fresh(agreements.len()),
        &agreements
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Reminds once of each open review a week before its last day, and once when that is over; gives how many of both. Call within a
/// transaction.
pub async fn remind_due(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<usize> {
    let today = calendar::day(now);
    let soon = today.checked_add_days(Days::new(REMIND_BEFORE)).unwrap_or(today);
    let late = sqlx::query_scalar!(
        "UPDATE access_review SET late_at = $1, reminded_at = coalesce(reminded_at, $1) WHERE id IN (
             SELECT id FROM access_review WHERE done_at IS NULL AND late_at IS NULL AND due_on < $2 ORDER BY due_on, id LIMIT $3 FOR UPDATE SKIP LOCKED)
         RETURNING id",
        now,
        today,
        AT_ONCE
    )
    .fetch_all(&mut *conn)
    .await?;
    let due = sqlx::query_scalar!(
        "UPDATE access_review SET reminded_at = $1 WHERE id IN (
             SELECT id FROM access_review WHERE done_at IS NULL AND reminded_at IS NULL AND due_on <= $2 ORDER BY due_on, id LIMIT $3 FOR UPDATE SKIP LOCKED)
         RETURNING id",
        now,
        soon,
        AT_ONCE
    )
    .fetch_all(&mut *conn)
    .await?;
    for (action, ids) in [(AuditAction::ReviewLate, &late), (AuditAction::ReviewRemind, &due)] {
        for id in ids {
            audit::append(conn, &AuditEvent::done(None, action, KIND, Some(*id), Origin::default()), now).await?;
        }
    }
    Ok(late.len() + due.len())
}
