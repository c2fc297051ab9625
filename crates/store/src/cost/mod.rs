//! What products cost by month, as programs report it, beside how much they were read. Who read is for the audit trail: here are numbers alone.

use crate::{Result, audit};
use chrono::{DateTime, NaiveDate, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::calendar;
use domain::cost::NewCost;
use domain::id::{PersonId, ProductCostId, ProductId};
use sqlx::PgConnection;
use uuid::Uuid;

/// A month in Singapore with the latest word on what it cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthOfCost {
    pub first_day: NaiveDate,
    pub cents: i64,
    /// As the source counts them; the trail of reads does not.
    pub rows_read: Option<i64>,
    pub measured_by: String,
    pub recorded_at: DateTime<Utc>,
    /// People who read something in that month.
    pub readers: i64,
}

/// Months of which something was reported, the newest first.
pub async fn months(conn: &mut PgConnection, product: ProductId, most: i64) -> Result<Vec<MonthOfCost>> {
    let rows = sqlx::query!(
        r#"SELECT c.month AS "month!", c.cents AS "cents!", c.rows_read AS "rows_read?", c.measured_by AS "measured_by!", c.recorded_at AS "recorded_at!",
                  r.readers AS "readers!"
           FROM (SELECT DISTINCT ON (x.month) x.month, x.cents, x.rows_read, x.measured_by, x.recorded_at FROM product_cost x WHERE x.product_id = $1
                 ORDER BY x.month DESC, x.recorded_at DESC, x.id DESC LIMIT $2) c
           CROSS JOIN LATERAL (SELECT count(DISTINCT e.actor_id) AS readers FROM audit_event e
               WHERE e.product_id = $1 AND e.action = 'port.read' AND e.outcome = 'done' AND e.at >= c.month::timestamp AT TIME ZONE 'Asia/Singapore'
                 AND e.at < (c.month + interval '1 month') AT TIME ZONE 'Asia/Singapore') r
           ORDER BY c.month DESC"#,
        product.0,
        most
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| MonthOfCost {
            first_day: row.month,
            cents: row.cents,
            rows_read: row.rows_read,
            measured_by: row.measured_by,
            recorded_at: row.recorded_at,
            readers: row.readers,
        })
        .collect())
}

/// Writes down what a month cost; false when the same request did so before. Call within a transaction.
#[expect(clippy::too_many_arguments, reason = "an amount, its key, and what every change takes")]
pub async fn report(
    conn: &mut PgConnection,
    by: PersonId,
    product: (ProductId, &str),
    new: &NewCost,
    key: Uuid,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<bool> {
    let id: ProductCostId = ids.next(now);
    let added = sqlx::query!(
        "INSERT INTO product_cost (id, product_id, month, cents, rows_read, measured_by, said_by, recorded_at, key)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (product_id, key) DO NOTHING",
        id.0,
        product.0.0,
        calendar::day(new.month.begins()),
        new.cents,
        new.rows_read,
        new.measured_by,
        by.0,
        now,
        key
    )
    .execute(&mut *conn)
    .await?;
    if added.rows_affected() == 0 {
        return Ok(false);
    }
    let event = AuditEvent {
        product: Some(product.0),
        address: Some(product.1.to_owned()),
        detail: Some(format!("{}: {}.{:02} SGD by {}", new.month, new.cents / 100, new.cents % 100, new.measured_by)),
        ..AuditEvent::done(Some(by), AuditAction::CostReport, "product-cost", Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok(true)
}
