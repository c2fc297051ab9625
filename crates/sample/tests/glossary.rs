//! The shipped glossary: every term fits the shipped products, every set of phrases is one.

use sample::{read_glossary, read_organisations, read_products, read_synonyms};
use std::collections::BTreeSet;
use std::path::PathBuf;

fn folder() -> PathBuf {
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("cargo says where the crate is");
    PathBuf::from(root).join("../../sample")
}

#[test]
fn terms_name_columns_and_sectors_that_exist() {
    let terms = read_glossary(&folder()).unwrap();
    assert!(terms.len() >= 45, "{}", terms.len());
    let organisations = read_organisations(&folder()).unwrap();
    let sectors: BTreeSet<_> = organisations.sectors.iter().map(|sector| sector.slug.as_str()).collect();
    let products = read_products(&folder()).unwrap();
    let columns: BTreeSet<_> =
        products.iter().flat_map(|p| &p.document.datasets).flat_map(|dataset| &dataset.columns).map(|column| column.name.as_str()).collect();
    let (mut slugs, mut carried) = (BTreeSet::new(), BTreeSet::new());
    for term in &terms {
        let slug = term.slug.as_str();
        assert!(slugs.insert(slug), "{slug} is there twice");
        assert!(slug.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-'), "{slug}");
        assert!(term.sector.as_deref().is_none_or(|sector| sectors.contains(sector)), "{slug}: {:?}", term.sector);
        assert!(term.definition.split_whitespace().count() >= 6 && term.definition.ends_with('.'), "{slug}: {}", term.definition);
        for column in &term.column_names {
            assert!(columns.contains(column.as_str()) && *column == column.to_lowercase(), "{slug}: {column}");
            assert!(carried.insert(column.as_str()), "{slug}: another term has {column} too");
        }
    }
}

#[test]
fn no_set_of_phrases_is_there_twice() {
    let sets = read_synonyms(&folder()).unwrap();
    assert!(sets.len() >= 120, "{}", sets.len());
    let mut phrases = BTreeSet::new();
    for set in &sets {
        for phrase in &set.words {
            assert!(phrases.insert(phrase.as_str()), "{phrase} is in two sets: make one of them");
        }
    }
}
