//! The words people share: terms by letter, one term with where it is used, and the phrases that search takes as one.

mod synonyms;
mod terms;

pub use synonyms::{SynonymDone, SynonymForm, remove_synonym_page, synonym_page, synonyms_page};
pub use terms::{term_page, terms_page};
