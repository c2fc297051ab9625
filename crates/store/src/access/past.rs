//! Requests that are over, as a demonstration's past. They are written as they would have ended, whole: nothing of them waits for a
//! decision, and nothing was or will be granted at a source.

use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::access::{AgreementState, GrantState, PartState};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::calendar::{self, WORKING_DAYS_TO_SHARE};
use domain::id::{AgreementId, PersonId, RequestId, RequestPartId};
use sqlx::PgConnection;
use uuid::Uuid;

/// One request for one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastPart {
    pub requester: PersonId,
    /// The same form again is the same request.
    pub key: Uuid,
    /// The product's address.
    pub product: String,
    pub purpose: String,
    pub submitted_at: DateTime<Utc>,
    pub decided_at: DateTime<Utc>,
    /// Refused, withdrawn or approved.
    pub state: PartState,
    /// The product's own terms approved it.
    pub at_once: bool,
    pub first_read_at: Option<DateTime<Utc>>,
    /// When the agreement expired; for approved ones.
    pub ended_at: DateTime<Utc>,
}

/// Writes what is not there yet, with one row of the audit trail for all; gives how many were written. What names a product that
/// is not there is left out. Call within a transaction.
pub async fn write_past(conn: &mut PgConnection, parts: &[PastPart], what: &str, ids: &Ids, now: DateTime<Utc>) -> Result<usize> {
    let holidays = super::holidays(&mut *conn).await?;
    let mut written = 0;
    for part in parts {
        let due_on = calendar::add_working_days(calendar::day(part.submitted_at), WORKING_DAYS_TO_SHARE, &holidays);
        let request: RequestId = ids.next(part.submitted_at);
        let inserted = sqlx::query_scalar!(
            "INSERT INTO access_request (id, requester_id, purpose, explanation, legal_basis, team, until, submitted_at, decide_by, submission_key)
             SELECT $1, $2, $3, $4, 'None: ' || $4, 'Sample team', ($5::timestamptz AT TIME ZONE 'Asia/Singapore')::date, $6, $7, $8
             WHERE EXISTS (SELECT FROM product WHERE address = $9) ON CONFLICT (requester_id, submission_key) DO NOTHING RETURNING id",
            request.0,
            part.requester.0,
            part.purpose,
            what,
            part.ended_at,
            part.submitted_at,
            due_on,
            part.key,
            part.product
        )
        .fetch_optional(&mut *conn)
        .await?;
        if inserted.is_some() {
            insert_part(conn, request, part, due_on, ids).await?;
            written += 1;
        }
    }
    if written > 0 {
        let detail = Some(format!("{what}: {written} requests that are over"));
        let event = AuditEvent { detail, ..AuditEvent::done(None, AuditAction::CatalogueImport, "request", None, Origin::default()) };
        audit::append(conn, &event, now).await?;
    }
    Ok(written)
}

/// The part with its datasets, its step unless its product's terms decided, and its agreement when it was approved.
async fn insert_part(conn: &mut PgConnection, request: RequestId, part: &PastPart, due_on: chrono::NaiveDate, ids: &Ids) -> Result<()> {
    let id: RequestPartId = ids.next(part.submitted_at);
    let approved = part.state == PartState::Approved;
    let decided = approved || part.state == PartState::Refused;
    sqlx::query!(
        "INSERT INTO request_part (id, request_id, product_id, state, decided_by, decided_at, reason, until, due_on)
         SELECT $1, $2, p.id, $3, CASE WHEN $4 THEN p.steward_id WHEN $3 = 'withdrawn' THEN $5::uuid END, $6,
                CASE $3 WHEN 'refused' THEN 'Invented: another dataset answers the question.' END,
                CASE WHEN $7 THEN ($8::timestamptz AT TIME ZONE 'Asia/Singapore')::date - 1 END, $9 FROM product p WHERE p.address = $10",
        id.0,
        request.0,
        part.state.as_str(),
        decided && !part.at_once,
        part.requester.0,
        part.decided_at,
        approved,
        part.ended_at,
        due_on,
        part.product
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO request_part_dataset (part_id, output_port_id, dataset_id)
         SELECT DISTINCT ON (d.id) q.id, x.output_port_id, d.id FROM request_part q JOIN dataset d ON d.product_id = q.product_id
         JOIN output_port_dataset x ON x.dataset_id = d.id WHERE q.id = $1 ORDER BY d.id, x.output_port_id",
        id.0
    )
    .execute(&mut *conn)
    .await?;
    if !part.at_once {
        // Who left before a decision, or where nobody is named as steward: the step closed without one.
        sqlx::query!(
            "INSERT INTO part_step (id, part_id, stage, roles, why, state, decided_by, decided_at)
             SELECT $1, q.id, 1, '{steward,owner}', 'The product’s domain decides.', CASE WHEN s.by IS NULL THEN 'closed' ELSE q.state END, s.by,
                    CASE WHEN s.by IS NOT NULL THEN q.decided_at END
             FROM request_part q, LATERAL (SELECT CASE WHEN $3 THEN q.decided_by END AS by) s WHERE q.id = $2",
            ids.next::<RequestPartId>(part.submitted_at).0,
            id.0,
            decided
        )
        .execute(&mut *conn)
        .await?;
    }
    if approved { insert_agreement(conn, id, part, ids).await } else { Ok(()) }
}

/// Over, at the source too: nothing is left for the port to do.
async fn insert_agreement(conn: &mut PgConnection, id: RequestPartId, part: &PastPart, ids: &Ids) -> Result<()> {
    let agreement: AgreementId = ids.next(part.decided_at);
    sqlx::query!(
        "INSERT INTO agreement (id, part_id, product_id, holder_id, state, grant_state, made_at, until, ended_at, first_read_at)
         SELECT $1, q.id, q.product_id, $3, $4, $5, $6, $7, $7, $8 FROM request_part q WHERE q.id = $2",
        agreement.0,
        id.0,
        part.requester.0,
        AgreementState::Expired.as_str(),
        GrantState::Ended.as_str(),
        part.decided_at,
        part.ended_at,
        part.first_read_at
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO agreement_dataset (agreement_id, dataset_id, output_port_id, view_name, columns)
         SELECT $1, d.id, x.output_port_id, d.name, ARRAY(SELECT c.name FROM data_column c WHERE c.dataset_id = d.id AND column_leaves(c) ORDER BY c.position)
         FROM request_part_dataset x JOIN dataset d ON d.id = x.dataset_id WHERE x.part_id = $2",
        agreement.0,
        id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
