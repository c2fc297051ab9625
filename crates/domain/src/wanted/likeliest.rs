//! Which domain is the likeliest to have what somebody looks for. Plain words against names: whoever asks sees why, and
//! chooses another when it is wrong.

use crate::id::DomainId;
use std::cmp::Reverse;

/// Words that tell no domain from another, and words of the language that tell nothing at all.
const TELL_NOTHING: [&str; 30] = [
    "a",
    "agency",
    "all",
    "an",
    "and",
    "authority",
    "board",
    "by",
    "data",
    "dataset",
    "datasets",
    "department",
    "for",
    "from",
    "in",
    "list",
    "ministry",
    "national",
    "number",
    "of",
    "on",
    "or",
    "per",
    "public",
    "service",
    "services",
    "singapore",
    "the",
    "to",
    "with",
];
/// Words that are looked at; whoever pastes a page into a search box need not wait for all of it.
const MOST_WORDS: usize = 12;

/// A domain that could be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub domain: DomainId,
    pub title: String,
    pub agency: String,
    pub abbreviation: Option<String>,
    /// Its products, of those that everyone may know of, with any of the words in their title.
    pub products: i64,
}

/// Why a domain is the likeliest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Its title, its agency or the agency's abbreviation has this word, as it was typed.
    Named(String),
    /// So many of its products have one of the words in their title.
    Products(i64),
}

/// The words that can tell one domain from another: in lower case, each once, in order.
pub fn telling_words(words: &str) -> Vec<String> {
    let mut told = Vec::new();
    for word in pieces(words) {
        if word.chars().count() > 1 && !TELL_NOTHING.contains(&word.as_str()) && !told.contains(&word) {
            told.push(word);
        }
        if told.len() == MOST_WORDS {
            break;
        }
    }
    told
}

/// The domain whose names have most of the words; when no name has any, the one with most products that have. Between
/// equals, more such products, then the order of the alphabet. None when nothing matches.
pub fn likeliest(words: &str, candidates: &[Candidate]) -> Option<(DomainId, Why)> {
    let told = telling_words(words);
    let named = |candidate: &Candidate| told.iter().filter(|word| is_named(candidate, word)).cloned().collect::<Vec<_>>();
    let first = candidates.iter().min_by_key(|candidate| (Reverse(named(candidate).len()), Reverse(candidate.products), candidate.title.clone()))?;
    match named(first).into_iter().next() {
        Some(word) => Some((first.domain, Why::Named(as_typed(words, &word)))),
        None if first.products > 0 => Some((first.domain, Why::Products(first.products))),
        None => None,
    }
}

fn is_named(candidate: &Candidate, word: &str) -> bool {
    let short = candidate.abbreviation.as_deref().is_some_and(|short| pieces(short).first().is_some_and(|first| first == word));
    short || pieces(&candidate.title).iter().chain(&pieces(&candidate.agency)).any(|own| is_same(own, word))
}

fn as_typed(words: &str, word: &str) -> String {
    let typed = words.split(|letter: char| !letter.is_alphanumeric()).find(|piece| piece.to_lowercase() == word);
    typed.map_or_else(|| word.to_owned(), str::to_owned)
}

fn pieces(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|piece| !piece.is_empty()).map(str::to_lowercase).collect()
}

/// Whether one is the other, or its plural: bus and buses, school and schools, agency and agencies.
fn is_same(one: &str, other: &str) -> bool {
    let is_plural = |many: &str, one: &str| {
        let end = many.strip_prefix(one).filter(|_| one.len() > 2);
        end.is_some_and(|end| matches!(end, "s" | "es")) || one.strip_suffix('y').is_some_and(|stem| many.strip_suffix("ies") == Some(stem))
    };
    one == other || is_plural(one, other) || is_plural(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn candidate(n: u128, title: &str, agency: &str, abbreviation: Option<&str>, products: i64) -> Candidate {
        Candidate {
            domain: DomainId(Uuid::from_u128(n)),
            title: title.into(),
            agency: agency.into(),
            abbreviation: abbreviation.map(Into::into),
            products,
        }
    }

    fn domains() -> Vec<Candidate> {
        vec![
            candidate(1, "Public transport", "Transport agency", Some("TRA"), 0),
            candidate(2, "Parks", "Parks agency", None, 3),
            candidate(3, "Roads", "Transport agency", Some("TRA"), 2),
            candidate(4, "Schools", "Education agency", Some("EDU-S"), 0),
        ]
    }

    fn found(words: &str) -> Option<(u128, Why)> {
        likeliest(words, &domains()).map(|(id, why)| (id.0.as_u128(), why))
    }

    #[test]
    fn a_name_tells_before_products_do() {
        assert_eq!(found("Park benches"), Some((2, Why::Named("Park".into()))));
        assert_eq!(found("school meals"), Some((4, Why::Named("school".into()))));
        assert_eq!(found("budget of EDU"), Some((4, Why::Named("EDU".into()))));
        assert_eq!(found("public transport roads"), Some((3, Why::Named("transport".into()))), "most words of its names");
        assert_eq!(found("transport"), Some((3, Why::Named("transport".into()))), "of equals, the one with more such products");
    }

    #[test]
    fn products_tell_when_no_name_does() {
        assert_eq!(found("benches"), Some((2, Why::Products(3))));
        let none: Vec<Candidate> = domains().into_iter().map(|one| Candidate { products: 0, ..one }).collect();
        assert_eq!(likeliest("benches", &none), None);
        assert_eq!(likeliest("parks", &[]), None);
    }

    #[test]
    fn words_that_tell_nothing_choose_nobody() {
        assert_eq!(telling_words("The number of Bus-stops per bus, and 2 taxis"), ["bus", "stops", "taxis"]);
        assert!(telling_words("").is_empty());
        assert_eq!(telling_words(&(10..99).map(|n| n.to_string()).collect::<Vec<_>>().join(" ")).len(), 12);
        let agency: Vec<Candidate> = domains().into_iter().map(|one| Candidate { products: 0, ..one }).collect();
        assert_eq!(likeliest("public agency data", &agency), None);
    }

    #[test]
    fn a_plural_is_the_same_word() {
        for (one, many) in
            [("bus", "buses"), ("school", "schools"), ("agency", "agencies"), ("business", "businesses"), ("branch", "branches"), ("house", "houses")]
        {
            assert!(is_same(one, many) && is_same(many, one) && is_same(one, one), "{many}");
        }
        assert!(!is_same("bus", "bu") && !is_same("parks", "parking"));
    }
}
