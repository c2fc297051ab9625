//! Sealing the audit trail every few seconds, and signing a checkpoint of it now and then.

use crate::clock::random;
use crate::state::AppState;
use anyhow::bail;
use chrono::{DateTime, TimeDelta, Utc};
use seal::{Hash, Head, SigningKey, VerifyingKey};
use std::sync::{Mutex, PoisonError};
use store::PgConnection;
use store::audit::{self, CheckpointLine};

/// Events sealed in one transaction.
const AT_ONCE: i64 = 2_000;
/// Checkpoints while events come.
const BETWEEN_CHECKPOINTS: TimeDelta = TimeDelta::minutes(1);

/// What this server remembers of the trail, so that a history rewritten while it runs is not signed.
#[derive(Debug, Default)]
pub struct Sealing(Mutex<Memory>);

#[derive(Debug, Default, Clone)]
struct Memory {
    seen: Option<(u64, Hash)>,
    rewritten: bool,
    /// Keys that were said to be retired.
    told: Vec<VerifyingKey>,
}

impl Sealing {
    /// The trail no longer holds what this server has sealed.
    pub fn rewritten(&self) -> bool {
        self.memory().rewritten
    }

    fn memory(&self) -> Memory {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn remember(&self, change: impl FnOnce(&mut Memory)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Seals everything that waits, unless another server does.
pub async fn follow(state: &AppState) -> anyhow::Result<()> {
    while step(state).await? {}
    Ok(())
}

/// Seals a batch; true when more may wait.
async fn step(state: &AppState) -> anyhow::Result<bool> {
    let mut tx = state.pool.begin().await?;
    let Some(mut head) = audit::lock_head(&mut tx, false).await? else { return Ok(false) };
    if let Some((size, chain)) = state.sealing.memory().seen
        && (head.size() < size || audit::place(&mut tx, size).await? != Some(chain))
    {
        state.sealing.remember(|memory| memory.rewritten = true);
        bail!(
            "the audit trail was rewritten: it no longer holds what this server sealed up to event {size}; nothing more is sealed or signed by this server"
        );
    }
    let keys = &state.config.audit_keys;
    let retired = begin(&mut tx, keys, state.now()).await?;
    let sealed = audit::seal_waiting(&mut tx, &mut head, AT_ONCE, random, state.now()).await?;
    let more = i64::try_from(sealed).is_ok_and(|sealed| sealed == AT_ONCE);
    let signed = audit::seal_state(&mut tx).await?.signed;
    if !more && signed.is_none_or(|(_, at)| state.now() - at >= BETWEEN_CHECKPOINTS) {
        audit::checkpoint(&mut tx, &head, keys, state.now()).await?;
    }
    tx.commit().await?;
    state.sealing.remember(|memory| {
        if head.size() > 0 {
            memory.seen = Some((head.size(), head.chain()));
        }
        for key in retired.into_iter().filter(|key| !memory.told.contains(key)).collect::<Vec<_>>() {
            tracing::warn!(key = key.label(), "PASAR_AUDIT_KEY holds a key that was retired: it signs nothing");
            memory.told.push(key);
        }
    });
    Ok(more)
}

/// Introduces keys that are new to the trail; gives those of them that were retired.
async fn begin(conn: &mut PgConnection, keys: &[SigningKey], now: DateTime<Utc>) -> store::Result<Vec<VerifyingKey>> {
    let public: Vec<VerifyingKey> = keys.iter().map(SigningKey::public).collect();
    audit::begin_keys(conn, &public, now).await
}

/// Seals everything at once and signs it, for commands. Waits for a server that seals.
pub async fn seal_all(conn: &mut PgConnection, keys: &[SigningKey], now: DateTime<Utc>) -> anyhow::Result<(Head, Option<CheckpointLine>)> {
    loop {
        let mut tx = sqlx::Connection::begin(&mut *conn).await?;
        let Some(mut head) = audit::lock_head(&mut tx, true).await? else {
            bail!("the record has no row for the audit trail's end: was it migrated?")
        };
        begin(&mut tx, keys, now).await?;
        let sealed = audit::seal_waiting(&mut tx, &mut head, AT_ONCE, random, now).await?;
        let done = i64::try_from(sealed).is_ok_and(|sealed| sealed < AT_ONCE);
        let checkpoint = if done { audit::checkpoint(&mut tx, &head, keys, now).await? } else { None };
        tx.commit().await?;
        if done {
            return Ok((head, checkpoint));
        }
    }
}
