//! Objectives that owners declare on the product's page, or give an indicator to.

use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{PersonId, ProductId, ServiceLevelId};
use domain::service_level::NewLevel;
use sqlx::PgConnection;

/// Declares an objective. One that the product promises already in the same words, by its document or here, is measured so from now on:
/// what was measured of it before stays.
pub async fn declare(
    conn: &mut PgConnection,
    by: PersonId,
    product: ProductId,
    new: &NewLevel,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<ServiceLevelId> {
    let address = sqlx::query_scalar!("SELECT address FROM product WHERE id = $1 FOR UPDATE", product.0).fetch_one(&mut *conn).await?;
    let how = format!("{}{}", new.measure.label(), if new.measure.is_probed() { ", asked of the source" } else { "" });
    let id = sqlx::query_scalar!(
        "INSERT INTO service_level (id, product_id, dimension, objective, target, unit, time_window, measured_how, position, origin, measure, dataset_name,
             column_name, low, high, comparison, bound, share, window_days, every_minutes, probe_minute)
         VALUES ($1, $2, $3, $4, $5, '% of periods', $6, $7, 0, 'page', $8, $9, $10, $11, $12, $13, $14, $5, $15, $16, $17)
         ON CONFLICT (product_id, dimension, objective) DO UPDATE SET target = excluded.target, unit = excluded.unit, time_window = excluded.time_window,
             measured_how = excluded.measured_how, origin = 'page', measure = excluded.measure, dataset_name = excluded.dataset_name,
             column_name = excluded.column_name, low = excluded.low, high = excluded.high, comparison = excluded.comparison, bound = excluded.bound,
             share = excluded.share, window_days = excluded.window_days, every_minutes = excluded.every_minutes,
             probe_minute = excluded.probe_minute, probe_at = 'epoch', probe_error = NULL
         RETURNING id",
        ids.next::<ServiceLevelId>(now).0,
        product.0,
        new.dimension.label(),
        new.objective,
        new.target,
        format!("{} days", new.window_days),
        how,
        new.measure.as_str(),
        new.dataset,
        new.column,
        new.range.map(|(low, _)| low),
        new.range.map(|(_, high)| high),
        new.comparison.as_str(),
        new.bound,
        new.window_days,
        new.every_minutes,
        new.probe_minute
    )
    .fetch_one(&mut *conn)
    .await?;
    let detail = format!(
        "{}: {}, {} {} in {} % of {} days",
        new.dimension.label(),
        new.objective,
        new.comparison.label(),
        new.bound,
        new.target,
        new.window_days
    );
    let event = AuditEvent {
        product: Some(product),
        address: Some(address),
        detail: Some(detail),
        ..AuditEvent::done(Some(by), AuditAction::LevelDeclare, "service-level", Some(id), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok(ServiceLevelId(id))
}

/// Ends an objective that was declared on the page; what was measured stays in the record. One of a document ends with the document.
pub async fn end(
    conn: &mut PgConnection,
    by: PersonId,
    product: ProductId,
    id: ServiceLevelId,
    reason: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    let gone = sqlx::query!(
        "DELETE FROM service_level l USING product p WHERE l.id = $1 AND l.product_id = $2 AND l.origin = 'page' AND p.id = l.product_id
         RETURNING p.address, l.dimension, l.objective",
        id.0,
        product.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(gone) = gone else {
        return Err(StoreError::Conflict("This promise is the document’s: take it out of the product’s document.".into()));
    };
    let event = AuditEvent {
        product: Some(product),
        address: Some(gone.address),
        reason: Some(reason.to_owned()),
        detail: Some(format!("{}: {}", gone.dimension, gone.objective)),
        ..AuditEvent::done(Some(by), AuditAction::LevelEnd, "service-level", Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await
}
