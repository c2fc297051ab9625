//! Measurements are added and never change; with each the objective is judged anew, in the same transaction.

use super::judge::judge;
use crate::Result;
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::id::{MeasurementId, PersonId, ProductId, ServiceLevelId};
use domain::service_level::MeasuredBy;
use sqlx::PgConnection;

/// A measurement as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMeasurement<'a> {
    pub level: ServiceLevelId,
    pub product: ProductId,
    /// The moment that it speaks of.
    pub at: DateTime<Utc>,
    pub value: Option<f64>,
    pub good: bool,
    pub by: MeasuredBy,
    /// Who sent it; none for Pasar's own.
    pub said_by: Option<PersonId>,
    pub tool: Option<&'a str>,
    /// What the tool calls it; the same again adds nothing.
    pub run: Option<&'a str>,
    pub rows_looked: Option<i64>,
    pub took_ms: Option<i32>,
}

/// Adds a measurement and judges; false when the same run was there already. Call within a transaction.
pub async fn record(conn: &mut PgConnection, new: &NewMeasurement<'_>, ids: &Ids, now: DateTime<Utc>) -> Result<bool> {
    let added = sqlx::query!(
        "INSERT INTO service_level_measurement (id, level_id, product_id, at, recorded_at, value, good, source, said_by, tool, run, rows_looked, took_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING",
        ids.next::<MeasurementId>(now).0,
        new.level.0,
        new.product.0,
        new.at,
        now,
        new.value,
        new.good,
        new.by.as_str(),
        new.said_by.map(|id| id.0),
        new.tool,
        new.run,
        new.rows_looked,
        new.took_ms
    )
    .execute(&mut *conn)
    .await?;
    if added.rows_affected() == 0 {
        return Ok(false);
    }
    // One that comes late says nothing of how it is now.
    sqlx::query!(
        "UPDATE service_level SET measured_at = $2, latest_value = $3, latest_good = $4 WHERE id = $1 AND (measured_at IS NULL OR measured_at <= $2)",
        new.level.0,
        new.at,
        new.value,
        new.good
    )
    .execute(&mut *conn)
    .await?;
    judge(conn, new.level, ids, now).await?;
    Ok(true)
}
