//! The address of a list: words, filters, order, view and where the page begins, so that a list can be sent to a colleague.

use crate::ui::query_string;
use domain::catalogue::PlaceTyped;
use domain::id::ProductId;
use search::{FacetKind, SearchQuery, Sort};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum View {
    #[default]
    List,
    Table,
}

impl View {
    pub const ALL: [Self; 2] = [Self::List, Self::Table];

    pub const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Table => "table",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::List => "List",
            Self::Table => "Compact table",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.name() == name)
    }
}

/// What a list shows and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// With the areas that were chosen by name.
    pub query: SearchQuery,
    pub view: View,
    /// `box`, as it was typed.
    pub bounds: String,
    /// `near`, as it was typed.
    pub near: String,
}

impl Link {
    /// The parts of the address, in an order that does not change; what is as usual is left out.
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![("q", self.query.words.trim().to_owned())];
        for (kind, values) in &self.query.filters {
            pairs.extend(values.iter().map(|value| (kind.name(), value.clone())));
        }
        pairs.push(("near", self.near.trim().to_owned()));
        pairs.push(("box", self.bounds.trim().to_owned()));
        if self.query.sort != Sort::Relevance {
            pairs.push(("sort", self.query.sort.name().to_owned()));
        }
        if self.view != View::List {
            pairs.push(("view", self.view.name().to_owned()));
        }
        if let Some(after) = self.query.after {
            pairs.push(("after", after.to_string()));
        }
        pairs
    }

    /// Without `?`; empty for the whole catalogue.
    pub fn query_string(&self) -> String {
        let pairs = self.pairs();
        query_string(&pairs.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>())
    }

    pub fn url(&self) -> String {
        let query = self.query_string();
        if query.is_empty() { "/products".to_owned() } else { format!("/products?{query}") }
    }

    /// The page that begins after a product; the first one without.
    #[must_use]
    pub fn after(&self, product: Option<ProductId>) -> Self {
        Self { query: SearchQuery { after: product, ..self.query.clone() }, ..self.clone() }
    }

    /// The same filters with other words.
    #[must_use]
    pub fn with_words(&self, words: &str) -> Self {
        let mut link = self.after(None);
        words.clone_into(&mut link.query.words);
        link
    }

    /// With this value of a filter turned off.
    #[must_use]
    pub fn without(&self, kind: FacetKind, value: &str) -> Self {
        let mut link = self.after(None);
        if let Some(values) = link.query.filters.get_mut(&kind) {
            values.retain(|known| known != value);
        }
        link
    }

    /// With this value of a filter turned on, or off when it is on.
    #[must_use]
    pub fn toggled(&self, kind: FacetKind, value: &str) -> Self {
        if self.query.chosen(kind).iter().any(|known| known == value) {
            return self.without(kind, value);
        }
        let mut link = self.after(None);
        link.query.choose(kind, value);
        link
    }

    /// The place, as it was typed.
    pub fn place(&self) -> PlaceTyped {
        PlaceTyped { areas: self.query.chosen(FacetKind::Place).to_vec(), bounds: self.bounds.clone(), near: self.near.clone() }
    }

    pub fn is_filtered(&self) -> bool {
        self.query.is_filtered() || !self.near.trim().is_empty() || !self.bounds.trim().is_empty()
    }

    /// The same words without filters.
    #[must_use]
    pub fn unfiltered(&self) -> Self {
        let mut link = Self { bounds: String::new(), near: String::new(), ..self.after(None) };
        link.query.filters.clear();
        link
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_the_whole_list() {
        let mut link = Link { view: View::Table, ..Link::default() };
        link.query.words = "bus & rail".into();
        link.query.choose(FacetKind::Agency, "lta");
        link.query.choose(FacetKind::Agency, "moh");
        link.query.sort = Sort::Title;
        assert_eq!(link.url(), "/products?q=bus%20%26%20rail&agency=lta&agency=moh&sort=title&view=table");
        assert_eq!(link.without(FacetKind::Agency, "lta").url(), "/products?q=bus%20%26%20rail&agency=moh&sort=title&view=table");
        assert_eq!(link.unfiltered().url(), "/products?q=bus%20%26%20rail&sort=title&view=table");
        assert_eq!(Link::default().url(), "/products");
    }
}
