//! What is asked and what is answered.

use crate::facet::FacetKind;
use crate::score::Score;
use chrono::NaiveDate;
use domain::catalogue::{Classification, ProductType, Sharing};
use domain::id::ProductId;
use std::collections::BTreeMap;

/// Hits on one page.
pub const PAGE_SIZE: usize = 20;

/// The longest query, in letters.
pub const LONGEST: usize = 400;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// Best fit first; without words, most trusted and freshest first.
    #[default]
    Relevance,
    Title,
    Updated,
}

impl Sort {
    pub const ALL: [Self; 3] = [Self::Relevance, Self::Title, Self::Updated];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Title => "title",
            Self::Updated => "updated",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Relevance => "Best fit",
            Self::Title => "Title",
            Self::Updated => "Last updated",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.name() == name)
    }
}

/// Words and filters; values of one filter widen, different filters narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchQuery {
    pub words: String,
    pub filters: BTreeMap<FacetKind, Vec<String>>,
    pub sort: Sort,
    /// The product after which the page begins.
    pub after: Option<ProductId>,
}

impl SearchQuery {
    pub fn is_filtered(&self) -> bool {
        self.filters.values().any(|values| !values.is_empty())
    }

    pub fn chosen(&self, kind: FacetKind) -> &[String] {
        self.filters.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// Adds a value to a filter; at most a hundred, each once.
    pub fn choose(&mut self, kind: FacetKind, value: &str) {
        let values = self.filters.entry(kind).or_default();
        if values.len() < 100 && value.len() <= 200 && !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    }
}

/// Something inside a product that the words name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inside {
    pub dataset: String,
    pub dataset_title: String,
    /// None when the dataset itself fits.
    pub column: Option<String>,
}

/// How many promises a product makes, how many of them are measured, and how many of these are broken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Promises {
    pub made: i64,
    pub measured: i64,
    pub broken: i64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    pub id: ProductId,
    pub address: String,
    pub title: String,
    /// The title in pieces; those that have words of the query are true.
    pub marked: Vec<(String, bool)>,
    pub summary: Option<String>,
    pub classification: Option<Classification>,
    pub product_type: ProductType,
    pub sharing: Sharing,
    /// The reader may read it already.
    pub mine: bool,
    pub agency: String,
    pub agency_abbreviation: Option<String>,
    pub frequency: Option<String>,
    pub updated_on: Option<NaiveDate>,
    pub promises: Promises,
    pub used_by: i64,
    pub source_id: Option<String>,
    pub inside: Vec<Inside>,
    /// None without words.
    pub score: Option<Score>,
    /// The whole title, address or id was typed.
    pub exact: bool,
}

/// How many products each value of a filter would leave, with the other filters as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    pub kind: FacetKind,
    pub values: Vec<FacetValue>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetValue {
    pub value: String,
    pub label: String,
    pub count: i64,
    pub chosen: bool,
}

/// What was done so that there is something to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leniency {
    /// Words that nobody uses, each with those that were looked for instead.
    pub corrected: Vec<(String, Vec<String>)>,
    /// Not every product here has every word.
    pub some_words_missing: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    pub total: i64,
    pub hits: Vec<Hit>,
    pub facets: Vec<Facet>,
    pub leniency: Leniency,
    /// There are more after the last hit.
    pub more: bool,
    /// So many of the hits, the last of them, stand in order of title: only the best [`crate::BEST`] are put in order of fit.
    pub by_title: usize,
    /// The next page goes on in order of title.
    pub next_by_title: bool,
    /// None when there are hits.
    pub instead: Instead,
}

/// What helps on when nothing is found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Instead {
    /// Words of products that the reader may know of, near to those that nobody uses.
    pub nearest: Vec<Nearest>,
    /// How many products there would be without one of the filters; those that would leave some.
    pub without: Vec<(FacetKind, i64)>,
}

/// A word to try instead of one that nobody uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    pub typed: String,
    pub word: String,
    /// The whole query with it.
    pub words: String,
}

/// What else the words name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Other {
    Term { slug: String, name: String, definition: String },
    Organisation { kind: FacetKind, slug: String, title: String, abbreviation: Option<String> },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_takes_each_value_once_and_not_too_many() {
        let mut query = SearchQuery::default();
        for n in 0..200 {
            query.choose(FacetKind::Tag, &(n % 150).to_string());
        }
        assert_eq!(query.chosen(FacetKind::Tag).len(), 100);
        assert!(query.is_filtered());
    }
}
