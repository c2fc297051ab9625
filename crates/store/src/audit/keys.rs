//! Keys that sign checkpoints. What the trail itself says of them is the only record: an event begins a key, an event retires
//! it, and both are under the signatures.

use super::append;
use crate::{Result, StoreError};
use chrono::{DateTime, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use seal::VerifyingKey;
use sqlx::PgConnection;

const KIND: &str = "audit-key";

/// A public key and from when until when it signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInUse {
    pub key: VerifyingKey,
    pub begun: DateTime<Utc>,
    /// The event that began it, once that is sealed: before, the key must not sign.
    pub begun_seq: Option<i64>,
    pub ended: Option<DateTime<Utc>>,
}

/// Every key there ever was, the oldest first. Events that name no key are left out; verifying an export finds them.
pub async fn keys(conn: &mut PgConnection) -> Result<Vec<KeyInUse>> {
    let rows = sqlx::query!(
        r#"SELECT e.at, e.action, e.detail AS "detail!", s.seq AS "seq?"
           FROM audit_event e LEFT JOIN audit_seal s ON s.event_id = e.id
           WHERE e.object_kind = 'audit-key' AND e.detail IS NOT NULL ORDER BY e.id"#
    )
    .fetch_all(conn)
    .await?;
    let mut found: Vec<KeyInUse> = vec![];
    for row in rows {
        let Ok(key) = row.detail.parse::<VerifyingKey>() else { continue };
        let known = found.iter_mut().find(|known| known.key == key);
        match (row.action.parse()?, known) {
            (AuditAction::AuditKeyBegin, None) => found.push(KeyInUse { key, begun: row.at, begun_seq: row.seq, ended: None }),
            (AuditAction::AuditKeyEnd, Some(known)) => known.ended = known.ended.or(Some(row.at)),
            _ => {}
        }
    }
    Ok(found)
}

/// Appends an event for each key that has never been used here. The caller has locked the trail's end, so that two servers
/// that start together begin a key once. Gives the keys that were retired and must not be used again.
pub async fn begin_keys(conn: &mut PgConnection, wanted: &[VerifyingKey], now: DateTime<Utc>) -> Result<Vec<VerifyingKey>> {
    let known = keys(&mut *conn).await?;
    for key in wanted.iter().filter(|key| known.iter().all(|known| known.key != **key)) {
        append(&mut *conn, &event(AuditAction::AuditKeyBegin, key), now).await?;
    }
    let retired = |key: &&VerifyingKey| known.iter().any(|known| known.key == **key && known.ended.is_some());
    Ok(wanted.iter().filter(retired).cloned().collect())
}

/// Retires the key with this label. What it signed before stays good.
pub async fn retire_key(conn: &mut PgConnection, label: &str, now: DateTime<Utc>) -> Result<()> {
    let found = keys(&mut *conn).await?.into_iter().find(|known| known.key.label() == label);
    match found {
        None => Err(StoreError::Conflict(format!("no key of the audit trail is called {label}"))),
        Some(KeyInUse { ended: Some(_), .. }) => Err(StoreError::Conflict(format!("the key {label} was retired before"))),
        Some(known) => append(conn, &event(AuditAction::AuditKeyEnd, &known.key), now).await,
    }
}

fn event(action: AuditAction, key: &VerifyingKey) -> AuditEvent {
    AuditEvent { detail: Some(key.to_string()), ..AuditEvent::done(None, action, KIND, None, Origin::default()) }
}
