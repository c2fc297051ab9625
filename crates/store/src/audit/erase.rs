//! Erasure: the value of a field under a commitment goes, and its salt with it. The commitment that was sealed stays, so that the chain
//! holds and nothing can be guessed. Only the record's owner may: the portal's login can change neither events nor seals.

use super::seals::broken;
use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::PersonId;
use seal::{Committed, Hash, PRIVATE_FIELDS, SALTS, salts};
use sqlx::PgConnection;
use std::collections::HashMap;

/// Which values go. Events that begin or retire a key, or that tell of an erasure, keep theirs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erasure {
    /// Of what this person did; and reason and detail of what others did to them.
    pub person: Option<PersonId>,
    /// Of events before this moment.
    pub before: Option<DateTime<Utc>>,
    /// Names of the six fields.
    pub fields: Vec<String>,
}

/// What one batch erased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erased {
    /// The last place that was looked at; none when nothing was left.
    pub last: Option<i64>,
    pub events: u64,
    pub fields: u64,
}

/// Events looked at in one transaction.
const BATCH: i64 = 500;

/// Erases a batch of sealed events after the place `after`. Call within a transaction, as the owner, until `last` is none.
pub async fn erase(conn: &mut PgConnection, wanted: &Erasure, after: i64, now: DateTime<Utc>) -> Result<Erased> {
    let rows = sqlx::query!(
        r#"SELECT s.seq, s.event_id, s.salts, e.actor_id, e.address, e.client_address, e.request_id, e.reason, e.detail,
                  ($1::uuid IS NULL OR e.actor_id IS NOT DISTINCT FROM $1) AS "own!"
           FROM audit_seal s JOIN audit_event e ON e.id = s.event_id
           WHERE s.seq > $2 AND e.object_kind <> 'audit-key' AND e.action <> 'audit.erase'
             AND ($1::uuid IS NULL OR e.actor_id = $1 OR e.object_id = $1) AND ($3::timestamptz IS NULL OR e.at < $3)
           ORDER BY s.seq LIMIT $4"#,
        wanted.person.map(|id| id.0),
        after,
        wanted.before,
        BATCH
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut done = Erased { last: rows.last().map(|row| row.seq), ..Erased::default() };
    let (mut events, mut fields, mut commitments): (Vec<i64>, Vec<String>, Vec<Vec<u8>>) = (vec![], vec![], vec![]);
    let (mut sealed, mut left): (Vec<i64>, Vec<Vec<u8>>) = (vec![], vec![]);
    for row in rows {
        let mut bytes: [u8; SALTS] = row.salts.try_into().map_err(|_| broken("salts have another length"))?;
        let of = salts(&bytes);
        let values = [row.actor_id.map(|id| id.to_string()), row.address, row.client_address, row.request_id, row.reason, row.detail];
        let mut touched = false;
        for (index, (name, value)) in PRIVATE_FIELDS.iter().zip(values).enumerate() {
            // Of what others did to a person, who they are is theirs.
            let goes = wanted.fields.iter().any(|field| field == name) && (row.own || matches!(*name, "reason" | "detail"));
            if !goes || value.is_none() {
                continue;
            }
            let commitment = Committed::Open { value, salt: of[index] }.commitment(name);
            bytes[16 * index..16 * (index + 1)].fill(0);
            touched = true;
            events.push(row.event_id);
            fields.push((*name).to_owned());
            commitments.push(commitment.0.to_vec());
        }
        if touched {
            sealed.push(row.event_id);
            left.push(bytes.to_vec());
        }
    }
    done.events = sealed.len() as u64;
    done.fields = fields.len() as u64;
    // First what is noted: the triggers let nothing else become empty.
    sqlx::query!(
        "INSERT INTO audit_erasure (event_id, field, commitment, erased_at)
         SELECT u.event_id, u.field, u.commitment, $4 FROM unnest($1::bigint[], $2::text[], $3::bytea[]) AS u(event_id, field, commitment)",
        &events,
        &fields,
        &commitments,
        now
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "UPDATE audit_event e SET actor_id = CASE WHEN 'actor_id' = ANY(x.fields) THEN NULL ELSE e.actor_id END,
             address = CASE WHEN 'address' = ANY(x.fields) THEN NULL ELSE e.address END,
             client_address = CASE WHEN 'client_address' = ANY(x.fields) THEN NULL ELSE e.client_address END,
             request_id = CASE WHEN 'request_id' = ANY(x.fields) THEN NULL ELSE e.request_id END,
             reason = CASE WHEN 'reason' = ANY(x.fields) THEN NULL ELSE e.reason END,
             detail = CASE WHEN 'detail' = ANY(x.fields) THEN NULL ELSE e.detail END
         FROM (SELECT event_id, array_agg(field) AS fields FROM audit_erasure WHERE event_id = ANY($1) GROUP BY event_id) x WHERE e.id = x.event_id",
        &sealed
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "UPDATE audit_seal s SET salts = u.salts FROM unnest($1::bigint[], $2::bytea[]) AS u(event_id, salts) WHERE s.event_id = u.event_id",
        &sealed,
        &left
    )
    .execute(conn)
    .await?;
    Ok(done)
}

/// Takes from the tables' files what updates left behind of the values. Not within a transaction.
pub async fn sweep(conn: &mut PgConnection) -> Result<()> {
    sqlx::raw_sql("VACUUM audit_event, audit_seal").execute(conn).await?;
    Ok(())
}

/// Commitments of fields that were erased, by event and name.
pub(super) async fn erasures(conn: &mut PgConnection, events: &[i64]) -> Result<HashMap<(i64, String), Hash>> {
    let rows = sqlx::query!("SELECT event_id, field, commitment FROM audit_erasure WHERE event_id = ANY($1)", events).fetch_all(conn).await?;
    let hash = |bytes: Vec<u8>| bytes.try_into().map(Hash).map_err(|_| broken("a commitment has another length"));
    rows.into_iter().map(|row| Ok(((row.event_id, row.field), hash(row.commitment)?))).collect()
}
