//! Weights of the ranking as the record has them.

use crate::score::Weights;
use chrono::{DateTime, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use sqlx::PgConnection;
use store::{Result, audit};

/// Those in force: what the record says, and otherwise what the program says.
pub(crate) async fn in_force(conn: &mut PgConnection) -> Result<Weights> {
    let mut weights = Weights::default();
    for row in sqlx::query!("SELECT name, value FROM search_weight").fetch_all(conn).await? {
        #[expect(clippy::cast_possible_truncation, reason = "a weight is a small number")]
        weights.set(&row.name, row.value as f32);
    }
    Ok(weights)
}

/// Puts weights in force, with a row in the audit trail; searches follow within a second. Call within a transaction.
pub async fn put_in_force(conn: &mut PgConnection, changes: &[(String, f64)], now: DateTime<Utc>) -> Result<()> {
    let (names, values): (Vec<String>, Vec<f64>) = changes.iter().cloned().unzip();
    sqlx::query!(
        "INSERT INTO search_weight (name, value, changed_at) SELECT u.name, u.value, $3 FROM unnest($1::text[], $2::float8[]) AS u(name, value)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at",
        &names,
        &values,
        now
    )
    .execute(&mut *conn)
    .await?;
    let detail = changes.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(", ");
    let event = AuditEvent::done(None, AuditAction::SearchWeigh, "search-weight", None, Origin::default());
    audit::append(conn, &AuditEvent { detail: Some(detail), ..event }, now).await
}
