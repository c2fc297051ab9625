//! Opening a request: written down before any source is asked.

use crate::{Result, audit};
use chrono::{DateTime, NaiveDate, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{PersonId, SectorId, SubjectRequestId};
use domain::subject::{IdentifierKind, SubjectState, SubjectWish};
use sqlx::PgConnection;

/// A request to open; of the identifier its hash under a key that the record does not hold, and its mask.
#[derive(Debug, Clone)]
pub struct NewRequest<'a> {
    pub by: PersonId,
    pub sector: Option<SectorId>,
    pub kind: IdentifierKind,
    pub hash: [u8; 32],
    pub mask: &'a str,
    pub wish: SubjectWish,
    pub purpose: &'a str,
    pub reason: &'a str,
    pub due_on: NaiveDate,
}

pub async fn open(conn: &mut PgConnection, new: &NewRequest<'_>, origin: &Origin, ids: &Ids, now: DateTime<Utc>) -> Result<SubjectRequestId> {
    let id: SubjectRequestId = ids.next(now);
    sqlx::query!(
        "INSERT INTO subject_request (id, opened_by, opened_at, sector_id, identifier_kind, identifier_hash, identifier_mask, wish, purpose, reason,
             due_on, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        id.0,
        new.by.0,
        now,
        new.sector.map(|sector| sector.0),
        new.kind.as_str(),
        &new.hash,
        new.mask,
        new.wish.as_str(),
        new.purpose,
        new.reason,
        new.due_on,
        SubjectState::Looking.as_str()
    )
    .execute(&mut *conn)
    .await?;
    let event = AuditEvent {
        reason: Some(format!("{}: {}", new.purpose, new.reason)),
        detail: Some(format!("{} {}, {}", new.kind.label(), new.mask, new.wish.label())),
        ..AuditEvent::done(Some(new.by), AuditAction::SubjectOpen, "subject-request", Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok(id)
}
