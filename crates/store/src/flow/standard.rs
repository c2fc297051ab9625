//! What the data office wants done about personal data without a policy: one row, changed with its reason.

use super::PRODUCT;
use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::flow::Standard;
use domain::id::PersonId;
use sqlx::PgConnection;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandardView {
    pub standard: Standard,
    pub reason: String,
    pub changed_by: Option<String>,
    pub changed_at: DateTime<Utc>,
    /// Products that are flagged now, and the agreements in force on them.
    pub products: i64,
    pub agreements: i64,
}

pub async fn standard(conn: &mut PgConnection) -> Result<StandardView> {
    let row = sqlx::query!(
        r#"SELECT s.standard, s.reason, s.changed_at, p.name AS "changed_by?",
                  (SELECT count(DISTINCT f.product_id) FROM flow_flag f WHERE f.mended_at IS NULL) AS "products!",
                  (SELECT count(*) FROM agreement a WHERE a.state = 'active'
                       AND EXISTS (SELECT FROM flow_flag f WHERE f.product_id = a.product_id AND f.mended_at IS NULL)) AS "agreements!"
           FROM flow_standard s LEFT JOIN person p ON p.id = s.changed_by"#
    )
    .fetch_one(conn)
    .await?;
    Ok(StandardView {
        standard: row.standard.parse()?,
        reason: row.reason,
        changed_by: row.changed_by,
        changed_at: row.changed_at,
        products: row.products,
        agreements: row.agreements,
    })
}

/// Changes it, and has every product that takes from another looked at again.
pub async fn change_standard(
    conn: &mut PgConnection,
    actor: PersonId,
    new: Standard,
    reason: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    let before = sqlx::query_scalar!("SELECT standard FROM flow_standard FOR UPDATE").fetch_one(&mut *conn).await?;
    sqlx::query!("UPDATE flow_standard SET standard = $1, reason = $2, changed_by = $3, changed_at = $4", new.as_str(), reason, actor.0, now)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "INSERT INTO outbox (at, topic, object_id, next_attempt_at)
         SELECT DISTINCT $1::timestamptz, $2, t.consumer_id, $1::timestamptz FROM product_taking t",
        now,
        PRODUCT
    )
    .execute(&mut *conn)
    .await?;
    let event = AuditEvent {
        reason: Some(reason.to_owned()),
        detail: Some(format!("{before} to {new}")),
        ..AuditEvent::done(Some(actor), AuditAction::FlowStandardChange, "flow-standard", None, origin.clone())
    };
    audit::append(conn, &event, now).await
}
