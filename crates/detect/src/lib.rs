//! Finds columns that hold personal data, and says why: from a column's name, its type, its glossary term, the table it stands
//! in, and values that somebody else sampled.
//!
//! This crate does no I/O, keeps nothing, and never gives a raw value out: examples are masked before they leave. It proposes;
//! it must never decide.

mod column;
mod mask;
mod measure;
mod naming;
mod proposal;
mod propose;
mod recognise;
mod rules;
mod vocabulary;
mod weigh;
mod words;

pub use column::Column;
pub use mask::masked;
pub use measure::Tally;
pub use proposal::{Basis, Evidence, Kind, Proposal};
pub use propose::Detectors;
pub use rules::{Rule, RuleFault};
