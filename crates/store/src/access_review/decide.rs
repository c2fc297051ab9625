//! Deciding: some items at once, each with its audit row. A review is done by itself when nothing in it is open.

use super::KIND;
use super::read::{Holding, ReviewItem, ReviewView};
use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::access_review::ReviewDecision;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{AccessReviewId, PersonId, ReviewItemId};
use sqlx::PgConnection;

/// What was decided, for those who end it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    pub item: ReviewItemId,
    pub held: Holding,
}

/// Decides items of a review that are open and not the actor's own; gives those that were. Others were decided meanwhile, or are
/// held no longer. Call within a transaction.
pub async fn decide(
    conn: &mut PgConnection,
    actor: PersonId,
    review: &ReviewView,
    items: &[ReviewItemId],
    (decision, note): (ReviewDecision, &str),
    (origin, now): (&Origin, DateTime<Utc>),
) -> Result<Vec<Decided>> {
    let open: Vec<&ReviewItem> = review.items.iter().filter(|item| item.is_open() && !item.own && items.contains(&item.id)).collect();
    let mut decided = vec![];
    for item in open {
        let taken = sqlx::query!(
            "UPDATE access_review_item SET decision = $2, decided_by = $3, decided_at = $4, note = $5
             WHERE id = $1 AND (decision IS NULL OR (decision = 'ask' AND $2 <> 'ask'))",
            item.id.0,
            decision.as_str(),
            actor.0,
            now,
            note
        )
        .execute(&mut *conn)
        .await?;
        if taken.rows_affected() == 0 {
            continue;
        }
        let action = match decision {
            ReviewDecision::Keep => AuditAction::ReviewKeep,
            ReviewDecision::End => AuditAction::ReviewEnd,
            ReviewDecision::Ask => AuditAction::ReviewAsk,
        };
        audit::append(conn, &event(actor, action, review, item, note, origin), now).await?;
        decided.push(Decided { item: item.id, held: item.held.clone() });
    }
    Ok(decided)
}

fn event(actor: PersonId, action: AuditAction, review: &ReviewView, item: &ReviewItem, note: &str, origin: &Origin) -> AuditEvent {
    let of = format!("{} of {}", review.line.quarter, review.line.domain_slug);
    let reason = Some(note.to_owned()).filter(|note| !note.is_empty());
    match &item.held {
        Holding::Role { role, scope_title, .. } => AuditEvent {
            reason,
            detail: Some(format!("{of}: {role} at {scope_title}")),
            ..AuditEvent::done(Some(actor), action, "person", Some(item.person.0), origin.clone())
        },
        Holding::Agreement { agreement, address, product, .. } => AuditEvent {
            reason,
            product: Some(*product),
            address: Some(address.clone()),
            detail: Some(of),
            ..AuditEvent::done(Some(actor), action, "agreement", Some(agreement.0), origin.clone())
        },
    }
}

/// Closes each open review, or the one of an id, in which nothing is left to decide; gives how many. Call within a transaction.
pub async fn close_done(
    conn: &mut PgConnection,
    actor: Option<PersonId>,
    id: Option<AccessReviewId>,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<usize> {
    let done = sqlx::query_scalar!(
        "UPDATE access_review v SET done_at = $1 WHERE v.done_at IS NULL AND ($2::uuid IS NULL OR v.id = $2) AND NOT EXISTS (
             SELECT FROM access_review_item i LEFT JOIN role_grant r ON r.id = i.role_grant_id LEFT JOIN agreement a ON a.id = i.agreement_id
             WHERE i.review_id = v.id AND coalesce(i.decision, 'ask') = 'ask'
               AND CASE WHEN i.role_grant_id IS NULL THEN a.state = 'active' ELSE r.ended_at IS NULL AND coalesce(r.until > $1, true) END)
         RETURNING v.id",
        now,
        id.map(|id| id.0)
    )
    .fetch_all(&mut *conn)
    .await?;
    for review in &done {
        audit::append(conn, &AuditEvent::done(actor, AuditAction::ReviewClose, KIND, Some(*review), origin.clone()), now).await?;
    }
    Ok(done.len())
}
