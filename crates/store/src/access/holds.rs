//! Holds: while one stands, an agreement stays and nothing is read under it. Each is placed and lifted once; the source follows
//! through the outbox, and gets back exactly what was agreed when the last one is lifted.

use crate::{Result, audit, outbox};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::access::HoldKind;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{AgreementId, HoldId, PersonId, ProductId, SuspensionId};
use sqlx::PgConnection;

/// A hold to place; `by` is none for what Pasar decides by itself.
#[derive(Debug, Clone)]
pub struct NewHold<'a> {
    pub agreement: AgreementId,
    pub kind: HoldKind,
    /// The holder reads it.
    pub reason: &'a str,
    pub by: Option<PersonId>,
    /// The suspension that it is part of.
    pub suspension: Option<SuspensionId>,
}

/// Places a hold on an agreement in force. None when it stands already, or when there is nothing to hold.
pub async fn place_hold(conn: &mut PgConnection, new: &NewHold<'_>, origin: &Origin, ids: &Ids, now: DateTime<Utc>) -> Result<Option<HoldId>> {
    let agreement = sqlx::query!(
        "SELECT a.product_id, p.address FROM agreement a JOIN product p ON p.id = a.product_id WHERE a.id = $1 AND a.state = 'active' FOR UPDATE OF a",
        new.agreement.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(agreement) = agreement else { return Ok(None) };
    let id: HoldId = ids.next(now);
    let placed = sqlx::query!(
        "INSERT INTO agreement_hold (id, agreement_id, kind, reason, placed_by, placed_at, suspension_id) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT DO NOTHING",
        id.0,
        new.agreement.0,
        new.kind.as_str(),
        new.reason,
        new.by.map(|by| by.0),
        now,
        new.suspension.map(|suspension| suspension.0)
    )
    .execute(&mut *conn)
    .await?;
    if placed.rows_affected() == 0 {
        return Ok(None);
    }
    let event = AuditEvent {
        product: Some(ProductId(agreement.product_id)),
        address: Some(agreement.address),
        reason: Some(new.reason.to_owned()),
        detail: Some(new.kind.label().to_owned()),
        ..AuditEvent::done(new.by, AuditAction::AgreementHold, "agreement", Some(new.agreement.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    outbox::push(conn, "agreement.hold", new.agreement.0, now).await?;
    Ok(Some(id))
}

/// Lifts a hold. False when it does not stand. With the last one the agreement goes on, when it is still in force.
pub async fn lift_hold(conn: &mut PgConnection, hold: HoldId, by: Option<PersonId>, origin: &Origin, now: DateTime<Utc>) -> Result<bool> {
    let found = sqlx::query!(
        "SELECT a.id, a.product_id, p.address, h.kind FROM agreement a JOIN agreement_hold h ON h.agreement_id = a.id JOIN product p ON p.id = a.product_id
         WHERE h.id = $1 AND h.lifted_at IS NULL FOR UPDATE OF a",
        hold.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(found) = found else { return Ok(false) };
    // The agreement is locked: of two who lift, one does.
    let lifted =
        sqlx::query!("UPDATE agreement_hold SET lifted_at = $2, lifted_by = $3 WHERE id = $1 AND lifted_at IS NULL", hold.0, now, by.map(|by| by.0))
            .execute(&mut *conn)
            .await?;
    if lifted.rows_affected() == 0 {
        return Ok(false);
    }
    let kind: HoldKind = found.kind.parse()?;
    let event = AuditEvent {
        product: Some(ProductId(found.product_id)),
        address: Some(found.address),
        detail: Some(kind.label().to_owned()),
        ..AuditEvent::done(by, AuditAction::AgreementLift, "agreement", Some(found.id), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    if holds_of(conn, AgreementId(found.id)).await?.is_empty() {
        outbox::push(conn, "agreement.resume", found.id, now).await?;
    }
    Ok(true)
}

/// A hold that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldView {
    pub id: HoldId,
    pub kind: HoldKind,
    pub reason: String,
    pub placed_by: Option<String>,
    pub placed_at: DateTime<Utc>,
}

/// The holds that stand, oldest first.
pub async fn holds_of(conn: &mut PgConnection, agreement: AgreementId) -> Result<Vec<HoldView>> {
    let rows = sqlx::query!(
        r#"SELECT h.id, h.kind, h.reason, p.name AS "placed_by?", h.placed_at FROM agreement_hold h LEFT JOIN person p ON p.id = h.placed_by
           WHERE h.agreement_id = $1 AND h.lifted_at IS NULL ORDER BY h.placed_at, h.id"#,
        agreement.0
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(HoldView { id: HoldId(row.id), kind: row.kind.parse()?, reason: row.reason, placed_by: row.placed_by, placed_at: row.placed_at })
        })
        .collect()
}
