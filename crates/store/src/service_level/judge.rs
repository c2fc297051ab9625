//! How an objective stands, from what was measured. A change of state leaves a row of its history; one that people are told of leaves
//! its audit row, and with it the event, in the same transaction.

use super::tally::tallies;
use crate::{Result, audit};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{LevelChangeId, ProductId, ServiceLevelId};
use domain::service_level::{Budget, Burning, Change, LevelState, next, stand_by};
use sqlx::PgConnection;

/// Judges one objective; gives what changed. The objective is locked, so that two who measure at once tell one change.
pub async fn judge(conn: &mut PgConnection, id: ServiceLevelId, ids: &Ids, now: DateTime<Utc>) -> Result<Change> {
    let row = sqlx::query!(
        "SELECT l.product_id, p.address, l.dimension, l.objective, l.share, l.window_days, l.every_minutes, l.state, l.burning
         FROM service_level l JOIN product p ON p.id = l.product_id WHERE l.id = $1 FOR UPDATE OF l",
        id.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(Change::Quiet) };
    let budget = Budget { target: row.share, window_days: row.window_days, every_minutes: row.every_minutes };
    let tally = tallies(&mut *conn, &[id.0], now).await?.remove(&id.0).unwrap_or_default();
    let standing = stand_by(&budget, &tally, now);
    let (from, burned): (LevelState, Burning) = (row.state.parse()?, row.burning.parse()?);
    let (to, burning, change) = next(from, burned, &standing);
    sqlx::query!(
        "UPDATE service_level SET state = $2, burning = $3, judged_at = $4, budget_left = $5,
             state_since = CASE WHEN state = $2 THEN coalesce(state_since, $4) ELSE $4 END
         WHERE id = $1",
        id.0,
        to.as_str(),
        burning.as_str(),
        now,
        standing.left
    )
    .execute(&mut *conn)
    .await?;
    if from == to && change == Change::Quiet {
        return Ok(change);
    }
    sqlx::query!(
        "INSERT INTO service_level_change (id, level_id, product_id, at, from_state, to_state, burning, budget_left) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        ids.next::<LevelChangeId>(now).0,
        id.0,
        row.product_id,
        now,
        from.as_str(),
        to.as_str(),
        burning.as_str(),
        standing.left
    )
    .execute(&mut *conn)
    .await?;
    let action = match change {
        Change::Quiet => return Ok(change),
        Change::Breach => AuditAction::LevelBreach,
        Change::Recovery => AuditAction::LevelRecover,
        Change::BurnsSlowly => AuditAction::LevelBurnSlow,
        Change::BurnsFast => AuditAction::LevelBurnFast,
    };
    let event = AuditEvent {
        product: Some(ProductId(row.product_id)),
        address: Some(row.address),
        detail: Some(format!("{}: {}", row.dimension, row.objective)),
        ..AuditEvent::done(None, action, "service-level", Some(id.0), Origin::default())
    };
    audit::append(conn, &event, now).await?;
    Ok(change)
}

/// Judges objectives that were measured once and not judged for a while: time alone changes how they stand. Gives how many.
pub async fn judge_due(conn: &mut PgConnection, most: i64, ids: &Ids, now: DateTime<Utc>) -> Result<usize> {
    const AGAIN: TimeDelta = TimeDelta::minutes(15);
    let due = sqlx::query_scalar!(
        "SELECT id FROM service_level WHERE state <> 'not-measured' AND judged_at < $1 ORDER BY judged_at LIMIT $2 FOR UPDATE SKIP LOCKED",
        now - AGAIN,
        most
    )
    .fetch_all(&mut *conn)
    .await?;
    for id in &due {
        judge(conn, ServiceLevelId(*id), ids, now).await?;
    }
    Ok(due.len())
}
