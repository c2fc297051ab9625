//! One event as it is sealed: fields that everyone who holds the file may read, and fields that can be erased later without
//! breaking the chain, because only a salted commitment to each of them is hashed.

use crate::hash::{Hash, Salt, put};
use serde::{Deserialize, Serialize};

/// The action that introduces a signing key; its detail is the public key.
pub const KEY_BEGIN: &str = "audit-key.begin";
/// The action that retires one; its detail is the public key.
pub const KEY_END: &str = "audit-key.end";

/// Fields under a commitment, in the order in which they are hashed.
pub const PRIVATE_FIELDS: [&str; 6] = ["actor_id", "address", "client_address", "request_id", "reason", "detail"];

/// Bytes of salt for one event: sixteen for each private field, in their order.
pub const SALTS: usize = 16 * PRIVATE_FIELDS.len();

/// A value with its salt, or after erasure the commitment alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Committed {
    Open { value: Option<String>, salt: Salt },
    Erased { commitment: Hash },
}

impl Committed {
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Open { value, .. } => value.as_deref(),
            Self::Erased { .. } => None,
        }
    }

    /// To the value of the field of this name; once it is erased, what was sealed.
    pub fn commitment(&self, name: &str) -> Hash {
        match self {
            Self::Erased { commitment } => *commitment,
            Self::Open { value, salt } => {
                let mut text = Vec::with_capacity(64);
                put(&mut text, Some(name));
                put(&mut text, value.as_deref());
                Hash::of(&[b"pasar-audit-field-v1\n", &salt.0, &text])
            }
        }
    }
}

/// An event with its place in the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// 1 for the first event that was ever sealed, then without a gap.
    pub seq: u64,
    /// The number that the audit page shows.
    pub id: i64,
    /// UTC to the microsecond: `2026-11-23T02:00:00.000000Z`.
    pub at: String,
    pub action: String,
    pub object_kind: String,
    pub object_id: Option<String>,
    pub product_id: Option<String>,
    pub outcome: String,
    pub actor_id: Committed,
    pub address: Committed,
    pub client_address: Committed,
    pub request_id: Committed,
    pub reason: Committed,
    pub detail: Committed,
}

impl Event {
    pub(crate) fn private(&self) -> [&Committed; PRIVATE_FIELDS.len()] {
        [&self.actor_id, &self.address, &self.client_address, &self.request_id, &self.reason, &self.detail]
    }

    /// How many fields are a commitment alone.
    pub fn erased(&self) -> u64 {
        self.private().iter().map(|field| u64::from(matches!(field, Committed::Erased { .. }))).sum()
    }

    /// The event's leaf in the tree.
    pub fn leaf(&self) -> Hash {
        let mut data = Vec::with_capacity(512);
        data.extend_from_slice(b"pasar-audit-event-v1\n");
        put(&mut data, Some(&self.seq.to_string()));
        put(&mut data, Some(&self.id.to_string()));
        put(&mut data, Some(&self.at));
        put(&mut data, Some(&self.action));
        put(&mut data, Some(&self.object_kind));
        put(&mut data, self.object_id.as_deref());
        put(&mut data, self.product_id.as_deref());
        put(&mut data, Some(&self.outcome));
        for (name, field) in PRIVATE_FIELDS.iter().zip(self.private()) {
            data.extend_from_slice(&field.commitment(name).0);
        }
        Hash::of(&[&[0], &data])
    }
}

/// Splits the salts of one event into those of its private fields.
pub fn salts(bytes: &[u8; SALTS]) -> [Salt; PRIVATE_FIELDS.len()] {
    let mut all = [Salt::default(); PRIVATE_FIELDS.len()];
    for (salt, part) in all.iter_mut().zip(bytes.chunks_exact(16)) {
        salt.0.copy_from_slice(part);
    }
    all
}

/// An event with what was sealed of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedEvent {
    pub event: Event,
    pub leaf: Hash,
    /// The chain up to here, this event included.
    pub chain: Hash,
}
