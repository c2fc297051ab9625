//! Made-up products: distinct, complete, and the same each time.

use domain::catalogue::{Classification, ProductDocument, Sharing, Visibility};
use sample::generated::Generator;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;

fn generator(seed: u64) -> Generator {
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("cargo says where the crate is");
    Generator::read(&PathBuf::from(root).join("../../sample"), seed).expect("the shipped vocabulary is whole")
}

/// A title without what people do not look at: case and punctuation.
fn folded(title: &str) -> String {
    let words = title.to_lowercase();
    words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_hundred_thousand_titles_addresses_and_ids_are_distinct() {
    let generator = generator(1);
    let (mut titles, mut addresses, mut ids) = (HashSet::new(), HashSet::new(), HashSet::new());
    for product in generator.products(100_000) {
        assert!(titles.insert(folded(&product.title)), "{} comes twice", product.title);
        let address = product.urn().unwrap().to_string();
        assert!(addresses.insert(address.clone()), "{address} comes twice");
        assert!(ids.insert(product.source_id.unwrap()));
    }
    assert_eq!(titles.len(), 100_000);
}

#[test]
fn the_same_seed_gives_the_same_products_and_another_seed_others() {
    let few: Vec<ProductDocument> = generator(7).products(50).collect();
    assert_eq!(few, generator(7).products(2_000).take(50).collect::<Vec<_>>());
    let other: HashSet<String> = generator(8).products(50).map(|product| product.title).collect();
    assert!(few.iter().filter(|product| other.contains(&product.title)).count() < 3);
}

#[test]
fn documents_hold_together() {
    let generator = generator(1);
    let domains: BTreeSet<&str> = generator.agencies().iter().map(|agency| agency.slug.as_str()).collect();
    for product in generator.products(2_000) {
        let address = product.urn().unwrap();
        assert!(domains.contains(product.domain.as_str()), "{address}");
        assert!((1..=4).contains(&product.datasets.len()), "{address}");
        let names: BTreeSet<_> = product.datasets.iter().map(|dataset| dataset.name.as_str()).collect();
        assert_eq!(names.len(), product.datasets.len(), "{address}");
        for dataset in &product.datasets {
            assert!((5..=20).contains(&dataset.columns.len()), "{address}: {} has {} columns", dataset.name, dataset.columns.len());
            let columns: BTreeSet<_> = dataset.columns.iter().map(|column| column.name.as_str()).collect();
            assert_eq!(columns.len(), dataset.columns.len(), "{address}: {}", dataset.name);
            for column in &dataset.columns {
                assert!(!column.personal.is_personal() || column.classification >= Classification::Restricted, "{address}: {}", column.name);
            }
        }
        assert!(product.output_ports.iter().flat_map(|port| &port.datasets).all(|name| names.contains(name.as_str())), "{address}");
        let (text, start, updated) = (product.description.unwrap(), product.coverage_start.unwrap(), product.updated_on.unwrap());
        assert!(text.ends_with('.') && !text.contains('{'), "{address}: {text}");
        assert!(start <= updated && product.coverage_end.is_none_or(|end| start <= end && end <= updated), "{address}");
    }
}

#[test]
fn inputs_are_products_made_before() {
    let generator = generator(1);
    let (mut before, mut linked) = (HashSet::new(), 0);
    for product in generator.products(2_000) {
        for port in product.input_ports.iter().filter(|port| port.from.parse::<domain::Urn>().is_ok()) {
            assert!(before.contains(&port.from), "{}", port.from);
            linked += 1;
        }
        before.insert(product.urn().unwrap().to_string());
    }
    assert!(linked > 800, "{linked}");
}

#[test]
fn the_mix_is_that_of_a_real_catalogue() {
    let generator = generator(1);
    assert!(generator.largest() >= 200_000, "{}", generator.largest());
    assert!(generator.agencies().len() >= 60 && generator.sectors().len() >= 10);
    let (mut hidden, mut open, mut words, mut agencies) = (0, 0, HashMap::<String, u32>::new(), HashMap::<String, u32>::new());
    for product in generator.products(10_000) {
        hidden += u32::from(product.visibility == Visibility::Hidden);
        open += u32::from(product.agreement.sharing == Sharing::Open);
        *agencies.entry(product.domain).or_default() += 1;
        for word in folded(&product.title).split(' ').collect::<BTreeSet<_>>() {
            *words.entry(word.to_owned()).or_default() += 1;
        }
    }
    assert!((400..600).contains(&hidden) && (5_500..6_500).contains(&open), "{hidden} hidden, {open} open");
    assert_eq!(agencies.len(), generator.agencies().len());
    let (least, most) = (agencies.values().min().unwrap(), agencies.values().max().unwrap());
    assert!(*most > 3 * least, "agencies differ in size: {least} to {most}");
    assert!(words.iter().any(|(word, count)| word.len() > 3 && (800..1_500).contains(count)), "some words are in a tenth of all titles");
}

#[test]
fn there_is_an_end_to_it() {
    let generator = generator(1);
    assert!(generator.product(generator.largest() - 1).is_some());
    assert_eq!(generator.product(generator.largest()), None);
}
