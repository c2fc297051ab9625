//! From a draft to what holds: consultation, the second person's agreement, publication, and the end.

use crate::{Result, StoreError, audit, outbox};
use chrono::{DateTime, NaiveDate, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::calendar;
use domain::id::{AgreementId, PersonId, ProductId, StandardId};
use rules::Status;
use sqlx::PgConnection;
use uuid::Uuid;

/// An open version, locked until the transaction ends; none when it is not open any more.
async fn locked(conn: &mut PgConnection, id: StandardId, version: i32) -> Result<Option<Status>> {
    let status = sqlx::query_scalar!(
        "SELECT v.status FROM standard s JOIN standard_version v ON v.standard_id = s.id WHERE s.id = $1 AND v.version = $2 FOR UPDATE OF s, v",
        id.0,
        version
    )
    .fetch_optional(conn)
    .await?;
    Ok(status.map(|word| word.parse()).transpose()?)
}

fn about(id: StandardId, version: i32, actor: Option<PersonId>, action: AuditAction, origin: &Origin) -> AuditEvent {
    AuditEvent { detail: Some(format!("version {version}")), ..AuditEvent::done(actor, action, "standard", Some(id.0), origin.clone()) }
}

/// One row for each product that it concerns, by which its owners are told.
async fn tell(conn: &mut PgConnection, event: &AuditEvent, action: AuditAction, products: &[(ProductId, String)], now: DateTime<Utc>) -> Result<()> {
    for (product, address) in products {
        let one = AuditEvent { action, product: Some(*product), address: Some(address.clone()), ..event.clone() };
        audit::append(conn, &one, now).await?;
    }
    Ok(())
}

/// Opens a draft for comments, and asks the owners of products that would not meet it. False when it was open before.
pub async fn consult(
    conn: &mut PgConnection,
    actor: PersonId,
    (id, version): (StandardId, i32),
    concerned: &[(ProductId, String)],
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<bool> {
    let Some(status) = locked(&mut *conn, id, version).await? else { return Ok(false) };
    if status == Status::Consultation {
        return Ok(false);
    }
    status.to(Status::Consultation)?;
    sqlx::query!("UPDATE standard_version SET status = 'consultation' WHERE standard_id = $1 AND version = $2", id.0, version)
        .execute(&mut *conn)
        .await?;
    let event = about(id, version, Some(actor), AuditAction::StandardConsult, origin);
    audit::append(&mut *conn, &event, now).await?;
    tell(conn, &event, AuditAction::StandardInvite, concerned, now).await.map(|()| true)
}

/// The second person's agreement. Whoever wrote the version last is not that person; the table refuses it too.
pub async fn agree(conn: &mut PgConnection, actor: PersonId, (id, version): (StandardId, i32), origin: &Origin, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE standard_version SET agreed_by = $3, agreed_at = $4
         WHERE standard_id = $1 AND version = $2 AND status IN ('draft', 'consultation') AND agreed_by IS NULL AND changed_by IS DISTINCT FROM $3",
        id.0,
        version,
        actor.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    audit::append(conn, &about(id, version, Some(actor), AuditAction::StandardAgree, origin), now).await?;
    Ok(true)
}

/// How a version is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication<'a> {
    pub from: NaiveDate,
    pub until: Option<NaiveDate>,
    /// Why it does not wait for the notice period.
    pub urgent_reason: Option<&'a str>,
    /// Products that do not meet it as they stand.
    pub concerned: &'a [(ProductId, String)],
    /// Agreements that it will stop as they stand, and from which day on.
    pub stopping: &'a [AgreementId],
    pub stops_on: NaiveDate,
}

/// Publishes a version: what was in force acts until the new one begins. False when it was published before; published twice is once.
pub async fn publish(
    conn: &mut PgConnection,
    actor: PersonId,
    (id, version): (StandardId, i32),
    publication: &Publication<'_>,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<bool> {
    let Some(status) = locked(&mut *conn, id, version).await? else { return Ok(false) };
    if !status.is_open() {
        return Ok(false);
    }
    status.to(Status::Published)?;
    let agreed = sqlx::query_scalar!(
        r#"SELECT (agreed_by IS NOT NULL) AS "agreed!" FROM standard_version WHERE standard_id = $1 AND version = $2"#,
        id.0,
        version
    )
    .fetch_one(&mut *conn)
    .await?;
    if !agreed {
        return Err(StoreError::Conflict("Nobody publishes alone: a second person must agree first.".into()));
    }
    sqlx::query!(
        "UPDATE standard_version SET status = 'superseded', effective_until = greatest(effective_from, least(coalesce(effective_until, $3), $3))
         WHERE standard_id = $1 AND version <> $2 AND status IN ('published', 'effective')",
        id.0,
        version,
        publication.from
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "UPDATE standard_version SET status = 'published', effective_from = $3, effective_until = $4, urgent_reason = $5, published_by = $6, published_at = $7
         WHERE standard_id = $1 AND version = $2",
        id.0,
        version,
        publication.from,
        publication.until,
        publication.urgent_reason,
        actor.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    let event = AuditEvent {
        reason: publication.urgent_reason.map(str::to_owned),
        detail: Some(format!("version {version}, in force from {}", publication.from)),
        ..about(id, version, Some(actor), AuditAction::StandardPublish, origin)
    };
    audit::append(&mut *conn, &event, now).await?;
    tell(&mut *conn, &event, AuditAction::StandardAffect, publication.concerned, now).await?;
    forewarn(&mut *conn, &event, publication, now).await?;
    outbox::push(conn, super::ALL, id.0, now).await?;
    Ok(true)
}

/// One row for each agreement that will still be in force on the day on which it is stopped, by which its holders are told.
async fn forewarn(conn: &mut PgConnection, event: &AuditEvent, publication: &Publication<'_>, now: DateTime<Utc>) -> Result<()> {
    let agreements: Vec<Uuid> = publication.stopping.iter().map(|id| id.0).collect();
    let begins = calendar::end_of(publication.stops_on.pred_opt().unwrap_or(publication.stops_on));
    let rows = sqlx::query!(
        "SELECT a.id, a.product_id, p.address, s.slug FROM agreement a JOIN product p ON p.id = a.product_id CROSS JOIN standard s
         WHERE a.id = ANY($1) AND a.state = 'active' AND a.until > $2 AND s.id = $3 ORDER BY a.id",
        &agreements,
        begins,
        event.object_id
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in rows {
        let one = AuditEvent {
            product: Some(ProductId(row.product_id)),
            address: Some(row.address),
            detail: Some(row.slug),
            ..AuditEvent::done(event.actor, AuditAction::AgreementForewarn, "agreement", Some(row.id), event.origin.clone())
        };
        audit::append(&mut *conn, &one, now).await?;
    }
    Ok(())
}

/// Ends a standard at once: what acts stops acting today, and a draft goes no further. Gives how many versions that were.
pub async fn retire(
    conn: &mut PgConnection,
    actor: PersonId,
    id: StandardId,
    reason: &str,
    origin: &Origin,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<u64> {
    let done = sqlx::query!(
        "UPDATE standard_version SET status = 'retired',
             effective_until = CASE WHEN effective_from IS NULL THEN NULL ELSE greatest(effective_from, least(coalesce(effective_until, $2), $2)) END
         WHERE standard_id = $1 AND status <> 'retired'",
        id.0,
        today
    )
    .execute(&mut *conn)
    .await?
    .rows_affected();
    if done > 0 {
        let event = AuditEvent {
            reason: Some(reason.to_owned()),
            ..AuditEvent::done(Some(actor), AuditAction::StandardRetire, "standard", Some(id.0), origin.clone())
        };
        audit::append(&mut *conn, &event, now).await?;
        outbox::push(conn, super::ALL, id.0, now).await?;
    }
    Ok(done)
}
