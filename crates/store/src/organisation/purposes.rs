//! The list of purposes, kept by the data office. What it has changed no document changes back.

use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::PersonId;
use domain::organisation::Purpose;
use sqlx::PgConnection;

/// A purpose as it stands in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurposeLine {
    pub purpose: Purpose,
    pub retired_at: Option<DateTime<Utc>>,
    pub used: PurposeUse,
}

/// What names a purpose now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PurposeUse {
    /// Requests with a part that waits for its decision.
    pub open_requests: i64,
    /// Agreements in force.
    pub agreements: i64,
    /// Products whose current terms allow or forbid it by name.
    pub products: i64,
}

/// Puts a purpose of a document into the list unless it is there; an explanation is added where there is none.
pub async fn ensure_purpose(conn: &mut PgConnection, purpose: &Purpose) -> Result<()> {
    sqlx::query!(
        "INSERT INTO purpose AS u (code, title, explanation, legal_source, position) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (code) DO UPDATE SET explanation = excluded.explanation, legal_source = excluded.legal_source
         WHERE u.explanation = '' AND u.legal_source = ''",
        purpose.code,
        purpose.title,
        purpose.explanation,
        purpose.legal_source,
        purpose.position
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Purposes that can be chosen, as (code, title), in order.
pub async fn purposes(conn: &mut PgConnection) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query!("SELECT code, title FROM purpose WHERE retired_at IS NULL ORDER BY position, code").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.code, row.title)).collect())
}

/// Every purpose with what names it, or the one of a code: those in use first, in order.
pub async fn purpose_lines(conn: &mut PgConnection, code: Option<&str>) -> Result<Vec<PurposeLine>> {
    let rows = sqlx::query!(
        r#"SELECT u.code, u.title, u.explanation, u.legal_source, u.position, u.retired_at,
                  (SELECT count(DISTINCT r.id) FROM access_request r JOIN request_part q ON q.request_id = r.id
                   WHERE r.purpose = u.code AND q.state = 'submitted') AS "open_requests!",
                  (SELECT count(*) FROM agreement a JOIN request_part q ON q.id = a.part_id JOIN access_request r ON r.id = q.request_id
                   WHERE r.purpose = u.code AND a.state = 'active') AS "agreements!",
                  (SELECT count(*) FROM data_sharing_agreement t WHERE u.code = ANY(t.purposes) OR u.code = ANY(t.forbidden)) AS "products!"
           FROM purpose u WHERE $1::text IS NULL OR u.code = $1 ORDER BY u.retired_at IS NOT NULL, u.position, u.code"#,
        code
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| PurposeLine {
            purpose: Purpose {
                code: row.code,
                title: row.title,
                explanation: row.explanation,
                legal_source: row.legal_source,
                position: row.position,
            },
            retired_at: row.retired_at,
            used: PurposeUse { open_requests: row.open_requests, agreements: row.agreements, products: row.products },
        })
        .collect())
}

async fn written_down(conn: &mut PgConnection, actor: PersonId, detail: String, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    let event = AuditEvent::done(Some(actor), AuditAction::PurposeChange, "purpose", None, origin.clone());
    audit::append(conn, &AuditEvent { detail: Some(detail), ..event }, now).await
}

/// Adds a purpose. False when there is one of this code, retired or not.
pub async fn add_purpose(conn: &mut PgConnection, actor: PersonId, purpose: &Purpose, origin: &Origin, now: DateTime<Utc>) -> Result<bool> {
    let added = sqlx::query!(
        "INSERT INTO purpose (code, title, explanation, legal_source, position) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (code) DO NOTHING",
        purpose.code,
        purpose.title,
        purpose.explanation,
        purpose.legal_source,
        purpose.position
    )
    .execute(&mut *conn)
    .await?;
    if added.rows_affected() == 0 {
        return Ok(false);
    }
    written_down(conn, actor, format!("added {}: {}", purpose.code, purpose.title), origin, now).await?;
    Ok(true)
}

/// Gives the purpose of a code other words or another place. What is so already is left alone, without a trace. False when there
/// is none.
pub async fn change_purpose(conn: &mut PgConnection, actor: PersonId, purpose: &Purpose, origin: &Origin, now: DateTime<Utc>) -> Result<bool> {
    let row = sqlx::query!("SELECT title, explanation, legal_source, position FROM purpose WHERE code = $1 FOR UPDATE", purpose.code)
        .fetch_optional(&mut *conn)
        .await?;
    let Some(row) = row else { return Ok(false) };
    let before = Purpose {
        code: purpose.code.clone(),
        title: row.title,
        explanation: row.explanation,
        legal_source: row.legal_source,
        position: row.position,
    };
    if before == *purpose {
        return Ok(true);
    }
    sqlx::query!(
        "UPDATE purpose SET title = $2, explanation = $3, legal_source = $4, position = $5 WHERE code = $1",
        purpose.code,
        purpose.title,
        purpose.explanation,
        purpose.legal_source,
        purpose.position
    )
    .execute(&mut *conn)
    .await?;
    let said = |one: &Purpose| format!("{} | {} | {} | place {}", one.title, one.explanation, one.legal_source, one.position);
    written_down(conn, actor, format!("changed {}: {} to: {}", purpose.code, said(&before), said(purpose)), origin, now).await?;
    Ok(true)
}

/// Retires a purpose, so that nobody chooses it any longer, or offers it again. False when there is none, or it is so already.
pub async fn set_purpose_retired(
    conn: &mut PgConnection,
    actor: PersonId,
    code: &str,
    retired: bool,
    note: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE purpose SET retired_at = CASE WHEN $2 THEN $3::timestamptz END WHERE code = $1 AND (retired_at IS NOT NULL) <> $2",
        code,
        retired,
        now
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    let what = if retired { format!("retired {code}{note}") } else { format!("offered {code} again") };
    written_down(conn, actor, what, origin, now).await?;
    Ok(true)
}
