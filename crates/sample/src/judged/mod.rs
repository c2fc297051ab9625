//! Judged queries: what somebody would type, and which products would answer it. Made from titles with a seed, or written by
//! hand in `sample/judged.yaml` and `sample/judged-open-data.yaml`. What a search engine makes of them is measured in
//! [`metrics`]; this module asks no engine.

mod corpus;
mod everyday;
mod from_titles;
pub mod metrics;
mod mistakes;
mod variants;

pub use everyday::{Answerable, answerable, read_judged, read_judged_file};
pub use from_titles::from_titles;

domain::text_enum! {
    /// How a query came from a title.
    QueryKind, "kind of query" {
        /// As it stands, punctuation included. The one product is wanted and no other.
        ExactTitle = "exact-title", "Exact title";
        /// An id at the source. The one product is wanted and no other.
        SourceId = "source-id", "Source id";
        /// One or two words left out.
        DroppedWords = "dropped-words", "Words dropped";
        /// Two to four of its informative words, in their order.
        FewWords = "few-words", "Two to four words";
        SwappedOrder = "swapped-order", "Words in another order";
        /// One letter dropped, added, replaced or exchanged, in a word of five letters or more.
        OneMistake = "one-mistake", "One mistake";
        /// Two of them in a word of nine letters or more.
        TwoMistakes = "two-mistakes", "Two mistakes";
        /// The last word is only begun.
        HalfTyped = "half-typed", "Last word half typed";
        /// British or American spelling, singular or plural, the other way round.
        Variant = "variant", "Other spelling or number";
        /// The agency's abbreviation and two words.
        AgencyTopic = "agency-topic", "Agency and topic";
        /// Everyday words, judged by hand.
        Everyday = "everyday", "Everyday words";
    }
}

/// A product as the makers of queries know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Titled<Id> {
    pub id: Id,
    pub title: String,
    pub source_id: Option<String>,
    /// The abbreviation of its agency.
    pub agency: Option<String>,
}

impl<Id, T: Into<String>> From<(Id, T)> for Titled<Id> {
    fn from((id, title): (Id, T)) -> Self {
        Self { id, title: title.into(), source_id: None, agency: None }
    }
}

/// A query with every product that answers it, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedQuery<Id> {
    pub words: String,
    /// Never empty. Finding any one of them is finding what was wanted.
    pub expected: Vec<Id>,
    pub kind: QueryKind,
}
