//! What Pasar is to measure now. Taking a probe moves its next time on first, so that one that fails or dies is not asked for at once again.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::{ProductId, ServiceLevelId};
use domain::service_level::{Comparison, Measure};
use sqlx::PgConnection;

/// One question to a source.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    pub level: ServiceLevelId,
    pub product: ProductId,
    pub measure: Measure,
    /// Schema and table; none while the dataset is not at a source, or gone.
    pub table: Option<(String, String)>,
    pub dataset: Option<String>,
    pub column: Option<String>,
    pub range: Option<(f64, f64)>,
    pub comparison: Comparison,
    pub bound: f64,
}

/// Takes what is due, soonest first, and sets each one's next time. What has a time of the day and was missed by an hour waits for its next day:
/// measured later, it would say of that time what was not so. Call within a transaction, and commit before asking.
pub async fn due(conn: &mut PgConnection, most: i64, now: DateTime<Utc>) -> Result<Vec<Probe>> {
    let rows = sqlx::query!(
        r#"WITH taken AS (
               SELECT l.id, (l.probe_minute IS NULL OR l.probe_at > $1::timestamptz - interval '1 hour') AS asked
               FROM service_level l JOIN product p ON p.id = l.product_id
               WHERE l.measure <> 'reported' AND l.probe_at <= $1 AND p.status IN ('published', 'deprecated')
               ORDER BY l.probe_at LIMIT $2 FOR UPDATE OF l SKIP LOCKED)
           UPDATE service_level l SET probe_at = CASE WHEN l.probe_minute IS NULL THEN $1 + make_interval(mins => l.every_minutes) ELSE
               (t.today + make_interval(mins => l.probe_minute, days => CASE
                    WHEN t.today + make_interval(mins => l.probe_minute) > $1 AT TIME ZONE 'Asia/Singapore' THEN 0 ELSE l.every_minutes / 1440 END))
               AT TIME ZONE 'Asia/Singapore' END
           FROM taken CROSS JOIN (SELECT date_trunc('day', $1 AT TIME ZONE 'Asia/Singapore') AS today) t
           WHERE l.id = taken.id
           RETURNING l.id, l.product_id, l.measure, l.dataset_name, l.column_name, l.low, l.high, l.comparison AS "comparison!", l.bound AS "bound!",
               taken.asked AS "asked!",
               (SELECT d.table_schema FROM dataset d WHERE d.product_id = l.product_id AND d.name = l.dataset_name) AS table_schema,
               (SELECT d.table_name FROM dataset d WHERE d.product_id = l.product_id AND d.name = l.dataset_name) AS table_name"#,
        now,
        most
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .filter(|row| row.asked)
        .map(|row| {
            Ok(Probe {
                level: ServiceLevelId(row.id),
                product: ProductId(row.product_id),
                measure: row.measure.parse()?,
                table: row.table_schema.zip(row.table_name),
                dataset: row.dataset_name,
                column: row.column_name,
                range: row.low.zip(row.high),
                comparison: row.comparison.parse()?,
                bound: row.bound,
            })
        })
        .collect()
}

/// Notes what the source said instead of a number; none clears it.
pub async fn put_off(conn: &mut PgConnection, level: ServiceLevelId, error: Option<&str>) -> Result<()> {
    sqlx::query!("UPDATE service_level SET probe_error = $2 WHERE id = $1 AND probe_error IS DISTINCT FROM $2", level.0, error).execute(conn).await?;
    Ok(())
}
