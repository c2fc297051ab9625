//! Reads that holders make directly at the source come into the audit trail from the source's own log.

use crate::state::AppState;
use domain::audit::Outcome;
use ports::{LogPosition, LogReading, SourceRead};
use store::access::{self, DirectRead};

/// Takes over everything that the log holds by now.
pub async fn follow(state: &AppState) -> anyhow::Result<()> {
    while step(state).await? {}
    Ok(())
}

/// Takes over one piece of the log; false when there is none.
async fn step(state: &AppState) -> anyhow::Result<bool> {
    let source = state.config.source_name();
    let mut tx = state.pool.begin().await?;
    let Some(position) = access::log_position(&mut tx, &source, state.now()).await? else { return Ok(false) };
    let position = position.map(|(file, byte)| LogPosition { file, byte });
    let more = match state.source.log(position.as_ref()).await? {
        LogReading::NotKept => {
            if access::log_kept(&mut tx, &source, false, state.now()).await? {
                tracing::warn!(source, "reads made directly at this source are not recorded: its server keeps no JSON log that Pasar may read");
            }
            false
        }
        LogReading::UpToDate => {
            access::log_kept(&mut tx, &source, true, state.now()).await?;
            false
        }
        LogReading::Read(next, reads) => {
            let reads: Vec<DirectRead> = reads.into_iter().map(direct).collect();
            access::note_direct_reads(&mut tx, &reads).await?;
            access::log_read(&mut tx, &source, &next.file, next.byte, state.now()).await?;
            true
        }
    };
    tx.commit().await?;
    Ok(more)
}

fn direct(read: SourceRead) -> DirectRead {
    let outcome = match (&read.fault, read.is_refused()) {
        (None, _) => Outcome::Done,
        (Some(_), true) => Outcome::Refused,
        (Some(_), false) => Outcome::Failed,
    };
    DirectRead {
        reader: read.reader.id(),
        at: read.at,
        session: read.session,
        remote: read.remote,
        statement: read.statement,
        outcome,
        reason: read.fault.map(|(code, message)| format!("{code} {message}")),
    }
}
