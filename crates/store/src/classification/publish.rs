//! Letting everyone know of a product that was a draft.

use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::Violations;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::classification::check_publication;
use domain::id::{PersonId, ProductId};
use sqlx::PgConnection;

/// Columns of a product that nobody has classified, as dataset and column.
pub async fn unclassified(conn: &mut PgConnection, product: ProductId) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        "SELECT d.name AS dataset, c.name AS column FROM dataset d JOIN data_column c ON c.dataset_id = d.id
         WHERE d.product_id = $1 AND NOT c.classified ORDER BY d.position, c.position",
        product.0
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.dataset, row.column)).collect())
}

/// Publishes a draft; what keeps it from that otherwise. Publishing what is published changes nothing.
pub async fn publish(
    conn: &mut PgConnection,
    actor: PersonId,
    product: ProductId,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<std::result::Result<(), Violations>> {
    let wrong = check_publication(&unclassified(conn, product).await?);
    if !wrong.is_empty() {
        return Ok(Err(wrong));
    }
    let address = sqlx::query_scalar!(
        "UPDATE product SET status = 'published', changed_at = $2 WHERE id = $1 AND status = 'draft' RETURNING address",
        product.0,
        now
    )
    .fetch_optional(&mut *conn)
    .await?;
    if let Some(address) = address {
        let event = AuditEvent {
            product: Some(product),
            address: Some(address),
            ..AuditEvent::done(Some(actor), AuditAction::ProductPublish, "product", Some(product.0), origin.clone())
        };
        audit::append(conn, &event, now).await?;
    }
    Ok(Ok(()))
}
