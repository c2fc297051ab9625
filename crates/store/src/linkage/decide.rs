//! Deciding and ending. The linkage is locked: of two owners who approve at once, the second has it counted.

use super::{END, MEASURE};
use crate::{Result, StoreError, audit, outbox};
use chrono::{DateTime, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{LinkageId, PersonId};
use domain::linkage::{LinkageState, Side};
use sqlx::PgConnection;

async fn locked(conn: &mut PgConnection, id: LinkageId) -> Result<LinkageState> {
    let state = sqlx::query_scalar!("SELECT state FROM linkage WHERE id = $1 FOR UPDATE", id.0).fetch_one(conn).await?;
    Ok(state.parse()?)
}

/// Moves on, or says that the linkage is not where it was thought to be.
pub(super) fn next(from: LinkageState, to: LinkageState) -> Result<LinkageState> {
    from.to(to).map_err(|error| StoreError::Conflict(format!("This linkage {error}.")))
}

fn event(actor: PersonId, action: AuditAction, id: LinkageId, origin: &Origin) -> AuditEvent {
    AuditEvent::done(Some(actor), action, "linkage", Some(id.0), origin.clone())
}

/// Approves for one side; with both sides the source is asked.
pub async fn approve(conn: &mut PgConnection, id: LinkageId, side: Side, actor: PersonId, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    let state = locked(&mut *conn, id).await?;
    let approved = next(state, LinkageState::Approved)?;
    let changed = sqlx::query!(
        "UPDATE linkage_side SET approved_by = $3, approved_at = $4 WHERE linkage_id = $1 AND side = $2 AND approved_at IS NULL",
        id.0,
        side.as_str(),
        actor.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(StoreError::Conflict("This side is approved already.".into()));
    }
    let open = sqlx::query_scalar!(r#"SELECT count(*) AS "open!" FROM linkage_side WHERE linkage_id = $1 AND approved_at IS NULL"#, id.0)
        .fetch_one(&mut *conn)
        .await?;
    let event = AuditEvent { detail: Some(side.label().to_owned()), ..event(actor, AuditAction::LinkageApprove, id, origin) };
    audit::append(conn, &event, now).await?;
    if open == 0 {
        sqlx::query!("UPDATE linkage SET state = $2 WHERE id = $1", id.0, approved.as_str()).execute(&mut *conn).await?;
        outbox::push(conn, MEASURE, id.0, now).await?;
    }
    Ok(())
}

async fn over(
    conn: &mut PgConnection,
    id: LinkageId,
    to: LinkageState,
    (actor, action): (PersonId, AuditAction),
    reason: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    let state = next(locked(&mut *conn, id).await?, to)?;
    sqlx::query!("UPDATE linkage SET state = $2, ended_at = $3, end_reason = $4 WHERE id = $1", id.0, state.as_str(), now, reason)
        .execute(&mut *conn)
        .await?;
    let event = AuditEvent { reason: Some(reason.to_owned()), ..event(actor, action, id, origin) };
    audit::append(conn, &event, now).await?;
    follow(conn, id, now).await?;
    outbox::push(conn, END, id.0, now).await
}

/// Where rows of both are given, the first agreement's views are made anew at the source.
pub(super) async fn follow(conn: &mut PgConnection, id: LinkageId, now: DateTime<Utc>) -> Result<()> {
    let reading = sqlx::query_scalar!(
        "SELECT s.agreement_id FROM linkage l JOIN linkage_side s ON s.linkage_id = l.id AND s.side = 'left' JOIN agreement a ON a.id = s.agreement_id
         WHERE l.id = $1 AND l.gives_rows AND a.state = 'active'",
        id.0
    );
    match reading.fetch_optional(&mut *conn).await? {
        Some(agreement) => outbox::push(conn, "agreement.protect", agreement, now).await,
        None => Ok(()),
    }
}

/// Refuses for either side: one refusal refuses it.
pub async fn refuse(conn: &mut PgConnection, id: LinkageId, actor: PersonId, reason: &str, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    over(conn, id, LinkageState::Refused, (actor, AuditAction::LinkageRefuse), reason, origin, now).await
}

/// Ends it, by its requester or an owner; the source forgets its key.
pub async fn end(conn: &mut PgConnection, id: LinkageId, actor: PersonId, reason: &str, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    over(conn, id, LinkageState::Ended, (actor, AuditAction::LinkageEnd), reason, origin, now).await
}
