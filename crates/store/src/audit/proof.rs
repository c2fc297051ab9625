//! One event with its way up to a signed checkpoint.

use super::export::exported_events;
use super::seals::broken;
use crate::Result;
use seal::{Hash, Line, PROOF_FORMAT, Proof, Prover};
use sqlx::PgConnection;

/// Leaves that are read at once.
const PAGE: i64 = 20_000;

/// What can be said of an event's place in the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProofState {
    /// The first checkpoint that covers it proves it.
    Proved(Box<Proof>),
    /// No signed checkpoint covers it yet.
    NotYet,
}

/// The proof of the event with this number. It reads every leaf under the checkpoint: thirty-two bytes for each event.
pub async fn proof(conn: &mut PgConnection, id: i64) -> Result<ProofState> {
    let found = sqlx::query!(
        "SELECT s.seq, c.size, c.note FROM audit_seal s JOIN audit_checkpoint c ON c.size >= s.seq WHERE s.event_id = $1 ORDER BY c.size LIMIT 1",
        id
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(found) = found else { return Ok(ProofState::NotYet) };
    let place = |number: i64| u64::try_from(number).map_err(|_| broken("a place is negative"));
    let mut prover = Prover::new(place(found.seq)?, place(found.size)?).ok_or_else(|| broken("a checkpoint is smaller than what it covers"))?;
    let mut after = 0;
    while after < found.size {
        let until = found.size.min(after + PAGE);
        let leaves = sqlx::query_scalar!("SELECT leaf FROM audit_seal WHERE seq > $1 AND seq <= $2 ORDER BY seq", after, until);
        for leaf in leaves.fetch_all(&mut *conn).await? {
            prover.push(Hash(leaf.try_into().map_err(|_| broken("a hash has another length"))?));
        }
        after = until;
    }
    let Some((_, Line::Event(sealed))) = exported_events(conn, found.seq - 1, 1).await?.pop() else {
        return Err(broken("a sealed event is gone"));
    };
    let event = sealed.event;
    Ok(ProofState::Proved(Box::new(Proof { format: PROOF_FORMAT.into(), event, path: prover.path(), checkpoint: found.note })))
}
