//! Checkpoints: what the trail was at one moment, as a signed note that anybody may keep. The form is the one that
//! transparency logs use (C2SP's tlog-checkpoint and signed-note), so that others' programs read it too.

use crate::hash::Hash;
use crate::key::{SigningKey, VerifyingKey};
use crate::tree::Head;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose trail this is: the name of the keys that sign it.
    pub origin: String,
    /// Events under it: those from 1 to this one.
    pub size: u64,
    pub root: Hash,
    pub chain: Hash,
    pub at: DateTime<Utc>,
}

/// Why a text is no checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not written as a checkpoint is: {0}")]
pub struct CheckpointError(&'static str);

impl Checkpoint {
    /// The first key's name is the trail's.
    pub fn of(head: &Head, key: &SigningKey, at: DateTime<Utc>) -> Self {
        Self { origin: key.public().name().to_owned(), size: head.size(), root: head.root(), chain: head.chain(), at }
    }

    pub(crate) fn is_of(&self, head: &Head) -> bool {
        (self.size, self.root, self.chain) == (head.size(), head.root(), head.chain())
    }

    fn text(&self) -> String {
        let at = self.at.to_rfc3339_opts(SecondsFormat::Secs, true);
        format!("{}\n{}\n{}\nchain {}\nat {at}\n", self.origin, self.size, STANDARD.encode(self.root.0), self.chain.hex())
    }

    /// The note with a signature of each key.
    pub fn sign(&self, keys: &[&SigningKey]) -> String {
        let text = self.text();
        let signed = |key: &&SigningKey| {
            let signature = [key.public().id().as_slice(), &key.sign(text.as_bytes())].concat();
            format!("— {} {}\n", key.public().name(), STANDARD.encode(signature))
        };
        format!("{text}\n{}", keys.iter().map(signed).collect::<String>())
    }
}

/// A checkpoint with its signatures, not yet verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub checkpoint: Checkpoint,
    text: String,
    /// Name, id and signature.
    signatures: Vec<(String, [u8; 4], Vec<u8>)>,
}

impl Note {
    pub fn read(note: &str) -> Result<Self, CheckpointError> {
        let (text, signed) = note.split_once("\n\n").ok_or(CheckpointError("an empty line stands before the signatures"))?;
        let text = format!("{text}\n");
        let mut lines = text.lines();
        let mut line = |what| lines.next().filter(|line| !line.is_empty()).ok_or(CheckpointError(what));
        let origin = line("it begins with whose trail it is")?.to_owned();
        let size = line("the second line is a number of events")?.parse().map_err(|_| CheckpointError("the second line is a number of events"))?;
        let root = STANDARD.decode(line("the third line is the tree's root")?).ok().and_then(|bytes| bytes.try_into().ok());
        let root = Hash(root.ok_or(CheckpointError("the third line is the tree's root"))?);
        let chain = line("the fourth line is the chain")?.strip_prefix("chain ").and_then(Hash::from_hex);
        let chain = chain.ok_or(CheckpointError("the fourth line is the chain"))?;
        let at = line("the fifth line is a time")?.strip_prefix("at ").and_then(|at| DateTime::parse_from_rfc3339(at).ok());
        let at = at.ok_or(CheckpointError("the fifth line is a time"))?.to_utc();
        let checkpoint = Checkpoint { origin, size, root, chain, at };
        if checkpoint.text() != text {
            return Err(CheckpointError("it has another spelling, or more lines"));
        }
        let signatures: Option<Vec<_>> = signed.lines().map(signature).collect();
        let signatures = signatures.filter(|all| !all.is_empty()).ok_or(CheckpointError("signatures follow the empty line"))?;
        Ok(Self { checkpoint, text, signatures })
    }

    /// Whether this key signed it: `None` when there is no signature that says so, `Some(false)` when there is a false one.
    pub fn signed_by(&self, key: &VerifyingKey) -> Option<bool> {
        if key.name() != self.checkpoint.origin {
            return None;
        }
        let (_, _, bytes) = self.signatures.iter().find(|(name, id, _)| name == key.name() && *id == key.id())?;
        Some(bytes.as_slice().try_into().is_ok_and(|bytes| key.verifies(self.text.as_bytes(), bytes)))
    }
}

fn signature(line: &str) -> Option<(String, [u8; 4], Vec<u8>)> {
    let (name, encoded) = line.strip_prefix("— ")?.split_once(' ')?;
    let bytes = STANDARD.decode(encoded).ok()?;
    let (id, signature) = bytes.split_first_chunk::<4>()?;
    Some((name.to_owned(), *id, signature.to_vec()))
}
