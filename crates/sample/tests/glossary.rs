//! The shipped glossary: every term fits the shipped products, every set of phrases is one.

use domain::glossary::check_format;
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
fn broader_terms_exist_and_none_is_broader_than_itself() {
    let terms = read_glossary(&folder()).unwrap();
    let parent = |slug: &str| terms.iter().find(|term| term.slug == slug).unwrap_or_else(|| panic!("no term {slug}")).parent.clone();
    assert!(terms.iter().filter(|term| term.parent.is_some()).count() >= 8);
    for term in &terms {
        let steps = std::iter::successors(term.parent.clone(), |slug| parent(slug)).take(terms.len() + 1).count();
        assert!(steps <= terms.len(), "{} is broader than itself", term.slug);
    }
}

#[test]
fn invented_values_are_written_as_their_concepts_say() {
    let terms = read_glossary(&folder()).unwrap();
    let products = read_products(&folder()).unwrap();
    let mut carried = 0;
    for term in terms.iter().filter(|term| term.format.is_some()) {
        let format = check_format(term.format.as_ref().unwrap()).unwrap_or_else(|wrong| panic!("{}: {wrong:?}", term.slug));
        for product in &products {
            let address = product.document.urn().unwrap().to_string();
            for (dataset, document) in product.datasets.iter().zip(&product.document.datasets) {
                for (index, column) in document.columns.iter().enumerate().filter(|(_, column)| term.column_names.contains(&column.name)) {
                    let values: Vec<String> = sample::rows(&address, dataset).take(500).filter_map(|row| row[index].clone()).collect();
                    let odd = values.iter().find(|value| !format.rule.matches(value));
                    assert_eq!(odd, None, "{address}.{}.{}", dataset.name, column.name);
                    carried += 1;
                }
            }
        }
    }
    assert!(carried >= 40, "{carried}");
}

#[test]
fn no_two_phrases_are_together_in_two_sets() {
    let sets = read_synonyms(&folder()).unwrap();
    assert!(sets.len() >= 1000, "{}", sets.len());
    let mut together = BTreeSet::new();
    for set in &sets {
        for (place, one) in set.words.iter().enumerate() {
            for other in &set.words[place + 1..] {
                assert!(together.insert((one.as_str(), other.as_str())), "{one} and {other} are together in two sets: make one of them");
            }
        }
    }
}
