//! Approving and refusing one product's part of a request. The row is locked: of two people who decide at once, one wins
//! and the other is told.

use super::agreements::make_agreement;
use crate::{Result, StoreError, audit};
use chrono::{DateTime, NaiveDate, Utc};
use domain::Ids;
use domain::access::PartState;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{PersonId, ProductId, RequestPartId};
use sqlx::PgConnection;

/// What somebody decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Until a day, which may be earlier than the one asked for.
    Approve {
        until: NaiveDate,
        reason: Option<String>,
    },
    Refuse {
        reason: String,
    },
}

/// Records a decision by `actor`, who was found to be allowed to make it.
pub async fn decide(
    conn: &mut PgConnection,
    actor: PersonId,
    part: RequestPartId,
    decision: &Decision,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = sqlx::query!(
        r#"SELECT p.state, p.request_id, p.product_id, r.requester_id, r.until, x.address, w.name AS "decider?"
           FROM request_part p JOIN access_request r ON r.id = p.request_id JOIN product x ON x.id = p.product_id
           LEFT JOIN person w ON w.id = p.decided_by WHERE p.id = $1 FOR UPDATE OF p"#,
        part.0
    )
    .fetch_one(&mut *conn)
    .await?;
    if row.requester_id == actor.0 {
        return Err(StoreError::Conflict("Nobody decides their own request.".into()));
    }
    let state: PartState = row.state.parse()?;
    let (next, action, reason, until) = match decision {
        Decision::Approve { until, reason } => (PartState::Approved, AuditAction::RequestApprove, reason.clone(), Some(*until)),
        Decision::Refuse { reason } => (PartState::Refused, AuditAction::RequestRefuse, Some(reason.clone()), None),
    };
    let next = state.to(next).map_err(|_| {
        let by = row.decider.map(|name| format!(" by {name}")).unwrap_or_default();
        StoreError::Conflict(format!("This was {}{by} before your decision arrived. Nothing was changed.", state.label().to_lowercase()))
    })?;
    if until.is_some_and(|until| until > row.until) {
        return Err(StoreError::Conflict("An approval cannot last longer than was asked for.".into()));
    }
    sqlx::query!(
        "UPDATE request_part SET state = $2, decided_by = $3, decided_at = $4, reason = $5, until = $6 WHERE id = $1",
        part.0,
        next.as_str(),
        actor.0,
        now,
        reason,
        until
    )
    .execute(&mut *conn)
    .await?;
    let event = AuditEvent {
        product: Some(ProductId(row.product_id)),
        address: Some(row.address),
        reason,
        ..AuditEvent::done(Some(actor), action, "request", Some(row.request_id), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    if let Some(until) = until {
        make_agreement(conn, part, Some(actor), until, origin, ids, now).await?;
    }
    Ok(())
}
