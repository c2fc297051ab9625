//! How the audit trail is made tamper-evident, and how an export of it is verified. `docs/audit.md` describes every byte.
//!
//! This crate knows neither Pasar's record nor its portal: it must stay possible to verify a file on a machine that has
//! nothing else. It does no I/O, reads no clock and draws no random numbers.

mod checkpoint;
mod event;
mod hash;
mod key;
mod line;
mod proof;
mod tree;
mod verify;

pub use checkpoint::{Checkpoint, CheckpointError, Note};
pub use event::{Committed, Event, KEY_BEGIN, KEY_END, PRIVATE_FIELDS, SALTS, SealedEvent, salts};
pub use hash::{Hash, Salt};
pub use key::{KeyError, SigningKey, VerifyingKey};
pub use line::{FORMAT, Line};
pub use proof::{PROOF_FORMAT, Proof, ProofError, Prover, verify_proof};
pub use tree::Head;
pub use verify::{Fault, Report, Trust, verify};
