//! The words people share: terms by letter, one term with where it is used and how its values are written, what a product's columns carry,
//! and the phrases that search takes as one.

mod concepts;
mod edit;
mod format;
mod synonyms;
mod terms;
mod tree;

pub use concepts::{ConceptForm, Saying, concepts_page, concepts_section, concepts_to_do};
pub use edit::{TermEdit, WHOLE, edit_term_page};
pub use format::format_page;
pub use synonyms::{SynonymDone, SynonymForm, remove_synonym_page, synonym_page, synonyms_page};
pub use terms::{TermColumns, term_page, terms_page};
pub use tree::Around;
