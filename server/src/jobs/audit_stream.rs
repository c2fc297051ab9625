//! Tells a log store outside of the audit trail: what is sealed, in the order of places, at least once. How far it was told stands in the
//! record, and moves only when the other side has taken what was sent.

use crate::config::StreamTarget;
use crate::state::AppState;
use crate::syslog;
use anyhow::{Context, bail};
use chrono::TimeDelta;
use std::time::Duration;
use store::audit;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Events on one connection.
const AT_ONCE: i64 = 500;
/// The longest that connecting, and then handing over, may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How soon the other side's network says that it refuses what came after it had closed.
const REFUSAL: Duration = Duration::from_millis(200);
/// The longest pause between attempts.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(5);

/// After so many attempts in a row that failed: 2 seconds, then twice as long each time, up to five minutes.
fn pause(failures: i32) -> TimeDelta {
    TimeDelta::seconds(1_i64 << failures.clamp(0, 16)).min(LONGEST_PAUSE)
}

/// Tells everything that is sealed and due.
pub async fn follow(state: &AppState) -> anyhow::Result<()> {
    let Some(target) = &state.config.audit_stream else { return Ok(()) };
    while step(state, target).await? {}
    Ok(())
}

/// Hands a batch over; true when more may wait. Its row stays locked meanwhile: two servers never tell the same.
async fn step(state: &AppState, target: &StreamTarget) -> anyhow::Result<bool> {
    let name = target.to_string();
    let mut tx = state.pool.begin().await?;
    let Some(stream) = audit::lock_stream(&mut tx, &name, state.now()).await? else { return Ok(false) };
    let events = audit::stream_next(&mut tx, stream.seq, AT_ONCE).await?;
    let Some(last) = events.last().map(|sealed| sealed.event.seq) else {
        tx.commit().await?;
        return Ok(false);
    };
    let host = state.config.base_url.host_str().unwrap_or_default();
    let mut frames = Vec::new();
    for sealed in &events {
        frames.extend_from_slice(&syslog::frame(host, sealed)?);
    }
    match hand_over(target, &frames).await {
        Ok(()) => {
            audit::stream_taken(&mut tx, &name, i64::try_from(last)?, state.now()).await?;
            tx.commit().await?;
            Ok(i64::try_from(events.len()).is_ok_and(|many| many == AT_ONCE))
        }
        Err(error) => {
            let why = format!("{error:#}");
            audit::stream_failed(&mut tx, &name, &why, state.now() + pause(stream.failures + 1)).await?;
            tx.commit().await?;
            tracing::warn!(store = name, error = why, attempts = stream.failures + 1, "the log store outside takes no audit events");
            Ok(false)
        }
    }
}

/// Sends all of it, says that nothing follows, and waits until the other side closes. Syslog knows no receipt: what was written may still
/// stand in a buffer when the other side dies. Whoever closes after it has read to the end has it all; whoever dies before breaks the connection.
async fn hand_over(target: &StreamTarget, frames: &[u8]) -> anyhow::Result<()> {
    let connect = TcpStream::connect((target.host.as_str(), target.port));
    let mut connection = tokio::time::timeout(PATIENCE, connect).await.context("it does not answer")?.context("cannot connect")?;
    let send = async {
        connection.write_all(frames).await?;
        connection.shutdown().await?;
        let mut said = [0; 256];
        // A store that talks back is not listened to; nought is its end.
        while connection.read(&mut said).await? > 0 {}
        // One that closed early gets the rest only now, and refuses it.
        tokio::time::sleep(REFUSAL).await;
        connection.take_error()?.map_or(Ok(()), |error| Err(anyhow::Error::from(error)))
    };
    match tokio::time::timeout(PATIENCE, send).await {
        Ok(done) => done.context("the connection broke"),
        Err(_) => bail!("it did not take what was sent within {} seconds", PATIENCE.as_secs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_at_five_minutes() {
        assert_eq!([1, 2, 3, 9, 100, i32::MAX].map(|failures| pause(failures).num_seconds()), [2, 4, 8, 300, 300, 300]);
    }
}
