//! Asking, answering and withdrawing. The row is locked: of an answer and a withdrawal at once, one wins and the other is told.

use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{PersonId, ProductId, WantedId};
use domain::wanted::{MOST_OPEN, NewAnswer, NewWanted, WantedState};
use sqlx::PgConnection;
use uuid::Uuid;

const KIND: &str = "wanted-data";

/// Writes a question, or finds the one that this very form made before. `Conflict` when too many of this person's wait.
pub async fn ask(
    conn: &mut PgConnection,
    asker: PersonId,
    new: &NewWanted,
    key: Uuid,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<WantedId> {
    let inserted = sqlx::query_scalar!(
        "INSERT INTO wanted_data (id, asked_by, domain_id, words, explanation, asked_at, submission_key)
         SELECT $1, $2, $3, $4, $5, $6, $7
         WHERE (SELECT count(*) FROM wanted_data WHERE asked_by = $2 AND answered_at IS NULL AND withdrawn_at IS NULL) < $8
         ON CONFLICT (asked_by, submission_key) DO NOTHING RETURNING id",
        ids.next::<WantedId>(now).0,
        asker.0,
        new.domain.0,
        new.words,
        new.explanation,
        now,
        key,
        MOST_OPEN
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(id) = inserted else {
        let known =
            sqlx::query_scalar!("SELECT id FROM wanted_data WHERE asked_by = $1 AND submission_key = $2", asker.0, key).fetch_optional(conn).await?;
        return known.map(WantedId).ok_or_else(|| {
            StoreError::Conflict(format!("{MOST_OPEN} of your questions wait for an answer already. Withdraw one that you no longer need."))
        });
    };
    let event = AuditEvent::done(Some(asker), AuditAction::WantedAsk, KIND, Some(id), origin.clone());
    audit::append(conn, &AuditEvent { reason: Some(new.explanation.clone()), detail: Some(new.words.clone()), ..event }, now).await?;
    Ok(WantedId(id))
}

/// Records an answer by `actor`, who was found to be allowed to give it; `product` was found to be known to both sides.
pub async fn answer(
    conn: &mut PgConnection,
    actor: PersonId,
    id: WantedId,
    new: &NewAnswer,
    product: Option<ProductId>,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    leave_open(conn, id, WantedState::Answered).await?;
    sqlx::query!(
        "UPDATE wanted_data SET answered_at = $2, answered_by = $3, answer_kind = $4, answer = $5, product_id = $6 WHERE id = $1",
        id.0,
        now,
        actor.0,
        new.kind.as_str(),
        new.text,
        product.map(|product| product.0)
    )
    .execute(&mut *conn)
    .await?;
    let event = AuditEvent {
        product,
        address: new.product.clone().filter(|_| product.is_some()),
        reason: Some(new.text.clone()),
        detail: Some(new.kind.as_str().to_owned()),
        ..AuditEvent::done(Some(actor), AuditAction::WantedAnswer, KIND, Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await
}

/// Takes a question back; `actor` was found to be the one who asked it.
pub async fn withdraw(conn: &mut PgConnection, actor: PersonId, id: WantedId, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    leave_open(conn, id, WantedState::Withdrawn).await?;
    sqlx::query!("UPDATE wanted_data SET withdrawn_at = $2 WHERE id = $1", id.0, now).execute(&mut *conn).await?;
    audit::append(conn, &AuditEvent::done(Some(actor), AuditAction::WantedWithdraw, KIND, Some(id.0), origin.clone()), now).await
}

/// Locks the row and makes sure that it may become `next`; the message says who was first.
async fn leave_open(conn: &mut PgConnection, id: WantedId, next: WantedState) -> Result<()> {
    let row = sqlx::query!(
        r#"SELECT w.answered_at, w.withdrawn_at, h.name AS "answerer?" FROM wanted_data w LEFT JOIN person h ON h.id = w.answered_by
           WHERE w.id = $1 FOR UPDATE OF w"#,
        id.0
    )
    .fetch_one(conn)
    .await?;
    let state = WantedState::of(row.answered_at.is_some(), row.withdrawn_at.is_some());
    state.to(next).map(|_| ()).map_err(|_| {
        let by = row.answerer.map(|name| format!(" by {name}")).unwrap_or_default();
        StoreError::Conflict(format!("This was {}{by} before it could be {}. Nothing was changed.", state.as_str(), next.as_str()))
    })
}
