//! Undoing the last decision of a part, as long as nothing was read by what it granted.

use super::agreements::{EndReason, end};
use super::decide::{Locked, lock};
use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::access::{PartState, StepState};
use domain::audit::{AuditAction, Origin};
use domain::id::{AgreementId, PartStepId, PersonId, RequestPartId};
use sqlx::PgConnection;

/// The step whose decision `actor` may undo now: their own, the latest of the part, and not used yet.
pub async fn undoable(conn: &mut PgConnection, actor: PersonId, part: RequestPartId) -> Result<Option<PartStepId>> {
    let row = sqlx::query!(
        r#"SELECT s.id, s.decided_by, (q.state = 'withdrawn' OR EXISTS (SELECT FROM agreement a WHERE a.part_id = q.id AND a.state <> 'undone'
                   AND (a.state <> 'active' OR a.first_read_at IS NOT NULL OR a.credential_at IS NOT NULL
                        OR EXISTS (SELECT FROM agreement_credential c WHERE c.agreement_id = a.id AND c.set_at IS NOT NULL)))) AS "late!"
           FROM request_part q JOIN part_step s ON s.part_id = q.id WHERE q.id = $1 AND s.decided_at IS NOT NULL
           ORDER BY s.decided_at DESC, s.id DESC LIMIT 1"#,
        part.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.filter(|row| row.decided_by == Some(actor.0) && !row.late).map(|row| PartStepId(row.id)))
}

/// Takes back `actor`'s own decision: what it granted ends, and the part may be decided again by the same clock. With a step, the decision of
/// that one alone: whoever sends it twice does not take back the decision before it as well.
pub async fn undo(
    conn: &mut PgConnection,
    actor: PersonId,
    part: RequestPartId,
    only: Option<PartStepId>,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    let locked: Locked = lock(conn, part).await?;
    // The agreement's own row: a first read or a credential at this moment waits, and then finds it ended, or is first.
    let agreement = sqlx::query_scalar!("SELECT id FROM agreement WHERE part_id = $1 AND state <> 'undone' FOR UPDATE", part.0)
        .fetch_optional(&mut *conn)
        .await?;
    let Some(step) = undoable(conn, actor, part).await?.filter(|step| only.is_none_or(|only| only == *step)) else {
        return Err(StoreError::Conflict(
            "This decision can no longer be undone: its grant is in use, or somebody has decided after you. Nothing was changed.".into(),
        ));
    };
    if let Some(agreement) = agreement {
        end(conn, Some(actor), AgreementId(agreement), &EndReason::Undone, origin, now).await?;
    }
    if locked.state != PartState::Submitted {
        let state = locked.state.to(PartState::Submitted)?;
        sqlx::query!(
            "UPDATE request_part SET state = $2, decided_by = NULL, decided_at = NULL, reason = NULL, until = NULL WHERE id = $1",
            part.0,
            state.as_str()
        )
        .execute(&mut *conn)
        .await?;
        sqlx::query!("UPDATE request_part_dataset SET granted_columns = NULL, granted_row_scope = NULL WHERE part_id = $1", part.0)
            .execute(&mut *conn)
            .await?;
    }
    sqlx::query!(
        "UPDATE part_step SET state = $2, decided_by = NULL, decided_for = NULL, decided_at = NULL, note = NULL, conditions = NULL
         WHERE part_id = $1 AND (id = $3 OR state = 'closed')",
        part.0,
        StepState::Waiting.as_str(),
        step.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("UPDATE request_part q SET stage = s.stage FROM part_step s WHERE q.id = $1 AND s.id = $2", part.0, step.0)
        .execute(&mut *conn)
        .await?;
    audit::append(conn, &locked.event(Some(actor), AuditAction::RequestUndo, origin), now).await
}
