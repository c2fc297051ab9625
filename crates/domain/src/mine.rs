//! What somebody keeps for themselves: a search under a name of their own.

use crate::{Violation, Violations};

/// Longest query string that is kept, in bytes.
pub const LONGEST_QUERY: usize = 500;
/// Longest name of a saved search, in characters.
pub const LONGEST_NAME: usize = 100;
/// Searches that one person may keep.
pub const MOST_SEARCHES: i64 = 100;
/// Products that a search may find for its new ones to be told.
pub const MOST_WATCHED: usize = 1000;

/// A search as it is kept: `query` is a query string without a page, never empty, printable ASCII without spaces or `#`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSearch {
    pub name: String,
    pub query: String,
}

impl NewSearch {
    /// Checks what was typed. `query` may be a query string or the whole address of a search page.
    pub fn check(name: &str, query: &str) -> Result<Self, Violations> {
        let mut wrong = vec![];
        let name = search_name(name, "name").map_err(|fault| wrong.push(fault));
        let query = search_query(query).map_err(|fault| wrong.push(fault));
        match (name, query) {
            (Ok(name), Ok(query)) => Ok(Self { name, query }),
            _ => Err(wrong),
        }
    }
}

/// A name for a saved search, typed into `field`.
pub fn search_name(typed: &str, field: &'static str) -> Result<String, Violation> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        Err(Violation::new(field, "name_missing", "Enter a name, so that you find the search again."))
    } else if name.chars().count() > LONGEST_NAME {
        Err(Violation::new(field, "name_too_long", format!("Use at most {LONGEST_NAME} characters for the name.")))
    } else if name.chars().any(char::is_control) {
        Err(Violation::new(field, "name_unprintable", "Use letters, digits and punctuation for the name."))
    } else {
        Ok(name)
    }
}

/// A query string as it is kept: without a page and without fields that were left empty.
pub fn search_query(typed: &str) -> Result<String, Violation> {
    let typed = typed.trim();
    // An address that was copied from the browser begins with a scheme or a path; a query string never does.
    let address = ["http://", "https://", "/", "?"].iter().any(|start| typed.starts_with(start));
    let query = if address { typed.split_once('?').map_or("", |(_, query)| query) } else { typed };
    let query = query.split('&').filter(|pair| !is_empty(pair) && !is_page(pair)).collect::<Vec<_>>().join("&");
    if query.is_empty() {
        Err(Violation::new("query", "query_missing", "Search for something, or choose a filter, and save that."))
    } else if query.len() > LONGEST_QUERY {
        Err(Violation::new("query", "query_too_long", "This search has too many filters to be saved. Take some away."))
    } else if query.bytes().any(|byte| !byte.is_ascii_graphic() || byte == b'#') {
        Err(Violation::new("query", "query_unprintable", "Copy the address of the search page as your browser shows it."))
    } else {
        Ok(query)
    }
}

fn is_empty(pair: &str) -> bool {
    pair.split_once('=').map_or(pair, |(_, value)| value).is_empty()
}

fn is_page(pair: &str) -> bool {
    ["page", "after", "view"].iter().any(|name| pair.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('=')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(name: &str, query: &str) -> Vec<&'static str> {
        NewSearch::check(name, query).unwrap_err().into_iter().map(|fault| fault.code).collect()
    }

    #[test]
    fn a_search_is_kept_without_its_page() {
        let expected = NewSearch { name: "Bus data".into(), query: "q=bus+routes&type=aggregated".into() };
        for query in [
            "q=bus+routes&page=3&type=aggregated",
            " ?q=bus+routes&type=aggregated&page=",
            "q=bus+routes&sector=&type=aggregated",
            "/products?page=2&q=bus+routes&type=aggregated",
            "https://pasar.example/products?q=bus+routes&&type=aggregated",
        ] {
            assert_eq!(NewSearch::check("  Bus \n data ", query), Ok(expected.clone()), "{query}");
        }
    }

    #[test]
    fn what_cannot_be_kept_is_said_field_by_field() {
        assert_eq!(codes(" ", "page=2"), ["name_missing", "query_missing"]);
        assert_eq!(codes(&"n".repeat(101), &"q".repeat(501)), ["name_too_long", "query_too_long"]);
        assert_eq!(codes("a\u{7}b", "q=bus routes"), ["name_unprintable", "query_unprintable"]);
        assert_eq!(codes("a", "q=b\u{fc}s"), ["query_unprintable"]);
        assert_eq!(codes("a", "q=bus#top"), ["query_unprintable"]);
        assert_eq!(codes("a", "https://pasar.example/products"), ["query_missing"]);
        assert_eq!(codes("a", "q=&type="), ["query_missing"]);
        assert!(NewSearch::check(&"n".repeat(100), &"q".repeat(500)).is_ok());
    }
}
