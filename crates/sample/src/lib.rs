//! The sample catalogue: readable documents under `sample/`, and invented rows from a fixed seed. No SQL, no real person.

mod documents;
pub mod generated;
mod glossary;
pub mod judged;
pub mod labelled;
mod organisations;
mod past;
mod people;
mod rows;

pub use documents::{Dataset, Product, read_products};
pub use glossary::{read_glossary, read_synonyms};
pub use organisations::{Agency, DataDomain, Holiday, Organisations, Person, Purpose, RoleHeld, Sector, read_organisations};
pub use past::{PastOutcome, PastRequest, past_people, past_requests};
pub use rows::rows;

/// A document that cannot be used; says which and why.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct Unreadable {
    pub file: String,
    pub reason: String,
}

fn read<T: serde::de::DeserializeOwned>(path: &std::path::Path) -> Result<T, Unreadable> {
    let unreadable = |reason: String| Unreadable { file: path.display().to_string(), reason };
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    serde_saphyr::from_str(&text).map_err(|error| unreadable(error.to_string()))
}
