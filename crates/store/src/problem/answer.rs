//! Answering problems, and the incidents that they are part of. When an incident is mended, so are its problems.

use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{IncidentId, PersonId, ProblemAnswerId, ProblemId, ProductId};
use domain::problem::ProblemState;
use sqlx::PgConnection;

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<'a> {
    pub to: ProblemState,
    pub text: &'a str,
    /// An open incident of the same product that it is part of.
    pub incident: Option<IncidentId>,
}

/// Answers a problem, where it is not over yet.
pub async fn answer(
    conn: &mut PgConnection,
    by: PersonId,
    id: ProblemId,
    new: &Answer<'_>,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = sqlx::query!(
        "SELECT b.state, b.product_id, p.address FROM problem b JOIN product p ON p.id = b.product_id WHERE b.id = $1 FOR UPDATE OF b",
        id.0
    )
    .fetch_one(&mut *conn)
    .await?;
    let from: ProblemState = row.state.parse()?;
    let to = from.to(new.to).map_err(|error| StoreError::Conflict(format!("This problem {error}.")))?;
    if let Some(incident) = new.incident {
        let open = sqlx::query_scalar!(
            "SELECT id FROM incident WHERE id = $1 AND product_id = $2 AND mended_at IS NULL FOR UPDATE",
            incident.0,
            row.product_id
        );
        if open.fetch_optional(&mut *conn).await?.is_none() {
            return Err(StoreError::Conflict("This incident is over, or of another product. Open the page again.".into()));
        }
    }
    sqlx::query!(
        "UPDATE problem SET state = $2, answered_at = coalesce(answered_at, $3), ended_at = $4, incident_id = coalesce($5, incident_id) WHERE id = $1",
        id.0,
        to.as_str(),
        now,
        to.is_over().then_some(now),
        new.incident.map(|incident| incident.0)
    )
    .execute(&mut *conn)
    .await?;
    said(conn, by, id, to, new.text, ids, now).await?;
    let action = if to.is_over() { AuditAction::ProblemEnd } else { AuditAction::ProblemAnswer };
    let event = AuditEvent {
        product: Some(ProductId(row.product_id)),
        address: Some(row.address),
        detail: Some(to.label().to_owned()),
        ..AuditEvent::done(Some(by), action, "problem", Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await
}

async fn said(conn: &mut PgConnection, by: PersonId, id: ProblemId, to: ProblemState, text: &str, ids: &Ids, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO problem_answer (id, problem_id, author_id, at, to_state, text) VALUES ($1, $2, $3, $4, $5, $6)",
        ids.next::<ProblemAnswerId>(now).0,
        id.0,
        by.0,
        now,
        to.as_str(),
        text
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Opens an incident: who holds an agreement is told.
pub async fn open_incident(
    conn: &mut PgConnection,
    by: PersonId,
    product: (ProductId, &str),
    title: &str,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<IncidentId> {
    let id: IncidentId = ids.next(now);
    sqlx::query!(
        "INSERT INTO incident (id, product_id, title, opened_by, opened_at) VALUES ($1, $2, $3, $4, $5)",
        id.0,
        product.0.0,
        title,
        by.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    let event = AuditEvent {
        product: Some(product.0),
        address: Some(product.1.to_owned()),
        detail: Some(title.to_owned()),
        ..AuditEvent::done(Some(by), AuditAction::IncidentOpen, "incident", Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok(id)
}

/// Mends an incident, and with it every problem that is part of it and not over.
#[expect(clippy::too_many_arguments, reason = "an incident, who mends it, and what every change takes")]
pub async fn mend_incident(
    conn: &mut PgConnection,
    by: PersonId,
    product: (ProductId, &str),
    id: IncidentId,
    cause: &str,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<()> {
    let mended = sqlx::query!(
        "UPDATE incident SET mended_at = $3, cause = $4 WHERE id = $1 AND product_id = $2 AND mended_at IS NULL",
        id.0,
        product.0.0,
        now,
        cause
    )
    .execute(&mut *conn)
    .await?;
    if mended.rows_affected() == 0 {
        return Err(StoreError::Conflict("This incident is over already.".into()));
    }
    let problems =
        sqlx::query_scalar!("SELECT id FROM problem WHERE incident_id = $1 AND ended_at IS NULL ORDER BY id", id.0).fetch_all(&mut *conn).await?;
    for problem in problems {
        answer(conn, by, ProblemId(problem), &Answer { to: ProblemState::Mended, text: cause, incident: None }, origin, ids, now).await?;
    }
    let event = AuditEvent {
        product: Some(product.0),
        address: Some(product.1.to_owned()),
        detail: Some(cause.to_owned()),
        ..AuditEvent::done(Some(by), AuditAction::IncidentMend, "incident", Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await
}
