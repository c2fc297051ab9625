//! That one event is in the trail, for somebody who may see no other: the event, the hashes beside its way up the tree (RFC 9162,
//! section 2.1.3), and a signed checkpoint of the tree.

use crate::checkpoint::Note;
use crate::event::Event;
use crate::hash::Hash;
use crate::key::VerifyingKey;
use crate::tree::{Tree, join};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Which form the file has.
pub const PROOF_FORMAT: &str = "pasar-audit-proof-v1";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    pub format: String,
    pub event: Event,
    /// From the leaf's neighbour up to a child of the root.
    pub path: Vec<Hash>,
    /// The signed note that the path leads to.
    pub checkpoint: String,
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    #[error("is no proof: {0}")]
    Unreadable(String),
    #[error("the event is not under the checkpoint: it was changed, or belongs to another trail")]
    NotUnder,
    #[error("the checkpoint is not signed with a key that was given")]
    NotSigned,
    #[error("the checkpoint has a false signature of {0}")]
    FalseSignature(String),
    #[error("the checkpoint is not the one that was kept of event {0}")]
    NotKept(u64),
}

/// The way of one leaf up a tree, found while the leaves go by in order.
#[derive(Debug, Clone)]
pub struct Prover {
    seen: u64,
    /// Leaves beside the way, nearest first, and what has gone by of each range.
    beside: Vec<(Range<u64>, Tree)>,
}

impl Prover {
    /// For the event at `seq`, from 1, in a tree of `size` events; none when it is not in there.
    pub fn new(seq: u64, size: u64) -> Option<Self> {
        let index = seq.checked_sub(1).filter(|index| *index < size)?;
        let mut beside = vec![];
        let mut here = 0..size;
        while here.end - here.start > 1 {
            let middle = here.start + (here.end - here.start).next_power_of_two() / 2;
            let (left, right) = (here.start..middle, middle..here.end);
            let (onward, other) = if left.contains(&index) { (left, right) } else { (right, left) };
            beside.push((other, Tree::default()));
            here = onward;
        }
        beside.reverse();
        Some(Self { seen: 0, beside })
    }

    /// The next leaf, from the first on.
    pub fn push(&mut self, leaf: Hash) {
        if let Some((_, tree)) = self.beside.iter_mut().find(|(range, _)| range.contains(&self.seen)) {
            tree.push(leaf);
        }
        self.seen += 1;
    }

    /// The path, once every leaf has gone by.
    pub fn path(&self) -> Vec<Hash> {
        self.beside.iter().map(|(_, tree)| tree.root()).collect()
    }
}

/// Where a path leads to from a leaf; none when it is too short or too long for that place.
fn root(leaf: Hash, seq: u64, size: u64, path: &[Hash]) -> Option<Hash> {
    let mut way = Prover::new(seq, size)?.beside.into_iter().map(|(range, _)| range.start >= seq);
    let mut node = leaf;
    for other in path {
        node = if way.next()? { join(node, *other) } else { join(*other, node) };
    }
    way.next().is_none().then_some(node)
}

/// Checks a proof against keys that its reader knows, or a checkpoint that they kept; one of both is needed. Gives the event and the
/// checkpoint.
pub fn verify_proof(text: &str, keys: &[VerifyingKey], kept: &[Note]) -> Result<(Event, Note), ProofError> {
    let unreadable = |error: &dyn std::fmt::Display| ProofError::Unreadable(error.to_string());
    let proof: Proof = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
    if proof.format != PROOF_FORMAT {
        return Err(ProofError::Unreadable(format!("it has the form {}, and this program reads {PROOF_FORMAT}", proof.format)));
    }
    let note = Note::read(&proof.checkpoint).map_err(|error| unreadable(&format!("its checkpoint {error}")))?;
    let found = root(proof.event.leaf(), proof.event.seq, note.checkpoint.size, &proof.path);
    if found != Some(note.checkpoint.root) {
        return Err(ProofError::NotUnder);
    }
    if let Some(other) = kept.iter().find(|kept| kept.checkpoint.size == note.checkpoint.size && kept.checkpoint.root != note.checkpoint.root) {
        return Err(ProofError::NotKept(other.checkpoint.size));
    }
    if let Some(key) = keys.iter().find(|key| note.signed_by(key) == Some(false)) {
        return Err(ProofError::FalseSignature(key.label()));
    }
    let signed = keys.iter().any(|key| note.signed_by(key) == Some(true));
    let is_kept = kept.iter().any(|kept| kept.checkpoint.size == note.checkpoint.size);
    if signed || is_kept { Ok((proof.event, note)) } else { Err(ProofError::NotSigned) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Checkpoint, Committed, Head, Salt, SigningKey};
    use proptest::prelude::*;

    fn event(seq: u64) -> Event {
        let open = |value: &str| Committed::Open { value: Some(value.into()), salt: Salt([7; 16]) };
        Event {
            seq,
            id: i64::try_from(seq).unwrap(),
            at: "2026-11-23T02:00:00.000000Z".into(),
            action: "port.read".into(),
            object_kind: "agreement".into(),
            object_id: None,
            product_id: None,
            outcome: "done".into(),
            actor_id: open("a"),
            address: open("b"),
            client_address: open("c"),
            request_id: open("d"),
            reason: open("e"),
            detail: open("f"),
        }
    }

    fn key() -> SigningKey {
        SigningKey::new("pasar.example", [3; 32]).unwrap()
    }

    fn proof(seq: u64, size: u64) -> Proof {
        let mut head = Head::default();
        let mut prover = Prover::new(seq, size).unwrap();
        for n in 1..=size {
            head.push(event(n).leaf());
            prover.push(event(n).leaf());
        }
        let checkpoint = Checkpoint::of(&head, &key(), "2026-11-23T03:00:00Z".parse().unwrap()).sign(&[&key()]);
        Proof { format: PROOF_FORMAT.into(), event: event(seq), path: prover.path(), checkpoint }
    }

    fn verified(proof: &Proof, keys: &[VerifyingKey]) -> Result<(Event, Note), ProofError> {
        verify_proof(&serde_json::to_string(proof).unwrap(), keys, &[])
    }

    proptest! {
        #[test]
        fn every_event_of_every_tree_is_proved_and_no_other(size in 1_u64..70, place in any::<prop::sample::Index>(), other in any::<prop::sample::Index>()) {
            let seq = place.index(usize::try_from(size).unwrap()) as u64 + 1;
            let good = proof(seq, size);
            prop_assert_eq!(verified(&good, &[key().public()]).unwrap().0, event(seq));
            let elsewhere = other.index(usize::try_from(size).unwrap()) as u64 + 1;
            if elsewhere != seq {
                let moved = Proof { event: event(elsewhere), ..good.clone() };
                prop_assert_eq!(verified(&moved, &[key().public()]), Err(ProofError::NotUnder));
            }
            for change in 0..good.path.len() {
                let mut path = good.path.clone();
                path[change].0[0] ^= 1;
                prop_assert_eq!(verified(&Proof { path, ..good.clone() }, &[key().public()]), Err(ProofError::NotUnder));
            }
            let longer = Proof { path: [good.path.clone(), vec![Hash::default()]].concat(), ..good };
            prop_assert_eq!(verified(&longer, &[key().public()]), Err(ProofError::NotUnder));
        }
    }

    #[test]
    fn an_event_that_says_something_else_is_not_proved() {
        let mut changed = proof(3, 5);
        changed.event.outcome = "refused".into();
        assert_eq!(verified(&changed, &[key().public()]), Err(ProofError::NotUnder));
    }

    #[test]
    fn erased_words_stay_proved_by_their_commitment() {
        let mut erased = proof(3, 5);
        erased.event.reason = Committed::Erased { commitment: erased.event.reason.commitment("reason") };
        assert!(verified(&erased, &[key().public()]).is_ok());
    }

    #[test]
    fn somebody_else_s_signature_proves_nothing_and_what_was_kept_does() {
        let good = proof(2, 4);
        let other = SigningKey::new("pasar.example", [4; 32]).unwrap().public();
        assert_eq!(verified(&good, &[other]), Err(ProofError::NotSigned));
        assert_eq!(verified(&good, &[]), Err(ProofError::NotSigned));
        let text = serde_json::to_string(&good).unwrap();
        let kept = Note::read(&good.checkpoint).unwrap();
        assert!(verify_proof(&text, &[], std::slice::from_ref(&kept)).is_ok());
        let mut rewritten = proof(2, 4);
        rewritten.checkpoint = Checkpoint::of(
            &{
                let mut head = Head::default();
                (0..4).for_each(|_| head.push(event(9).leaf()));
                head
            },
            &key(),
            kept.checkpoint.at,
        )
        .sign(&[&key()]);
        assert_eq!(verify_proof(&text, &[key().public()], &[Note::read(&rewritten.checkpoint).unwrap()]), Err(ProofError::NotKept(4)));
    }
}
