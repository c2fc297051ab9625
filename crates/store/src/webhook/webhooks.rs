//! Webhooks by their owners: a domain's belong to its owners, those of all domains to the administrators.

use super::SEND;
use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::event::Topic;
use domain::id::{DomainId, PersonId, WebhookId};
use domain::webhook::{MOST_WEBHOOKS, NewWebhook, Owning, WebhookScope};
use sqlx::PgConnection;
use uuid::Uuid;

const KIND: &str = "webhook";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookView {
    pub id: WebhookId,
    pub url: String,
    pub scope: WebhookScope,
    /// Title of the domain.
    pub domain: Option<String>,
    /// None of them means all.
    pub topics: Vec<Topic>,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
    pub paused_at: Option<DateTime<Utc>>,
    pub waiting: i64,
    pub failed: i64,
}

const fn stored(scope: WebhookScope) -> Option<Uuid> {
    match scope {
        WebhookScope::Whole => None,
        WebhookScope::Domain(id) => Some(id.0),
    }
}

/// Those that are somebody's, or the one of them with this id; newest first.
async fn read(conn: &mut PgConnection, owning: Option<&Owning>, id: Option<WebhookId>) -> Result<Vec<WebhookView>> {
    let domains: Vec<Uuid> = owning.map(|own| own.domains.iter().map(|id| id.0).collect()).unwrap_or_default();
    let rows = sqlx::query!(
        r#"SELECT w.id, w.url, w.domain_id, d.title AS "domain?", w.topics, p.name AS made_by, w.made_at, w.paused_at,
                  (SELECT count(*) FROM webhook_delivery x WHERE x.webhook_id = w.id AND x.state = 'waiting') AS "waiting!",
                  (SELECT count(*) FROM webhook_delivery x WHERE x.webhook_id = w.id AND x.state = 'failed') AS "failed!"
           FROM webhook w JOIN person p ON p.id = w.made_by LEFT JOIN data_domain d ON d.id = w.domain_id
           WHERE w.removed_at IS NULL AND ($1::uuid IS NULL OR w.id = $1) AND ($2 OR (w.domain_id IS NULL AND $3) OR w.domain_id = ANY($4))
           ORDER BY w.made_at DESC, w.id DESC"#,
        id.map(|id| id.0),
        owning.is_none(),
        owning.is_some_and(|own| own.whole),
        &domains
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(WebhookView {
                id: WebhookId(row.id),
                url: row.url,
                scope: row.domain_id.map_or(WebhookScope::Whole, |id| WebhookScope::Domain(DomainId(id))),
                domain: row.domain,
                topics: row.topics.iter().map(|word| word.parse()).collect::<std::result::Result<_, _>>()?,
                made_by: row.made_by,
                made_at: row.made_at,
                paused_at: row.paused_at,
                waiting: row.waiting,
                failed: row.failed,
            })
        })
        .collect()
}

pub async fn webhooks(conn: &mut PgConnection, owning: &Owning) -> Result<Vec<WebhookView>> {
    read(conn, Some(owning), None).await
}

/// One, whoever owns it: the caller asks whether its reader does.
pub async fn webhook(conn: &mut PgConnection, id: WebhookId) -> Result<Option<WebhookView>> {
    Ok(read(conn, None, Some(id)).await?.into_iter().next())
}

/// Titles of domains, for choosing among them.
pub async fn domains(conn: &mut PgConnection, ids: &[DomainId]) -> Result<Vec<(DomainId, String)>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!("SELECT id, title FROM data_domain WHERE id = ANY($1) ORDER BY title, id", &ids).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (DomainId(row.id), row.title)).collect())
}

/// The trail names the host alone: addresses of webhooks often hold a secret of their own.
fn host(url: &str) -> String {
    url.split("://").nth(1).unwrap_or_default().split(['/', '?', '#']).next().unwrap_or_default().to_owned()
}

/// Makes a webhook for `actor`, who was found to own its scope. `Conflict` when there are too many.
pub async fn create(conn: &mut PgConnection, actor: PersonId, new: &NewWebhook, origin: &Origin, ids: &Ids, now: DateTime<Utc>) -> Result<WebhookId> {
    let id: WebhookId = ids.next(now);
    let topics: Vec<String> = new.topics.iter().map(|topic| topic.as_str().to_owned()).collect();
    let made = sqlx::query!(
        "INSERT INTO webhook (id, url, domain_id, topics, made_by, made_at) SELECT $1, $2, $3, $4, $5, $6
         WHERE (SELECT count(*) FROM webhook WHERE domain_id IS NOT DISTINCT FROM $3 AND removed_at IS NULL) < $7",
        id.0,
        new.url,
        stored(new.scope),
        &topics,
        actor.0,
        now,
        MOST_WEBHOOKS
    )
    .execute(&mut *conn)
    .await?;
    if made.rows_affected() == 0 {
        return Err(StoreError::Conflict(format!("There are {MOST_WEBHOOKS} webhooks here already. Remove one that is no longer needed.")));
    }
    let event =
        AuditEvent { detail: Some(host(&new.url)), ..AuditEvent::done(Some(actor), AuditAction::WebhookMake, KIND, Some(id.0), origin.clone()) };
    audit::append(conn, &event, now).await?;
    Ok(id)
}

/// Pauses a webhook, or lets it go on: then what waited is sent. Nothing happens when it is so already.
pub async fn set_paused(conn: &mut PgConnection, actor: PersonId, id: WebhookId, paused: bool, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    let changed = sqlx::query!(
        "UPDATE webhook SET paused_at = CASE WHEN $2 THEN $3::timestamptz END WHERE id = $1 AND removed_at IS NULL AND (paused_at IS NOT NULL) <> $2",
        id.0,
        paused,
        now
    )
    .execute(&mut *conn)
    .await?;
    if changed.rows_affected() == 0 {
        return Ok(());
    }
    if !paused {
        // What is looked at once a minute while it pauses goes at once.
        sqlx::query!(
            "UPDATE outbox SET next_attempt_at = $3 WHERE topic = $2 AND done_at IS NULL AND next_attempt_at > $3
               AND object_id IN (SELECT id FROM webhook_delivery WHERE webhook_id = $1 AND state = 'waiting')",
            id.0,
            SEND,
            now
        )
        .execute(&mut *conn)
        .await?;
    }
    let action = if paused { AuditAction::WebhookPause } else { AuditAction::WebhookResume };
    audit::append(conn, &AuditEvent::done(Some(actor), action, KIND, Some(id.0), origin.clone()), now).await
}

/// Removes a webhook; what waited for it is not sent any more.
pub async fn remove(conn: &mut PgConnection, actor: PersonId, id: WebhookId, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    let removed = sqlx::query!("UPDATE webhook SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL", id.0, now).execute(&mut *conn).await?;
    if removed.rows_affected() == 0 {
        return Ok(());
    }
    sqlx::query!(
        "UPDATE webhook_delivery SET state = 'failed', answer = 'The webhook was removed.' WHERE webhook_id = $1 AND state = 'waiting'",
        id.0
    )
    .execute(&mut *conn)
    .await?;
    audit::append(conn, &AuditEvent::done(Some(actor), AuditAction::WebhookRemove, KIND, Some(id.0), origin.clone()), now).await
}
