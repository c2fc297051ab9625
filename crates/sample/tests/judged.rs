//! Judged queries: fair, reproducible, and about products that are there.

use domain::catalogue::{ProductStatus, Visibility};
use proptest::prelude::*;
use sample::generated::Generator;
use sample::judged::{JudgedQuery, QueryKind, Titled, answerable, from_titles, read_judged, read_judged_file};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("cargo says where the crate is")).join("../../sample")
}

fn words(text: &str) -> BTreeSet<String> {
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn generated(count: u64) -> Vec<Titled<String>> {
    let generator = Generator::read(&folder(), 1).expect("the shipped vocabulary is whole");
    let agencies: HashMap<&str, &str> = generator.agencies().iter().map(|agency| (agency.slug.as_str(), agency.abbreviation.as_str())).collect();
    let titled = generator.products(count).map(|product| Titled {
        id: format!("{}.{}", product.domain, product.name),
        agency: agencies.get(product.domain.as_str()).map(|agency| (*agency).to_owned()),
        title: product.title,
        source_id: product.source_id,
    });
    titled.collect()
}

#[test]
fn every_product_judged_by_hand_is_there_for_everyone() {
    let queries = read_judged(&folder()).unwrap();
    let products: BTreeMap<String, _> = sample::read_products(&folder())
        .unwrap()
        .into_iter()
        .map(|product| (product.document.urn().unwrap().to_string(), product.document))
        .collect();
    assert!(queries.len() >= 60, "{}", queries.len());
    let asked: BTreeSet<&str> = queries.iter().map(|query| query.words.as_str()).collect();
    assert_eq!(asked.len(), queries.len(), "no query comes twice");
    for query in &queries {
        for address in &query.expected {
            let product = products.get(address).unwrap_or_else(|| panic!("“{}” names {address}, which does not exist", query.words));
            assert_eq!((product.status, product.visibility), (ProductStatus::Published, Visibility::Listed), "{address}");
        }
    }
    let answers: BTreeSet<&String> = queries.iter().flat_map(|query| &query.expected).collect();
    assert!(answers.len() >= 35, "the queries are spread over {} products only", answers.len());
}

#[test]
fn queries_over_open_data_name_collections_by_their_ids() {
    let queries = read_judged_file(&folder().join("judged-open-data.yaml")).unwrap();
    assert!(queries.len() >= 120, "{}", queries.len());
    let asked: BTreeSet<String> = queries.iter().map(|query| query.words.to_lowercase()).collect();
    assert_eq!(asked.len(), queries.len(), "no query comes twice");
    for query in &queries {
        assert_eq!(query.kind, QueryKind::Everyday);
        let once: BTreeSet<&String> = query.expected.iter().collect();
        assert_eq!(once.len(), query.expected.len(), "“{}” names a collection twice", query.words);
        let is_number = |id: &&String| id.parse::<u16>().is_ok_and(|number| number > 0 && number.to_string() == **id);
        assert!(query.expected.iter().all(|id| is_number(&id)), "“{}” names something that is no collection's id", query.words);
    }
    let answers: BTreeSet<&String> = queries.iter().flat_map(|query| &query.expected).collect();
    assert!(answers.len() >= 300, "the queries are spread over {} collections only", answers.len());
    let narrow = queries.iter().filter(|query| query.expected.len() <= 5).count();
    assert!(narrow * 4 >= queries.len() * 3, "only {narrow} of {} have few answers: the others are easy to meet by chance", queries.len());
    // A word that an agency is known by would give the answer away.
    let telling = ["hdb", "lta", "ura", "nea", "moe", "moh", "mom", "cpf", "pub", "nparks", "iras", "acra", "singstat", "ite"];
    for query in &queries {
        assert!(words(&query.words).iter().all(|word| !telling.contains(&word.as_str())), "“{}” names an agency", query.words);
    }
}

#[test]
fn wanted_products_are_known_by_address_or_source_id() {
    let product = |id: &str, source_id: Option<&str>| Titled {
        id: id.to_owned(),
        title: "Any".to_owned(),
        source_id: source_id.map(str::to_owned),
        agency: None,
    };
    let products = [product("a.one", Some("17")), product("a.two", None), product("b.three", Some("17")), product("18", Some("a.two"))];
    let judged = |words: &str, expected: &[&str]| JudgedQuery {
        words: words.to_owned(),
        expected: expected.iter().map(|id| (*id).to_owned()).collect(),
        kind: QueryKind::Everyday,
    };
    let given = vec![
        judged("by source id", &["17", "99"]),
        judged("by address", &["a.two"]),
        judged("not there", &["99", "98"]),
        judged("an address before an id", &["18"]),
    ];
    let found = answerable(given, &products);
    let wanted = [judged("by source id", &["a.one", "b.three"]), judged("by address", &["a.two"]), judged("an address before an id", &["18"])];
    assert_eq!(found.queries, wanted);
    assert_eq!(found.left_out, [judged("not there", &["99", "98"])]);
}

#[test]
fn every_kind_comes_out_as_often_as_asked_and_the_same_each_time() {
    let titles = generated(2_000);
    let queries = from_titles(titles.clone(), 1, 40);
    for kind in QueryKind::ALL.iter().filter(|kind| **kind != QueryKind::Everyday) {
        assert_eq!(queries.iter().filter(|query| query.kind == *kind).count(), 40, "{kind}");
    }
    assert_eq!(queries, from_titles(titles.clone(), 1, 40));
    assert_ne!(queries, from_titles(titles, 2, 40));
}

#[test]
fn answers_are_all_the_titles_that_hold_the_words_as_meant() {
    let titles = generated(2_000);
    let by_id: HashMap<&str, &Titled<String>> = titles.iter().map(|titled| (titled.id.as_str(), titled)).collect();
    for query in from_titles(titles.clone(), 3, 60) {
        assert!(!query.expected.is_empty(), "{query:?}");
        let asked = words(&query.words);
        match query.kind {
            QueryKind::DroppedWords | QueryKind::FewWords | QueryKind::SwappedOrder => {
                let holding: Vec<&String> = titles.iter().filter(|titled| asked.is_subset(&words(&titled.title))).map(|titled| &titled.id).collect();
                assert_eq!(query.expected.iter().collect::<Vec<_>>(), holding, "{query:?}");
            }
            QueryKind::ExactTitle => assert_eq!(by_id[query.expected[0].as_str()].title, query.words),
            QueryKind::SourceId => assert_eq!(by_id[query.expected[0].as_str()].source_id.as_ref(), Some(&query.words)),
            QueryKind::OneMistake | QueryKind::TwoMistakes => {
                // One word is in no title; the others are in every answer.
                let unknown = asked.iter().filter(|word| !titles.iter().any(|titled| words(&titled.title).contains(*word))).count();
                assert_eq!(unknown, 1, "{query:?}");
                for id in &query.expected {
                    assert_eq!(asked.difference(&words(&by_id[id.as_str()].title)).count(), 1, "{query:?}");
                }
            }
            QueryKind::HalfTyped => {
                let begun = query.words.rsplit(' ').next().unwrap();
                assert!(query.expected.iter().all(|id| words(&by_id[id.as_str()].title).iter().any(|word| word.starts_with(begun))), "{query:?}");
            }
            QueryKind::AgencyTopic => {
                let agency = query.words.split(' ').next();
                assert!(query.expected.iter().all(|id| by_id[id.as_str()].agency.as_deref() == agency), "{query:?}");
            }
            QueryKind::Variant | QueryKind::Everyday => {}
        }
    }
}

#[test]
fn titles_that_are_the_same_are_answers_but_not_asked_for() {
    let queries = from_titles([("a", "Bus Stops"), ("b", "BUS - stops"), ("c", "Bus Stops by Area and Shelter")], 1, 10);
    assert!(queries.iter().all(|query| query.expected.contains(&"c")), "{queries:?}");
    let shared = from_titles([("a", "Bus Stops"), ("b", "BUS - stops"), ("c", "Stops of the Bus")], 1, 10);
    let few: Vec<&JudgedQuery<&str>> = shared.iter().filter(|query| query.kind == QueryKind::FewWords).collect();
    assert_eq!(few.len(), 1);
    assert_eq!((few[0].words.as_str(), few[0].expected.as_slice()), ("stops bus", ["a", "b", "c"].as_slice()));
}

proptest! {
    #[test]
    fn any_titles_give_queries_with_an_answer_and_two_words_that_inform(
        titles in prop::collection::vec("([A-Za-z]{1,11}|\\PC{0,4}|20[0-2][0-9]| - |by){1,1}( ([A-Za-z]{1,11}|of|and|[0-9]{4})){0,7}", 0..25),
        seed: u64,
    ) {
        let all: Vec<Titled<usize>> = titles.iter().enumerate().map(|(id, title)| (id, title.as_str()).into()).collect();
        for query in from_titles(all, seed, 5) {
            prop_assert!(!query.expected.is_empty());
            prop_assert!(query.expected.iter().all(|id| *id < titles.len()));
            if matches!(query.kind, QueryKind::DroppedWords | QueryKind::FewWords | QueryKind::SwappedOrder) {
                let telling = words(&query.words).iter().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() >= 3).count();
                prop_assert!(telling >= 2, "{:?}", query);
            }
        }
    }
}
