//! Terms with what they mean and where they are used, the format of those that many columns carry, and the sets of phrases that search takes as one. Every change is in
//! the audit trail.

mod check;
mod columns;
mod keep;
mod polyseme;
mod read;
#[cfg(test)]
mod tests;
mod tree;
mod write;

pub use check::{Due, checks_due, looked_at, not_looked_at};
pub use columns::{Carrier, Concept, Look, Place, carriers, concepts_of, propose, say};
pub use keep::{Kept, Retired, TermPlace, add_term, change_term, retire_term};
pub use polyseme::{Polyseme, end_format, polyseme, set_format};
pub use read::{Synonym, Term, TermLine, TermSector, TermUse, synonym, synonyms, term, terms, terms_with, uses};
pub use tree::{Related, TermChange, broader, narrower, term_changes};
pub use write::{Changed, add_synonym, begin_with_synonyms, change_synonym, ensure_terms, remove_synonym};
