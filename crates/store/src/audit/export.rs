//! The trail as it leaves for a verifier: events in the order of their seals, with everything that was hashed.

use super::erase::erasures;
use super::seals::broken;
use crate::{Result, StoreError};
use chrono::{DateTime, SecondsFormat, Utc};
use seal::{Committed, Event, FORMAT, Hash, Line, SALTS, Salt, SealedEvent, salts};
use sqlx::{Connection, PgConnection};
use std::collections::HashMap;
use uuid::Uuid;

/// A row of the trail, every column.
pub(super) struct EventRow {
    id: i64,
    at: DateTime<Utc>,
    actor_id: Option<Uuid>,
    action: String,
    object_kind: String,
    object_id: Option<Uuid>,
    product_id: Option<Uuid>,
    address: Option<String>,
    client_address: Option<String>,
    request_id: Option<String>,
    reason: Option<String>,
    outcome: String,
    detail: Option<String>,
}

/// As `docs/audit.md` writes times; the record keeps microseconds.
fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

impl EventRow {
    /// At this place, under commitments with these salts; of what was erased the commitment alone.
    pub fn sealed_as(self, seq: u64, bytes: &[u8; SALTS], erased: &HashMap<(i64, String), Hash>) -> Event {
        let [actor_id, address, client_address, request_id, reason, detail] = salts(bytes);
        let open = |name: &str, value: Option<String>, salt: Salt| match erased.get(&(self.id, name.to_owned())) {
            Some(commitment) if value.is_none() => Committed::Erased { commitment: *commitment },
            _ => Committed::Open { value, salt },
        };
        Event {
            seq,
            id: self.id,
            at: written(self.at),
            action: self.action,
            object_kind: self.object_kind,
            object_id: self.object_id.map(|id| id.to_string()),
            product_id: self.product_id.map(|id| id.to_string()),
            outcome: self.outcome,
            actor_id: open("actor_id", self.actor_id.map(|id| id.to_string()), actor_id),
            address: open("address", self.address, address),
            client_address: open("client_address", self.client_address, client_address),
            request_id: open("request_id", self.request_id, request_id),
            reason: open("reason", self.reason, reason),
            detail: open("detail", self.detail, detail),
        }
    }
}

/// Events that wait for their seal, in order of number.
pub(super) async fn sealable(conn: &mut PgConnection, most: i64) -> Result<Vec<EventRow>> {
    let rows = sqlx::query_as!(
        EventRow,
        "SELECT e.id, e.at, e.actor_id, e.action, e.object_kind, e.object_id, e.product_id, e.address, e.client_address, e.request_id,
                e.reason, e.outcome, e.detail
         FROM (SELECT event_id FROM audit_unsealed ORDER BY event_id LIMIT $1) w JOIN audit_event e ON e.id = w.event_id ORDER BY e.id",
        most
    );
    Ok(rows.fetch_all(conn).await?)
}

/// Lines that are read at once.
const PAGE: i64 = 2_000;

/// Gives every line of an export, in order, as of one moment. Events that still wait for their seal are not among them.
pub async fn export<E: From<StoreError>>(
    conn: &mut PgConnection,
    mut write: impl FnMut(&Line) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let mut tx = conn.begin().await.map_err(StoreError::from)?;
    sqlx::query!("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").execute(&mut *tx).await.map_err(StoreError::from)?;
    write(&Line::Trail { format: FORMAT.into() })?;
    let (mut events, mut signed) = (0, 0);
    let mut after = 0;
    let mut checkpoints = exported_checkpoints(&mut tx, 0).await?.into_iter().peekable();
    loop {
        let page = exported_events(&mut tx, after, PAGE).await?;
        for (seq, line) in &page {
            write(line)?;
            events += 1;
            after = *seq;
            while let Some((size, line)) = checkpoints.next_if(|(size, _)| size <= seq) {
                write(&line)?;
                signed += 1;
                if checkpoints.peek().is_none() {
                    checkpoints = exported_checkpoints(&mut tx, size).await?.into_iter().peekable();
                }
            }
        }
        if page.is_empty() {
            break;
        }
    }
    // Of events that are no longer there.
    for (_, line) in checkpoints {
        write(&line)?;
        signed += 1;
    }
    for line in strays(&mut tx).await? {
        write(&line)?;
    }
    write(&Line::End { events, checkpoints: signed })?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// At most so many sealed events after the place `after`; a seal whose event is gone is a line too. Each event is looked up by itself: the
/// planner does not know how few are wanted, and would read a trail of a million for each page of it.
pub(super) async fn exported_events(conn: &mut PgConnection, after: i64, most: i64) -> Result<Vec<(i64, Line)>> {
    let rows = sqlx::query!(
        r#"SELECT s.seq, s.event_id, s.salts, s.leaf, s.chain, e.id AS "id?", e.at AS "at?", e.actor_id AS "actor_id?", e.action AS "action?",
                  e.object_kind AS "object_kind?", e.object_id AS "object_id?", e.product_id AS "product_id?", e.address AS "address?",
                  e.client_address AS "client_address?", e.request_id AS "request_id?", e.reason AS "reason?", e.outcome AS "outcome?",
                  e.detail AS "detail?"
           FROM (SELECT * FROM audit_seal WHERE seq > $1 ORDER BY seq LIMIT $2) s
           LEFT JOIN LATERAL (SELECT * FROM audit_event WHERE id = s.event_id LIMIT 1) e ON true ORDER BY s.seq"#,
        after,
        most
    )
    .fetch_all(&mut *conn)
    .await?;
    let erased = erasures(conn, &rows.iter().map(|row| row.event_id).collect::<Vec<_>>()).await?;
    let hash = |bytes: Vec<u8>| bytes.try_into().map(Hash).map_err(|_| broken("a hash has another length"));
    rows.into_iter()
        .map(|row| {
            let seq = u64::try_from(row.seq).map_err(|_| broken("a place is negative"))?;
            let (Some(id), Some(at), Some(action), Some(object_kind), Some(outcome)) = (row.id, row.at, row.action, row.object_kind, row.outcome)
            else {
                return Ok((row.seq, Line::Missing { seq: Some(seq), id: row.event_id }));
            };
            let event = EventRow {
                id,
                at,
                actor_id: row.actor_id,
                action,
                object_kind,
                object_id: row.object_id,
                product_id: row.product_id,
                address: row.address,
                client_address: row.client_address,
                request_id: row.request_id,
                reason: row.reason,
                outcome,
                detail: row.detail,
            };
            let salts: [u8; SALTS] = row.salts.try_into().map_err(|_| broken("salts have another length"))?;
            let sealed = SealedEvent { event: event.sealed_as(seq, &salts, &erased), leaf: hash(row.leaf)?, chain: hash(row.chain)? };
            Ok((row.seq, Line::Event(Box::new(sealed))))
        })
        .collect()
}

/// Checkpoints of more than `after` events, in the order of their sizes.
async fn exported_checkpoints(conn: &mut PgConnection, after: i64) -> Result<Vec<(i64, Line)>> {
    let rows = sqlx::query!("SELECT size, note FROM audit_checkpoint WHERE size > $1 ORDER BY size LIMIT $2", after, PAGE).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.size, Line::Checkpoint { note: row.note })).collect())
}

/// Events that are neither sealed nor wait for it, and events that waited and are gone: no statement of the portal leaves such.
async fn strays(conn: &mut PgConnection) -> Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"SELECT e.id AS "id!", e.at AS "at?", e.action AS "action?" FROM audit_event e
           WHERE NOT EXISTS (SELECT FROM audit_seal s WHERE s.event_id = e.id)
             AND NOT EXISTS (SELECT FROM audit_unsealed u WHERE u.event_id = e.id)
           UNION ALL
           SELECT u.event_id, NULL, NULL FROM audit_unsealed u WHERE NOT EXISTS (SELECT FROM audit_event e WHERE e.id = u.event_id)
           ORDER BY 1"#
    )
    .fetch_all(conn)
    .await?;
    let line = |(id, event): (i64, Option<(DateTime<Utc>, String)>)| match event {
        Some((at, action)) => Line::Stray { id, at: written(at), action },
        None => Line::Missing { seq: None, id },
    };
    Ok(rows.into_iter().map(|row| line((row.id, row.at.zip(row.action)))).collect())
}
