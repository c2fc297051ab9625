//! Signed checkpoints, as they are published.

use super::keys::keys;
use super::seals::broken;
use crate::Result;
use chrono::{DateTime, Utc};
use seal::{Checkpoint, Hash, Head, SigningKey};
use sqlx::PgConnection;

/// One that was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointLine {
    /// Events under it.
    pub size: i64,
    pub at: DateTime<Utc>,
    pub note: String,
}

/// Signs the trail's end, which the caller has locked, unless it is signed already. Keys sign once the event that began
/// them is sealed, and never after they were retired; `None` when no key may.
pub async fn checkpoint(conn: &mut PgConnection, head: &Head, signing: &[SigningKey], now: DateTime<Utc>) -> Result<Option<CheckpointLine>> {
    let size = i64::try_from(head.size()).map_err(|_| broken("the size is too great"))?;
    let last = sqlx::query_scalar!(r#"SELECT max(size) FROM audit_checkpoint"#).fetch_one(&mut *conn).await?.unwrap_or_default();
    if size <= last {
        return Ok(None);
    }
    let known = keys(&mut *conn).await?;
    let may = |key: &&SigningKey| known.iter().any(|known| known.key == key.public() && known.begun_seq.is_some() && known.ended.is_none());
    let signing: Vec<&SigningKey> = signing.iter().filter(may).collect();
    let Some(first) = signing.first() else { return Ok(None) };
    let note = Checkpoint::of(head, first, now).sign(&signing);
    sqlx::query!("INSERT INTO audit_checkpoint (size, at, note) VALUES ($1, $2, $3)", size, now, note).execute(conn).await?;
    Ok(Some(CheckpointLine { size, at: now, note }))
}

/// Newest first; only those of fewer events than `before`, when that is given.
pub async fn checkpoints(conn: &mut PgConnection, before: Option<i64>, most: i64) -> Result<Vec<CheckpointLine>> {
    let rows = sqlx::query_as!(
        CheckpointLine,
        "SELECT size, at, note FROM audit_checkpoint WHERE $1::bigint IS NULL OR size < $1 ORDER BY size DESC LIMIT $2",
        before,
        most
    );
    Ok(rows.fetch_all(conn).await?)
}

/// The signed note of the checkpoint of so many events.
pub async fn checkpoint_note(conn: &mut PgConnection, size: i64) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!("SELECT note FROM audit_checkpoint WHERE size = $1", size).fetch_optional(conn).await?)
}

/// The chain at a place, as the seals say it: a server that remembers another has seen the trail being rewritten.
pub async fn place(conn: &mut PgConnection, seq: u64) -> Result<Option<Hash>> {
    let seq = i64::try_from(seq).map_err(|_| broken("the size is too great"))?;
    let chain = sqlx::query_scalar!("SELECT chain FROM audit_seal WHERE seq = $1", seq).fetch_optional(conn).await?;
    chain.map(|chain| chain.try_into().map(Hash).map_err(|_| broken("the chain is no hash"))).transpose()
}
