//! What is sent to webhooks, and what came back.

use super::SEND;
use crate::{Result, audit, outbox};
use chrono::{DateTime, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::event::Topic;
use domain::id::{DeliveryId, PersonId, WebhookId};
use domain::webhook::DeliveryState;
use sqlx::PgConnection;

/// A line of a webhook's deliveries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryLine {
    pub id: DeliveryId,
    pub topic: Topic,
    pub body: String,
    pub state: DeliveryState,
    pub made_at: DateTime<Utc>,
    pub attempts: i32,
    pub tried_at: Option<DateTime<Utc>>,
    pub status: Option<i32>,
    pub answer: Option<String>,
}

/// Newest first.
pub async fn deliveries(conn: &mut PgConnection, webhook: WebhookId, limit: i64) -> Result<Vec<DeliveryLine>> {
    let rows = sqlx::query!(
        "SELECT d.id, e.topic, d.body, d.state, d.made_at, d.attempts, d.tried_at, d.status, d.answer
         FROM webhook_delivery d JOIN event e ON e.id = d.event_id WHERE d.webhook_id = $1 ORDER BY d.made_at DESC, d.id DESC LIMIT $2",
        webhook.0,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(DeliveryLine {
                id: DeliveryId(row.id),
                topic: row.topic.parse()?,
                body: row.body,
                state: row.state.parse()?,
                made_at: row.made_at,
                attempts: row.attempts,
                tried_at: row.tried_at,
                status: row.status,
                answer: row.answer,
            })
        })
        .collect()
}

/// A delivery that is to be sent now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub id: DeliveryId,
    pub webhook: WebhookId,
    pub url: String,
    pub body: String,
    /// Attempts before this one.
    pub attempts: i32,
    /// It must wait until its webhook goes on.
    pub paused: bool,
}

/// The delivery, when it waits and its webhook is not removed. Locked until the transaction ends.
pub async fn outgoing(conn: &mut PgConnection, id: DeliveryId) -> Result<Option<Outgoing>> {
    let row = sqlx::query!(
        r#"SELECT d.webhook_id, w.url, d.body, d.attempts, (w.paused_at IS NOT NULL) AS "paused!"
           FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id
           WHERE d.id = $1 AND d.state = 'waiting' AND w.removed_at IS NULL FOR UPDATE OF d"#,
        id.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Outgoing { id, webhook: WebhookId(row.webhook_id), url: row.url, body: row.body, attempts: row.attempts, paused: row.paused }))
}

/// Notes an attempt: the answer's status and beginning, or why there was none.
pub async fn tried(
    conn: &mut PgConnection,
    id: DeliveryId,
    state: DeliveryState,
    status: Option<u16>,
    answer: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE webhook_delivery SET state = $2, status = $3, answer = $4, tried_at = $5, attempts = attempts + 1 WHERE id = $1",
        id.0,
        state.as_str(),
        status.map(i32::from),
        answer,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Sends a delivery again, under its own id and from the first attempt on. False when it is not this webhook's, or waits anyway.
pub async fn replay(
    conn: &mut PgConnection,
    actor: PersonId,
    webhook: WebhookId,
    id: DeliveryId,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<bool> {
    let again = sqlx::query!(
        "UPDATE webhook_delivery SET state = 'waiting', attempts = 0 WHERE id = $1 AND webhook_id = $2 AND state <> 'waiting'",
        id.0,
        webhook.0
    )
    .execute(&mut *conn)
    .await?;
    if again.rows_affected() == 0 {
        return Ok(false);
    }
    outbox::push(conn, SEND, id.0, now).await?;
    let event = AuditEvent {
        detail: Some(id.to_string()),
        ..AuditEvent::done(Some(actor), AuditAction::WebhookReplay, "webhook", Some(webhook.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok(true)
}
