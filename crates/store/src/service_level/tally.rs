//! Periods of a window, counted where the measurements are: however often something is measured, none of the window is left out.

use super::read::{LevelView, MeasuredLine};
use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::ServiceLevelId;
use domain::service_level::{Period, Tally};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// The periods of the window that each promise is judged over. A period begins as `Budget::period_of` says, at midnight in Singapore or whole
/// periods from there.
pub(super) async fn tallies(conn: &mut PgConnection, ids: &[Uuid], now: DateTime<Utc>) -> Result<HashMap<Uuid, Tally>> {
    let rows = sqlx::query!(
        r#"SELECT l.id, p.measured AS "measured!", p.latest AS "latest?", p.bad AS "bad!" FROM service_level l CROSS JOIN LATERAL (
               SELECT count(*) AS measured, max(begins) AS latest, coalesce(array_agg(begins ORDER BY begins) FILTER (WHERE NOT good), '{}') AS bad
               FROM (SELECT date_bin(make_interval(mins => greatest(l.every_minutes, 1)), m.at, timestamptz '1969-12-31 16:00:00+00') AS begins,
                            bool_and(m.good) AS good
                     FROM service_level_measurement m
                     WHERE m.level_id = l.id AND m.at > $2::timestamptz - make_interval(days => greatest(l.window_days, 1)) AND m.at <= $2
                     GROUP BY 1) period
               WHERE begins > $2::timestamptz - make_interval(days => greatest(l.window_days, 1))) p
           WHERE l.id = ANY($1)"#,
        ids,
        now
    )
    .fetch_all(conn)
    .await?;
    let tally = |measured: i64, latest, bad| Tally { measured: usize::try_from(measured).unwrap_or_default(), latest, bad };
    Ok(rows.into_iter().map(|row| (row.id, tally(row.measured, row.latest, row.bad))).collect())
}

/// The latest that was measured of each promise within its window.
pub(super) async fn latest(conn: &mut PgConnection, ids: &[Uuid], now: DateTime<Utc>) -> Result<HashMap<Uuid, MeasuredLine>> {
    let rows = sqlx::query!(
        "SELECT l.id, m.at, m.recorded_at, m.value, m.good, m.source, m.tool FROM service_level l CROSS JOIN LATERAL (
             SELECT at, recorded_at, value, good, source, tool FROM service_level_measurement
             WHERE level_id = l.id AND at > $2::timestamptz - make_interval(days => l.window_days) AND at <= $2
             ORDER BY at DESC, recorded_at DESC LIMIT 1) m
         WHERE l.id = ANY($1)",
        ids,
        now
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let by = row.source.parse()?;
            Ok((row.id, MeasuredLine { at: row.at, recorded_at: row.recorded_at, value: row.value, good: row.good, by, tool: row.tool }))
        })
        .collect()
}

/// Periods of a promise after a moment and until another in which something bad was measured, oldest first: all of them.
pub async fn bad_periods(conn: &mut PgConnection, level: &LevelView, after: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<Period>> {
    let ServiceLevelId(id) = level.id;
    let rows = sqlx::query_scalar!(
        r#"SELECT DISTINCT date_bin(make_interval(mins => greatest($4::int, 1)), at, timestamptz '1969-12-31 16:00:00+00') AS "begins!"
           FROM service_level_measurement WHERE level_id = $1 AND at > $2 AND at <= $3 AND NOT good ORDER BY 1"#,
        id,
        after,
        until,
        level.budget.every_minutes
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|begins| Period { begins, good: false }).collect())
}
