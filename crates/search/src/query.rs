//! What is asked and what is answered.

use chrono::NaiveDate;
use domain::catalogue::{Classification, ProductType, Sharing};

/// Hits on one page.
pub const PAGE_SIZE: i64 = 20;

/// Words and filters; values of one filter widen, different filters narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchQuery {
    pub words: String,
    pub types: Vec<ProductType>,
    /// Slugs.
    pub sectors: Vec<String>,
    /// Slugs.
    pub agencies: Vec<String>,
    pub sharing: Vec<Sharing>,
    pub classifications: Vec<Classification>,
    /// From 1.
    pub page: i64,
}

impl SearchQuery {
    /// The typed words, lower case, without punctuation; at most twelve.
    pub fn terms(&self) -> Vec<String> {
        self.words
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .take(12)
            .map(|word| word.chars().take(40).collect::<String>().to_lowercase())
            .collect()
    }

    /// The words as a Postgres query: all of them, the last one also as the beginning of a word. Every term is
    /// alphanumeric, so that nothing in it can be read as an operator.
    pub(crate) fn tsquery(&self) -> String {
        let terms = self.terms();
        let last = terms.len().saturating_sub(1);
        terms.iter().enumerate().map(|(i, term)| if i == last { format!("'{term}':*") } else { format!("'{term}'") }).collect::<Vec<_>>().join(" & ")
    }

    pub fn is_filtered(&self) -> bool {
        !(self.types.is_empty() && self.sectors.is_empty() && self.agencies.is_empty() && self.sharing.is_empty() && self.classifications.is_empty())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub address: String,
    pub title: String,
    pub summary: Option<String>,
    pub classification: Option<Classification>,
    pub product_type: ProductType,
    pub sharing: Sharing,
    pub agency: String,
    pub frequency: Option<String>,
    pub updated_on: Option<NaiveDate>,
    pub service_levels: i64,
    pub source_id: Option<String>,
}

/// How many products each value of a filter would leave, with the other filters as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// The URL's parameter.
    pub name: &'static str,
    pub title: &'static str,
    pub values: Vec<FacetValue>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetValue {
    pub value: String,
    pub label: String,
    pub count: i64,
    pub chosen: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Results {
    pub total: i64,
    pub hits: Vec<Hit>,
    pub facets: Vec<Facet>,
    /// No product has the words as typed; these are the nearest.
    pub nearest: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_cannot_become_operators() {
        let query = SearchQuery { words: "births - total | !drop':* (2020)".into(), ..SearchQuery::default() };
        assert_eq!(query.tsquery(), "'births' & 'total' & 'drop' & '2020':*");
        assert_eq!(SearchQuery::default().tsquery(), "");
    }
}
