//! Putting notices into e-mails, and what becomes of an e-mail.

use crate::{Result, outbox};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Ids;
use domain::id::{MailId, PersonId};
use domain::notice::last_digest;
use sqlx::PgConnection;

/// The outbox topic of one e-mail.
pub const SEND: &str = "mail.send";
/// How long the oldest notice waits for others, so that several go into one e-mail.
const SETTLE: TimeDelta = TimeDelta::seconds(30);
/// People served at one turn.
const AT_ONE_TURN: i64 = 500;
/// How long a refusal is shown.
const SHOWN: TimeDelta = TimeDelta::days(30);

/// Makes an e-mail for each person for whom something is due; gives how many. What was read in the portal meanwhile is left
/// out of what is sent once a day. Call within a transaction.
pub async fn gather(conn: &mut PgConnection, ids: &Ids, now: DateTime<Utc>) -> Result<usize> {
    // Locked, so that two servers do not put one notice into two e-mails.
    let due = sqlx::query!(
        "SELECT n.id, n.person_id FROM notice n
         WHERE n.message_id IS NULL AND n.mail <> 'none' AND n.person_id IN (
             SELECT w.person_id FROM notice w
             WHERE w.message_id IS NULL AND ((w.mail = 'at-once' AND w.made_at <= $1) OR (w.mail = 'daily' AND w.made_at <= $2 AND w.read_at IS NULL))
             GROUP BY w.person_id ORDER BY min(w.made_at) LIMIT $3)
           AND (n.mail = 'at-once' OR (n.made_at <= $2 AND n.read_at IS NULL))
         ORDER BY n.person_id, n.id FOR UPDATE SKIP LOCKED",
        now - SETTLE,
        last_digest(now),
        AT_ONE_TURN
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut made = 0;
    for batch in due.chunk_by(|one, next| one.person_id == next.person_id) {
        let Some(first) = batch.first() else { continue };
        let id: MailId = ids.next(now);
        sqlx::query!("INSERT INTO mail_message (id, person_id, made_at, state) VALUES ($1, $2, $3, 'waiting')", id.0, first.person_id, now)
            .execute(&mut *conn)
            .await?;
        let notices: Vec<_> = batch.iter().map(|one| one.id).collect();
        sqlx::query!("UPDATE notice SET message_id = $1 WHERE id = ANY($2)", id.0, &notices).execute(&mut *conn).await?;
        outbox::push(conn, SEND, id.0, now).await?;
        made += 1;
    }
    Ok(made)
}

/// An e-mail that waits, with whom it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub id: MailId,
    pub person: PersonId,
    pub name: String,
    pub address: String,
    pub made_at: DateTime<Utc>,
    /// Its reader may not sign in any more.
    pub disabled: bool,
}

/// The e-mail, when it still waits.
pub async fn mail(conn: &mut PgConnection, id: MailId) -> Result<Option<Mail>> {
    let row = sqlx::query!(
        r#"SELECT m.person_id, m.made_at, p.name, p.email, (p.disabled_at IS NOT NULL) AS "disabled!"
           FROM mail_message m JOIN person p ON p.id = m.person_id WHERE m.id = $1 AND m.state = 'waiting' FOR UPDATE OF m"#,
        id.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Mail { id, person: PersonId(row.person_id), name: row.name, address: row.email, made_at: row.made_at, disabled: row.disabled }))
}

async fn ended(conn: &mut PgConnection, id: MailId, state: &str, answer: Option<&str>, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("UPDATE mail_message SET state = $2, answer = $3, ended_at = $4 WHERE id = $1", id.0, state, answer, now).execute(conn).await?;
    Ok(())
}

/// A mail server has taken it.
pub async fn sent(conn: &mut PgConnection, id: MailId, now: DateTime<Utc>) -> Result<()> {
    ended(conn, id, "sent", None, now).await
}

/// Nobody is there to read it.
pub async fn drop_mail(conn: &mut PgConnection, id: MailId, now: DateTime<Utc>) -> Result<()> {
    ended(conn, id, "dropped", None, now).await
}

/// The mail server refused it for good; `answer` is what it said.
pub async fn refused_for_good(conn: &mut PgConnection, id: MailId, answer: &str, now: DateTime<Utc>) -> Result<()> {
    ended(conn, id, "refused", Some(answer), now).await
}

/// An e-mail that was refused for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub at: DateTime<Utc>,
    pub answer: String,
}

/// Refused e-mails to somebody, newest first, while no later one has arrived.
pub async fn refused(conn: &mut PgConnection, person: PersonId, now: DateTime<Utc>) -> Result<Vec<Refused>> {
    let rows = sqlx::query_as!(
        Refused,
        r#"SELECT m.ended_at AS "at!", coalesce(m.answer, '') AS "answer!" FROM mail_message m
           WHERE m.person_id = $1 AND m.state = 'refused' AND m.ended_at > $2
             AND NOT EXISTS (SELECT FROM mail_message l WHERE l.person_id = $1 AND l.state = 'sent' AND l.ended_at > m.ended_at)
           ORDER BY m.ended_at DESC LIMIT 3"#,
        person.0,
        now - SHOWN
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}
