//! Events: left by the audit trail in the transaction of the change, told afterwards by a job, at least once and to each
//! person once.

mod recipients;
mod tell;

pub use tell::tell;

use crate::{Result, outbox};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Ids;
use domain::audit::AuditEvent;
use domain::event::{Topic, event_id};
use domain::id::{AgreementId, EventId, PersonId, ProductId};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Leaves the event of an audit row, and the outbox row that has it told.
pub(crate) async fn follow(conn: &mut PgConnection, audit: i64, topic: Topic, event: &AuditEvent, now: DateTime<Utc>) -> Result<()> {
    let Some(object) = event.object_id else { return Ok(()) };
    let new = New { audit: Some(audit), topic, actor: event.actor, object_kind: event.object_kind, object, product: event.product, days: None };
    insert(conn, event_id(audit, now), &new, now).await
}

struct New {
    audit: Option<i64>,
    topic: Topic,
    actor: Option<PersonId>,
    object_kind: &'static str,
    object: Uuid,
    product: Option<ProductId>,
    days: Option<i32>,
}

async fn insert(conn: &mut PgConnection, id: EventId, new: &New, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO event (id, audit_id, topic, at, actor_id, object_kind, object_id, product_id, days) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id.0,
        new.audit,
        new.topic.as_str(),
        now,
        new.actor.map(|id| id.0),
        new.object_kind,
        new.object,
        new.product.map(|id| id.0),
        new.days
    )
    .execute(&mut *conn)
    .await?;
    outbox::push(conn, &format!("{}.{}", outbox::EVENTS, new.topic), id.0, now).await
}

/// Reminds holders of agreements that end within `days`, once for each number of days; gives how many were reminded. An
/// agreement that was shorter from the start is not spoken of, and of several numbers at once only the least is told. Call
/// within a transaction.
pub async fn remind(conn: &mut PgConnection, days: &[i32], ids: &Ids, now: DateTime<Utc>) -> Result<usize> {
    let due = sqlx::query!(
        "WITH due AS (
             INSERT INTO agreement_reminder (agreement_id, days, at)
             SELECT a.id, d.days, $1 FROM agreement a CROSS JOIN unnest($2::int[]) AS d(days)
             WHERE a.state = 'active' AND a.until > $1 AND a.until <= $1 + make_interval(hours => 24 * d.days)
               AND a.made_at < a.until - make_interval(hours => 24 * d.days)
             ON CONFLICT DO NOTHING RETURNING agreement_id, days)
         SELECT due.agreement_id, due.days, a.product_id FROM due JOIN agreement a ON a.id = due.agreement_id",
        now,
        days
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut least: BTreeMap<Uuid, (i32, Uuid)> = BTreeMap::new();
    for row in due {
        let known = least.entry(row.agreement_id).or_insert((row.days, row.product_id));
        known.0 = known.0.min(row.days);
    }
    for (agreement, (days, product)) in &least {
        let new = New {
            audit: None,
            topic: Topic::AgreementEnding,
            actor: None,
            object_kind: "agreement",
            object: AgreementId(*agreement).0,
            product: Some(ProductId(*product)),
            days: Some(*days),
        };
        insert(conn, ids.next(now), &new, now).await?;
    }
    Ok(least.len())
}

/// How long nothing more is told of a saved search.
const MATCHES_TOLD_EVERY: TimeDelta = TimeDelta::days(1);

/// Tells owners of saved searches that there is something new, once until they have looked and at most once a day for each search; gives
/// of how many. What became hidden before it was told is not told. Call within a transaction.
pub async fn tell_of_matches(conn: &mut PgConnection, ids: &Ids, now: DateTime<Utc>) -> Result<usize> {
    let due = sqlx::query_scalar!(
        "UPDATE saved_search s SET untold = false, told_at = $1
         WHERE s.untold AND s.removed_at IS NULL AND (s.told_at IS NULL OR s.told_at <= $2)
           AND EXISTS (SELECT FROM visible_product(s.person_id, $1) v WHERE v.id = ANY(s.fresh))
         RETURNING s.id",
        now,
        now - MATCHES_TOLD_EVERY
    )
    .fetch_all(&mut *conn)
    .await?;
    for search in &due {
        let new =
            New { audit: None, topic: Topic::SearchMatched, actor: None, object_kind: "saved-search", object: *search, product: None, days: None };
        insert(conn, ids.next(now), &new, now).await?;
    }
    Ok(due.len())
}
