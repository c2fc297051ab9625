//! Asking the requester, whose answer lets the clock run again; and handing a decision over.

use super::decide::{lock, part_of};
use super::submit::holidays;
use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::access::clock;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{PartMessageId, PartStepId, PersonId, RequestPartId};
use domain::text_enum;
use sqlx::PgConnection;

text_enum! {
    MessageKind, "kind of message" {
        Question = "question", "Asked";
        Answer = "answer", "Answered";
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageView {
    pub part: RequestPartId,
    pub kind: MessageKind,
    pub author: String,
    pub text: String,
    pub at: DateTime<Utc>,
}

/// What was said about the parts of a request, oldest first.
pub(super) async fn messages(conn: &mut PgConnection, request: domain::id::RequestId) -> Result<Vec<MessageView>> {
    let rows = sqlx::query!(
        "SELECT m.part_id, m.kind, h.name, m.text, m.at FROM request_part q JOIN part_message m ON m.part_id = q.id JOIN person h ON h.id = m.author_id
         WHERE q.request_id = $1 ORDER BY m.at, m.id",
        request.0
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| Ok(MessageView { part: RequestPartId(row.part_id), kind: row.kind.parse()?, author: row.name, text: row.text, at: row.at }))
        .collect()
}

/// Asks the requester; the clock of the part stands from the first open question on. The same question sent twice is asked once.
pub async fn ask(
    conn: &mut PgConnection,
    actor: PersonId,
    step: PartStepId,
    text: &str,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<()> {
    let part = part_of(conn, step).await?;
    let locked = lock(conn, part).await?;
    locked.undecided()?;
    let asked = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM request_part q JOIN part_message m ON m.part_id = q.id AND m.at >= q.paused_at
                          WHERE q.id = $1 AND m.kind = 'question' AND m.author_id = $2 AND m.text = $3) AS "asked!""#,
        part.0,
        actor.0,
        text
    );
    if asked.fetch_one(&mut *conn).await? {
        return Ok(());
    }
    insert(conn, part, MessageKind::Question, actor, text, ids, now).await?;
    sqlx::query!("UPDATE request_part SET paused_at = coalesce(paused_at, $2) WHERE id = $1", part.0, now).execute(&mut *conn).await?;
    let event = AuditEvent { reason: Some(text.to_owned()), ..locked.event(Some(actor), AuditAction::RequestAsk, origin) };
    audit::append(conn, &event, now).await
}

/// The requester's answer. The clock runs on, with the working days of the pause given back.
pub async fn answer(
    conn: &mut PgConnection,
    actor: PersonId,
    part: RequestPartId,
    text: &str,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<()> {
    let locked = lock(conn, part).await?;
    locked.undecided()?;
    let row = sqlx::query!("SELECT due_on, paused_at FROM request_part WHERE id = $1", part.0).fetch_one(&mut *conn).await?;
    let Some(paused_at) = row.paused_at else {
        return Err(StoreError::Conflict("Nobody waits for an answer here any more. Nothing was changed.".into()));
    };
    insert(conn, part, MessageKind::Answer, actor, text, ids, now).await?;
    let due = clock::resumed(row.due_on, paused_at, now, &holidays(&mut *conn).await?);
    sqlx::query!("UPDATE request_part SET paused_at = NULL, due_on = $2 WHERE id = $1", part.0, due).execute(&mut *conn).await?;
    let event = AuditEvent { reason: Some(text.to_owned()), ..locked.event(Some(actor), AuditAction::RequestAnswer, origin) };
    audit::append(conn, &event, now).await
}

async fn insert(
    conn: &mut PgConnection,
    part: RequestPartId,
    kind: MessageKind,
    author: PersonId,
    text: &str,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<()> {
    let id: PartMessageId = ids.next(now);
    sqlx::query!(
        "INSERT INTO part_message (id, part_id, kind, author_id, text, at) VALUES ($1, $2, $3, $4, $5, $6)",
        id.0,
        part.0,
        kind.as_str(),
        author.0,
        text,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Passes an open step on to somebody else who may decide it; it is then in that person's queue and no longer in the others'.
pub async fn hand_over(conn: &mut PgConnection, actor: PersonId, step: PartStepId, to: PersonId, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    let part = part_of(conn, step).await?;
    let locked = lock(conn, part).await?;
    locked.undecided()?;
    let has_it =
        sqlx::query_scalar!("SELECT handed_to FROM part_step WHERE id = $1 AND state = 'waiting'", step.0).fetch_optional(&mut *conn).await?;
    // Sent twice: it is as they want it, and nobody is told of it again.
    if has_it.flatten() == Some(to.0) {
        return Ok(());
    }
    let name = sqlx::query_scalar!(
        "UPDATE part_step s SET handed_to = $2 FROM person h WHERE s.id = $1 AND s.state = 'waiting' AND h.id = $2 RETURNING h.name",
        step.0,
        to.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(name) = name else {
        return Err(StoreError::Conflict("This step was decided meanwhile. Nothing was changed.".into()));
    };
    let event = AuditEvent { detail: Some(format!("to {name}")), ..locked.event(Some(actor), AuditAction::RequestHandOver, origin) };
    audit::append(conn, &event, now).await
}

/// Who else may decide a step, to hand it over to: never the requester, nor anybody of the team that asks.
pub async fn could_decide(conn: &mut PgConnection, step: PartStepId, but: PersonId, now: DateTime<Utc>) -> Result<Vec<(PersonId, String)>> {
    let rows = sqlx::query!(
        "SELECT DISTINCT h.id, h.name FROM part_step s JOIN request_part q ON q.id = s.part_id JOIN access_request r ON r.id = q.request_id
         JOIN product p ON p.id = q.product_id JOIN data_domain d ON d.id = p.domain_id
         JOIN role_grant g ON g.role = ANY(s.roles) AND g.ended_at IS NULL AND (g.until IS NULL OR g.until > $3)
              AND covers(g.scope_kind, g.scope_id, p.id, d.id, d.sector_id)
         JOIN person h ON h.id = g.person_id AND h.disabled_at IS NULL AND h.id <> r.requester_id AND h.id <> $2
         WHERE s.id = $1 AND (r.team_id IS NULL OR NOT in_team_since(r.team_id, h.id, r.submitted_at)) ORDER BY h.name, h.id LIMIT 100",
        step.0,
        but.0,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (PersonId(row.id), row.name)).collect())
}
