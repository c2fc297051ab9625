//! Making keys of pseudonyms anew. The key itself is made at the source and never leaves it; here stands that it shall be.

use crate::{Result, StoreError, audit, outbox};
use chrono::{DateTime, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{AgreementId, PersonId, ProductId};
use sqlx::PgConnection;

/// The outbox's topics: the key of one agreement, and that of the purpose which an agreement was made for.
pub const ROTATE_AGREEMENT: &str = "agreement.rotate-key";
pub const ROTATE_PURPOSE: &str = "purpose.rotate-key";

/// Has the key of an agreement's pseudonyms made anew: those before cannot be joined with those after. A conflict unless it is in force.
pub async fn rotate_key(conn: &mut PgConnection, actor: PersonId, id: AgreementId, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    let row = sqlx::query!(
        "SELECT a.product_id, a.holder_id, p.address FROM agreement a JOIN product p ON p.id = a.product_id WHERE a.id = $1 AND a.state = 'active' FOR UPDATE OF a",
        id.0
    );
    let Some(row) = row.fetch_optional(&mut *conn).await? else {
        return Err(StoreError::Conflict("This agreement has ended; its key is gone.".into()));
    };
    let event = AuditEvent {
        product: Some(ProductId(row.product_id)),
        address: Some(row.address),
        ..AuditEvent::done(Some(actor), AuditAction::KeyRotate, "agreement", Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    outbox::push(conn, ROTATE_AGREEMENT, id.0, now).await
}

/// The same for a purpose, whose pseudonyms are the same in all its agreements. Gives how many in force use it; with none nothing is done,
/// because no source has such a key in use.
pub async fn rotate_purpose_key(conn: &mut PgConnection, actor: PersonId, purpose: &str, origin: &Origin, now: DateTime<Utc>) -> Result<i64> {
    let row = sqlx::query!(
        r#"SELECT count(*) AS "count!", min(a.id::text) AS first FROM agreement a JOIN request_part q ON q.id = a.part_id
           JOIN access_request r ON r.id = q.request_id WHERE r.purpose = $1 AND a.state = 'active'"#,
        purpose
    );
    let row = row.fetch_one(&mut *conn).await?;
    let Some(first) = row.first.and_then(|id| id.parse::<AgreementId>().ok()) else { return Ok(0) };
    let event = AuditEvent {
        detail: Some(format!("purpose {purpose}: {} agreements in force", row.count)),
        ..AuditEvent::done(Some(actor), AuditAction::PurposeKeyRotate, "purpose", None, origin.clone())
    };
    audit::append(conn, &event, now).await?;
    // The purpose has no number of its own: an agreement made for it names it.
    outbox::push(conn, ROTATE_PURPOSE, first.0, now).await?;
    Ok(row.count)
}
