//! Credentials that are made for one download and shown to nobody: so the file is read as a role of the source, like everything else,
//! and the portal keeps no key. Each ends with its download; what a server that died left behind ends a little later.

use super::credentials::About;
use crate::{Result, StoreError, audit, outbox};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Ids;
use domain::audit::{AuditAction, Origin};
use domain::id::{AgreementId, CredentialId, PersonId};
use sqlx::PgConnection;

/// Downloads that somebody may have running under one agreement.
pub const MOST_DOWNLOADS: i64 = 3;

/// A source lets no statement run for longer than a quarter of an hour; what is older was left behind.
const LEFT_MINUTES: i64 = 20;

/// The row for a credential of one download. It is committed before the source makes the role, so that no comparison takes the role for
/// a stray. `Conflict` when too many are running.
pub async fn begin_download(
    conn: &mut PgConnection,
    agreement: AgreementId,
    person: PersonId,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<CredentialId> {
    let id: CredentialId = ids.next(now);
    let made = sqlx::query!(
        "INSERT INTO agreement_credential (id, agreement_id, person_id, made_by, made_at, once)
         SELECT $1, $2, $3, $3, $4, true
         WHERE (SELECT count(*) FROM agreement_credential c WHERE c.agreement_id = $2 AND c.person_id = $3 AND c.once AND c.ended_at IS NULL) < $5",
        id.0,
        agreement.0,
        person.0,
        now,
        MOST_DOWNLOADS
    )
    .execute(conn)
    .await?;
    if made.rows_affected() == 0 {
        let message = format!("{MOST_DOWNLOADS} downloads of yours are running under this agreement. Wait until one of them has ended.");
        return Err(StoreError::Conflict(message));
    }
    Ok(id)
}

/// Ends the credential of a download; its role follows through the outbox. Ending what has ended is no error. Call within a transaction.
pub async fn end_download(
    conn: &mut PgConnection,
    actor: Option<PersonId>,
    credential: CredentialId,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = sqlx::query!(
        "UPDATE agreement_credential c SET ended_at = $2 FROM agreement a JOIN product p ON p.id = a.product_id
         WHERE c.id = $1 AND c.once AND c.ended_at IS NULL AND a.id = c.agreement_id RETURNING a.id AS agreement, a.product_id, p.address",
        credential.0,
        now
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(()) };
    let about = About { product: row.product_id, address: row.address };
    let event = about.event(actor, AuditAction::CredentialEnd, AgreementId(row.agreement), "of one download".into(), origin);
    audit::append(conn, &event, now).await?;
    outbox::push(conn, "credential.end", credential.0, now).await
}

/// Ends what a server that died left behind; gives how many. Call within a transaction.
pub async fn end_left_downloads(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<usize> {
    let left = sqlx::query_scalar!(
        "SELECT id FROM agreement_credential WHERE once AND ended_at IS NULL AND made_at < $1 ORDER BY made_at LIMIT 200 FOR UPDATE SKIP LOCKED",
        now - TimeDelta::minutes(LEFT_MINUTES)
    )
    .fetch_all(&mut *conn)
    .await?;
    for id in &left {
        end_download(conn, None, CredentialId(*id), &Origin::default(), now).await?;
    }
    Ok(left.len())
}
