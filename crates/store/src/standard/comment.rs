//! What is said in a consultation, by anybody, and what is answered by whoever keeps the standard.

use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{PersonId, StandardCommentId, StandardId};
use sqlx::PgConnection;

pub type CommentId = StandardCommentId;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub id: StandardCommentId,
    pub version: i32,
    pub author: String,
    pub agency: Option<String>,
    pub text: String,
    pub at: DateTime<Utc>,
    /// Text, by whom and when.
    pub answer: Option<(String, String, DateTime<Utc>)>,
}

/// Of every version, oldest first.
pub async fn comments(conn: &mut PgConnection, id: StandardId) -> Result<Vec<Comment>> {
    let rows = sqlx::query!(
        r#"SELECT c.id, c.version, h.name AS author, h.agency, c.text, c.at, c.answer, w.name AS "answerer?", c.answered_at
           FROM standard_comment c JOIN person h ON h.id = c.author_id LEFT JOIN person w ON w.id = c.answered_by
           WHERE c.standard_id = $1 ORDER BY c.at, c.id"#,
        id.0
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Comment {
            id: StandardCommentId(row.id),
            version: row.version,
            author: row.author,
            agency: row.agency,
            text: row.text,
            at: row.at,
            answer: row.answer.zip(row.answerer).zip(row.answered_at).map(|((text, by), at)| (text, by, at)),
        })
        .collect())
}

/// Says something about a version that is open for comments; false when it is not.
pub async fn comment(
    conn: &mut PgConnection,
    actor: PersonId,
    (id, version): (StandardId, i32),
    text: &str,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<bool> {
    let new: StandardCommentId = ids.next(now);
    let done = sqlx::query!(
        "INSERT INTO standard_comment (id, standard_id, version, author_id, text, at)
         SELECT $1, v.standard_id, v.version, $4, $5, $6 FROM standard_version v WHERE v.standard_id = $2 AND v.version = $3 AND v.status = 'consultation'",
        new.0,
        id.0,
        version,
        actor.0,
        text,
        now
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    let event = AuditEvent {
        detail: Some(format!("version {version}")),
        ..AuditEvent::done(Some(actor), AuditAction::StandardComment, "standard", Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok(true)
}

/// Answers a comment once; false when there is none to answer.
pub async fn answer(
    conn: &mut PgConnection,
    actor: PersonId,
    id: StandardId,
    comment: StandardCommentId,
    text: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE standard_comment SET answer = $3, answered_by = $4, answered_at = $5 WHERE id = $1 AND standard_id = $2 AND answer IS NULL",
        comment.0,
        id.0,
        text,
        actor.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    let event = AuditEvent::done(Some(actor), AuditAction::StandardAnswer, "standard", Some(id.0), origin.clone());
    audit::append(conn, &event, now).await?;
    Ok(true)
}
