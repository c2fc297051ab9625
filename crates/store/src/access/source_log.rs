//! Reads made directly at a source, as its own log tells them: appended to the audit trail exactly once, because the place in
//! the log moves in the same transaction.

use crate::{Result, audit};
use chrono::{DateTime, TimeDelta, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin, Outcome};
use domain::id::{CredentialId, PersonId, ProductId};
use sqlx::PgConnection;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// One read, or its refusal, at the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectRead {
    /// Whose role it was: an agreement's, or a credential's beside it.
    pub reader: Uuid,
    pub at: DateTime<Utc>,
    pub session: String,
    pub remote: Option<String>,
    pub statement: Option<String>,
    pub outcome: Outcome,
    pub reason: Option<String>,
}

/// Takes the place in a source's log, for this transaction alone; `None` while another server holds it. The inner value is
/// file and byte.
pub async fn log_position(conn: &mut PgConnection, source: &str, now: DateTime<Utc>) -> Result<Option<Option<(String, i64)>>> {
    sqlx::query!("INSERT INTO source_log (source, kept, next_byte, read_at) VALUES ($1, true, 0, $2) ON CONFLICT DO NOTHING", source, now)
        .execute(&mut *conn)
        .await?;
    let row = sqlx::query!("SELECT file, next_byte FROM source_log WHERE source = $1 FOR UPDATE SKIP LOCKED", source).fetch_optional(conn).await?;
    Ok(row.map(|row| row.file.map(|file| (file, row.next_byte))))
}

/// Notes how far the log has been read.
pub async fn log_read(conn: &mut PgConnection, source: &str, file: &str, byte: i64, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("UPDATE source_log SET kept = true, file = $2, next_byte = $3, read_at = $4 WHERE source = $1", source, file, byte, now)
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes whether there is a log to read; true when this is news.
pub async fn log_kept(conn: &mut PgConnection, source: &str, kept: bool, now: DateTime<Utc>) -> Result<bool> {
    let changed =
        sqlx::query!("UPDATE source_log SET kept = $2, read_at = $3 WHERE source = $1 AND kept <> $2", source, kept, now).execute(conn).await?;
    Ok(changed.rows_affected() > 0)
}

/// The sources whose direct reads are not in the trail.
pub async fn sources_without_log(conn: &mut PgConnection) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!("SELECT source FROM source_log WHERE NOT kept ORDER BY source").fetch_all(conn).await?)
}

/// Notes a session that Pasar opened itself, before it reads anything; its reads have rows of their own.
pub async fn note_api_session(conn: &mut PgConnection, session: &str, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("INSERT INTO api_session (session, opened_at) VALUES ($1, $2) ON CONFLICT DO NOTHING", session, now).execute(conn).await?;
    Ok(())
}

/// Forgets sessions that the log has left behind long ago.
pub async fn forget_api_sessions(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("DELETE FROM api_session WHERE opened_at < $1", now - TimeDelta::days(30)).execute(conn).await?;
    Ok(())
}

struct Known {
    agreement: Uuid,
    /// None for a machine client.
    person: Option<PersonId>,
    machine: Option<CredentialId>,
    product: ProductId,
    address: String,
    /// View and address of each dataset.
    views: Vec<(String, String)>,
}

/// Appends what was found; equal refusals of one session become one row. Sessions of Pasar's own and roles that are no
/// agreement's are left out. The first read that succeeds ends the lead time.
pub async fn note_direct_reads(conn: &mut PgConnection, reads: &[DirectRead]) -> Result<usize> {
    let sessions: Vec<String> = reads.iter().map(|read| read.session.clone()).collect();
    let own: HashSet<String> =
        sqlx::query_scalar!("SELECT session FROM api_session WHERE session = ANY($1)", &sessions).fetch_all(&mut *conn).await?.into_iter().collect();
    let known = readers(conn, reads).await?;
    let mut counts: Vec<(&DirectRead, usize)> = vec![];
    for read in reads.iter().filter(|read| !own.contains(&read.session) && known.contains_key(&read.reader)) {
        match counts.last_mut() {
            Some((last, times)) if alike(last, read) => *times += 1,
            _ => counts.push((read, 1)),
        }
    }
    for (read, times) in &counts {
        let Some(agreement) = known.get(&read.reader) else { continue };
        let statement = read.statement.clone().unwrap_or_default();
        let mut named = agreement.views.iter().filter(|(view, _)| statement.contains(view.as_str()));
        let view = named.next().filter(|_| named.next().is_none());
        let times = if *times > 1 { format!("{times} times: ") } else { String::new() };
        let origin = Origin { address: read.remote.clone(), request: Some(format!("source session {}", read.session)) };
        let origin = match agreement.machine {
            Some(client) => origin.with_machine(client),
            None => origin,
        };
        let event = AuditEvent {
            product: Some(agreement.product),
            address: Some(view.map_or_else(|| agreement.address.clone(), |(_, address)| address.clone())),
            reason: read.reason.clone(),
            outcome: read.outcome,
            detail: Some(format!("directly at the source: {times}{statement}").trim_end_matches([':', ' ']).to_owned()),
            ..AuditEvent::done(agreement.person, AuditAction::PortRead, "agreement", Some(agreement.agreement), origin)
        };
        audit::append(conn, &event, read.at).await?;
        if read.outcome == Outcome::Done && agreement.views.iter().any(|(view, _)| statement.contains(view.as_str())) {
            sqlx::query!("UPDATE agreement SET first_read_at = $2 WHERE id = $1 AND first_read_at IS NULL", agreement.agreement, read.at)
                .execute(&mut *conn)
                .await?;
        }
    }
    Ok(counts.len())
}

/// The same refusal, again and again: a wrong password in a loop is one row, not a flood.
fn alike(a: &DirectRead, b: &DirectRead) -> bool {
    a.outcome != Outcome::Done
        && (a.reader, a.outcome, &a.remote, &a.reason, &a.statement) == (b.reader, b.outcome, &b.remote, &b.reason, &b.statement)
}

async fn readers(conn: &mut PgConnection, reads: &[DirectRead]) -> Result<HashMap<Uuid, Known>> {
    let mut ids: Vec<Uuid> = reads.iter().map(|read| read.reader).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = sqlx::query!(
        r#"SELECT k.id AS "reader!", a.id, CASE WHEN c.id IS NULL THEN a.holder_id ELSE c.person_id END AS person,
                  (c.id IS NOT NULL AND c.person_id IS NULL) AS "machine!", a.product_id, p.address,
                  ARRAY(SELECT x.view_name FROM agreement_dataset x JOIN dataset d ON d.id = x.dataset_id JOIN output_port o ON o.id = x.output_port_id
                        WHERE x.agreement_id = a.id ORDER BY o.id, d.id) AS "views!",
                  ARRAY(SELECT p.address || '.' || o.name || '.' || d.name FROM agreement_dataset x JOIN dataset d ON d.id = x.dataset_id
                        JOIN output_port o ON o.id = x.output_port_id WHERE x.agreement_id = a.id ORDER BY o.id, d.id) AS "addresses!"
           FROM unnest($1::uuid[]) AS k(id) LEFT JOIN agreement_credential c ON c.id = k.id JOIN agreement a ON a.id = coalesce(c.agreement_id, k.id)
           JOIN product p ON p.id = a.product_id"#,
        &ids
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let known = Known {
                agreement: row.id,
                person: row.person.map(PersonId),
                machine: row.machine.then_some(CredentialId(row.reader)),
                product: ProductId(row.product_id),
                address: row.address,
                views: row.views.into_iter().zip(row.addresses).collect(),
            };
            (row.reader, known)
        })
        .collect())
}
