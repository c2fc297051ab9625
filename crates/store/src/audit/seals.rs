//! Sealing: each event that waits gets the next place in the chain. `migrations/0010_audit_seal.sql` says why nothing is
//! skipped.

use super::export::sealable;
use crate::{Result, StoreError};
use chrono::{DateTime, Utc};
use seal::{Hash, Head, SALTS};
use sqlx::PgConnection;
use std::collections::HashMap;

/// What is stored of the trail's end does not hold together.
pub(super) fn broken(what: &str) -> StoreError {
    StoreError::Conflict(format!("the audit trail's seals are damaged: {what}"))
}

/// Takes the trail's end for this transaction: whoever holds it may seal and sign. `None` while another does and `wait` is
/// false.
pub async fn lock_head(conn: &mut PgConnection, wait: bool) -> Result<Option<Head>> {
    let row = if wait {
        sqlx::query!("SELECT size, chain, peaks FROM audit_seal_head FOR UPDATE")
            .fetch_optional(conn)
            .await?
            .map(|row| (row.size, row.chain, row.peaks))
    } else {
        let row = sqlx::query!("SELECT size, chain, peaks FROM audit_seal_head FOR UPDATE SKIP LOCKED").fetch_optional(conn).await?;
        row.map(|row| (row.size, row.chain, row.peaks))
    };
    row.map(|(size, chain, peaks)| {
        let size = u64::try_from(size).map_err(|_| broken("the size is negative"))?;
        let chain = Hash(chain.try_into().map_err(|_| broken("the chain is no hash"))?);
        Head::from_parts(size, chain, &peaks).ok_or_else(|| broken("the tree does not have this size"))
    })
    .transpose()
}

/// Seals up to `most` events that wait and moves `head`, which the caller has locked in this transaction. `salts` must give
/// fresh, unpredictable bytes at each call, save in tests. Gives how many were sealed.
pub async fn seal_waiting(conn: &mut PgConnection, head: &mut Head, most: i64, salts: impl Fn() -> [u8; SALTS], now: DateTime<Utc>) -> Result<usize> {
    let mut rows = Rows::default();
    for found in sealable(&mut *conn, most).await? {
        let salts = salts();
        let event = found.sealed_as(head.size() + 1, &salts, &HashMap::new());
        head.push(event.leaf());
        rows.seq.push(i64::try_from(head.size()).map_err(|_| broken("the size is too great"))?);
        rows.event.push(event.id);
        rows.salts.push(salts.to_vec());
        rows.leaf.push(event.leaf().0.to_vec());
        rows.chain.push(head.chain().0.to_vec());
    }
    if rows.seq.is_empty() {
        return Ok(0);
    }
    sqlx::query!(
        "INSERT INTO audit_seal (seq, event_id, salts, leaf, chain)
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bytea[], $5::bytea[])",
        &rows.seq,
        &rows.event,
        &rows.salts,
        &rows.leaf,
        &rows.chain
    )
    .execute(&mut *conn)
    .await?;
    let size = rows.seq.last().copied().unwrap_or_default();
    sqlx::query!("UPDATE audit_seal_head SET size = $1, chain = $2, peaks = $3, sealed_at = $4", size, &head.chain().0, &head.peaks(), now)
        .execute(conn)
        .await?;
    Ok(rows.seq.len())
}

/// Columns of the rows to write.
#[derive(Default)]
struct Rows {
    seq: Vec<i64>,
    event: Vec<i64>,
    salts: Vec<Vec<u8>>,
    leaf: Vec<Vec<u8>>,
    chain: Vec<Vec<u8>>,
}

/// How far sealing has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealState {
    /// Events that are sealed.
    pub sealed: i64,
    pub sealed_at: Option<DateTime<Utc>>,
    /// Events that wait; counted up to 1,000.
    pub waiting: i64,
    /// Events under the last checkpoint, and when it was signed.
    pub signed: Option<(i64, DateTime<Utc>)>,
}

pub async fn seal_state(conn: &mut PgConnection) -> Result<SealState> {
    let row = sqlx::query!(
        r#"SELECT h.size, h.sealed_at, (SELECT count(*) FROM (SELECT FROM audit_unsealed LIMIT 1000) w) AS "waiting!",
                  c.size AS "signed?", c.at AS "signed_at?"
           FROM audit_seal_head h LEFT JOIN LATERAL (SELECT size, at FROM audit_checkpoint ORDER BY size DESC LIMIT 1) c ON true"#
    )
    .fetch_one(conn)
    .await?;
    Ok(SealState { sealed: row.size, sealed_at: row.sealed_at, waiting: row.waiting, signed: row.signed.zip(row.signed_at) })
}
