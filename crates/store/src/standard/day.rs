//! What the day changes by itself: versions begin and end, waivers end. Days are those of Singapore and come with the clock.

use crate::{Result, audit, outbox};
use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::ProductId;
use domain::standard::WAIVER_REMIND;
use sqlx::PgConnection;

/// What turning to a day changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Turned {
    pub begun: usize,
    pub ended: usize,
    pub waivers: usize,
    /// Waivers that end soon, of which those whom it concerns were told.
    pub reminded: usize,
}

/// Says in words what dates say already: rules act by their dates, whether this was called or not. What a version that begins or ends concerns
/// is to be judged. Call within a transaction.
pub async fn turn_day(conn: &mut PgConnection, today: NaiveDate, now: DateTime<Utc>) -> Result<Turned> {
    let begun = sqlx::query!(
        "UPDATE standard_version SET status = 'effective' WHERE status = 'published' AND effective_from <= $1 RETURNING standard_id, version",
        today
    )
    .fetch_all(&mut *conn)
    .await?;
    let ended = sqlx::query!(
        "UPDATE standard_version SET status = 'retired' WHERE status IN ('published', 'effective') AND effective_until <= $1 RETURNING standard_id, version",
        today
    )
    .fetch_all(&mut *conn)
    .await?;
    let turned = begun.iter().map(|row| (AuditAction::StandardBegin, row.standard_id, row.version));
    let turned = turned.chain(ended.iter().map(|row| (AuditAction::StandardRetire, row.standard_id, row.version)));
    for (action, id, version) in turned {
        let event =
            AuditEvent { detail: Some(format!("version {version}")), ..AuditEvent::done(None, action, "standard", Some(id), Origin::default()) };
        audit::append(&mut *conn, &event, now).await?;
        outbox::push(&mut *conn, super::ALL, id, now).await?;
    }
    let waivers = sqlx::query!(
        "UPDATE standard_waiver w SET ended_at = $2 FROM product p, standard s
         WHERE w.ended_at IS NULL AND w.until < $1 AND p.id = w.product_id AND s.id = w.standard_id RETURNING p.id, p.address, s.slug",
        today,
        now
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in &waivers {
        let event = AuditEvent {
            product: Some(ProductId(row.id)),
            address: Some(row.address.clone()),
            detail: Some(row.slug.clone()),
            ..AuditEvent::done(None, AuditAction::WaiverEnd, "product", Some(row.id), Origin::default())
        };
        audit::append(&mut *conn, &event, now).await?;
    }
    let reminded = remind(conn, today, now).await?;
    Ok(Turned { begun: begun.len(), ended: ended.len(), waivers: waivers.len(), reminded })
}

/// Tells once of each waiver that ends within a fortnight, unless it was granted for less: it is mended, extended, or ends in peace.
async fn remind(conn: &mut PgConnection, today: NaiveDate, now: DateTime<Utc>) -> Result<usize> {
    let soon = today.checked_add_days(Days::new(WAIVER_REMIND)).unwrap_or(today);
    let due = sqlx::query!(
        "UPDATE standard_waiver w SET reminded_at = $3 FROM product p, standard s
         WHERE w.ended_at IS NULL AND w.reminded_at IS NULL AND w.until BETWEEN $1 AND $2 AND (w.granted_at AT TIME ZONE 'Asia/Singapore')::date < w.until - $4::int
           AND p.id = w.product_id AND s.id = w.standard_id RETURNING p.id, p.address, s.slug",
        today,
        soon,
        now,
        i32::try_from(WAIVER_REMIND).unwrap_or_default()
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in &due {
        let event = AuditEvent {
            product: Some(ProductId(row.id)),
            address: Some(row.address.clone()),
            detail: Some(row.slug.clone()),
            ..AuditEvent::done(None, AuditAction::WaiverRemind, "product", Some(row.id), Origin::default())
        };
        audit::append(&mut *conn, &event, now).await?;
    }
    Ok(due.len())
}

/// The day that all products were judged for; none when they never were.
pub async fn run_day(conn: &mut PgConnection) -> Result<Option<NaiveDate>> {
    Ok(sqlx::query_scalar!("SELECT day FROM standard_run").fetch_optional(conn).await?)
}

pub async fn note_run(conn: &mut PgConnection, day: NaiveDate, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO standard_run (day, at) VALUES ($1, $2) ON CONFLICT (only_one) DO UPDATE SET day = excluded.day, at = excluded.at",
        day,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One at a time: what is judged must be what stands when it is written down. Until the transaction ends.
pub async fn lock(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('standard'))").execute(conn).await?;
    Ok(())
}

/// The same without waiting; whether it was free.
pub async fn try_lock(conn: &mut PgConnection) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"SELECT pg_try_advisory_xact_lock(hashtext('standard')) AS "free!""#).fetch_one(conn).await?)
}
