//! What changes at a port by what was found, in the trail and to those whom it concerns; and masks that come or go at the source.

use super::evaluation::{CANNOT_TELL, NewEvaluation, Standing};
use crate::{Result, audit, outbox};
use chrono::{DateTime, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{ProductId, StandardId};
use rules::Effect;
use sqlx::PgConnection;

/// What changed at the port, and what could not be judged unless that is said already, is in the trail, and those are told whom it concerns.
pub(super) async fn tell(conn: &mut PgConnection, new: &NewEvaluation, before: Option<&Standing>, aloud: bool, now: DateTime<Utc>) -> Result<()> {
    let (stopped, stops) = (before.is_some_and(Standing::stops), new.serving == Effect::Refuse);
    if stops && !stopped {
        about(&mut *conn, new.product, new.standard, AuditAction::StandardStop, Some(&new.address), now).await?;
    } else if stopped && !stops {
        about(&mut *conn, new.product, new.standard, AuditAction::StandardMend, Some(&new.address), now).await?;
    }
    if aloud && new.verdict == CANNOT_TELL && before.is_none_or(|before| !before.is_unclear()) {
        let event = AuditEvent {
            address: Some(new.address.clone()),
            reason: new.why.clone(),
            detail: Some(format!("{} version {}", new.slug, new.version)),
            ..AuditEvent::done(None, AuditAction::StandardUnclear, "standard", Some(new.standard.0), Origin::default())
        };
        audit::append(&mut *conn, &event, now).await?;
    }
    if before.is_some_and(Standing::masks) || new.serving == Effect::Mask {
        protect(conn, new.product, now).await?;
    }
    Ok(())
}

pub(super) async fn about(
    conn: &mut PgConnection,
    product: ProductId,
    standard: StandardId,
    action: AuditAction,
    address: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    let slug = sqlx::query_scalar!("SELECT slug FROM standard WHERE id = $1", standard.0).fetch_one(&mut *conn).await?;
    let event = AuditEvent {
        product: Some(product),
        address: address.map(str::to_owned),
        detail: Some(slug),
        ..AuditEvent::done(None, action, "product", Some(product.0), Origin::default())
    };
    audit::append(conn, &event, now).await
}

/// Has the source make every agreement's views and all sample rows anew: a mask came or went.
pub(super) async fn protect(conn: &mut PgConnection, product: ProductId, now: DateTime<Utc>) -> Result<()> {
    let agreements =
        sqlx::query_scalar!("SELECT id FROM agreement WHERE product_id = $1 AND state = 'active'", product.0).fetch_all(&mut *conn).await?;
    for agreement in agreements {
        outbox::push(&mut *conn, "agreement.protect", agreement, now).await?;
    }
    let readable =
        sqlx::query_scalar!("SELECT id FROM dataset WHERE product_id = $1 AND table_name IS NOT NULL", product.0).fetch_all(&mut *conn).await?;
    for dataset in readable {
        outbox::push(&mut *conn, "preview.settle", dataset, now).await?;
    }
    Ok(())
}
