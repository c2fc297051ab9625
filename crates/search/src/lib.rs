//! Finding products: words, filters and counts, answered by Postgres full text.
//!
//! Every query reads through `visible_product`, so that hits, totals and facet counts hold nothing the reader may not
//! know of.

mod postgres;
mod query;

pub use postgres::search;
pub use query::{Facet, FacetValue, Hit, PAGE_SIZE, Results, SearchQuery};
