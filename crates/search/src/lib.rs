//! Finding products, and what is in them: one interface, two engines.
//!
//! The portal reads what was typed ([`understand`](mod@understand)), asks an engine one boolean question about words and filters, and puts the
//! answer in order itself ([`score`](mod@score)), so that both engines find the same in the same order. Postgres always
//! can answer; Meilisearch does when it is configured, reachable and up to date. Whatever an engine says, hits are
//! authorised once more by the record's `visible_product`.

mod counts;
mod document;
mod engine;
mod facet;
mod hits;
pub mod index;
mod instead;
mod meilisearch;
mod named;
mod need;
mod postgres;
mod query;
mod score;
mod searcher;
mod sight;
mod snapshot;
mod suggest;
mod text;
mod understand;
mod vocabulary;
pub mod weights;

pub use facet::{FacetKind, MINE, NOWHERE};
pub use meilisearch::{Meilisearch, MeilisearchError};
pub use query::{Facet, FacetValue, Hit, Inside, Instead, LONGEST, Leniency, Nearest, Other, PAGE_SIZE, Promises, Results, SearchQuery, Sort};
pub use score::{Field, Found, Score, Standing, Weights};
pub use searcher::{BEST, Searcher};
pub use suggest::{Suggestion, SuggestionKind};
pub use understand::Reason;
