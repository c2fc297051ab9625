//! Terms with what they mean and where they are used, and the sets of phrases that search takes as one. Every change is in
//! the audit trail.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::{Synonym, Term, TermLine, TermSector, TermUse, synonym, synonyms, term, terms, terms_with, uses};
pub use write::{Changed, add_synonym, begin_with_synonyms, change_synonym, ensure_terms, remove_synonym};
