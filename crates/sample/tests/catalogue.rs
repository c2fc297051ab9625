//! The shipped documents: complete, consistent, and about nobody.

use domain::catalogue::{ProductStatus, ProductType, SpatialCoverage};
use sample::{read_organisations, read_products, rows};
use std::collections::BTreeSet;
use std::path::PathBuf;

fn folder() -> PathBuf {
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("cargo says where the crate is");
    PathBuf::from(root).join("../../sample")
}

#[test]
fn the_catalogue_is_as_large_and_as_varied_as_promised() {
    let products = read_products(&folder()).unwrap();
    let organisations = read_organisations(&folder()).unwrap();
    assert!(organisations.sectors.len() >= 3);
    assert!(organisations.domains.len() >= 10);
    assert!(products.len() >= 40, "{}", products.len());
    let datasets: usize = products.iter().map(|p| p.datasets.len()).sum();
    assert!(datasets >= 120, "{datasets}");
    for wanted in ProductType::ALL {
        assert!(products.iter().any(|p| p.document.product_type == *wanted), "{wanted}");
    }
    let bus = products.iter().find(|p| p.document.urn().unwrap().to_string() == "ssot-a.busroutes-dp").unwrap();
    let names: Vec<_> = bus.datasets.iter().map(|d| d.name.as_str()).collect();
    assert!(names.contains(&"routes_dataset") && names.contains(&"staff_dataset"));
}

#[test]
fn everything_that_is_named_exists() {
    let products = read_products(&folder()).unwrap();
    let organisations = read_organisations(&folder()).unwrap();
    let people: BTreeSet<_> = organisations.people.iter().map(|p| p.email.as_str()).collect();
    let domains: BTreeSet<_> = organisations.domains.iter().map(|d| d.slug.as_str()).collect();
    let purposes: BTreeSet<_> = organisations.purposes.iter().map(|p| p.code.as_str()).collect();
    let addresses: BTreeSet<_> = products.iter().map(|p| p.document.urn().unwrap().to_string()).collect();
    for product in &products {
        let document = &product.document;
        let address = document.urn().unwrap();
        assert!(domains.contains(document.domain.as_str()), "{address}: domain");
        for person in [&document.owner, &document.steward].into_iter().flatten() {
            assert!(people.contains(person.as_str()), "{address}: {person}");
            assert!(person.ends_with("@example.invalid"));
        }
        for purpose in document.agreement.purposes.iter().chain(&document.agreement.forbidden) {
            assert!(purposes.contains(purpose.as_str()), "{address}: {purpose}");
        }
        for port in &document.input_ports {
            if port.from.parse::<domain::Urn>().is_ok() {
                assert!(addresses.contains(&port.from), "{address}: {}", port.from);
            }
        }
    }
}

#[test]
fn only_a_draft_goes_without_a_summary() {
    let products = read_products(&folder()).unwrap();
    let silent: Vec<_> = products.iter().filter(|p| p.document.summary.is_none()).map(|p| (p.document.name.as_str(), p.document.status)).collect();
    assert_eq!(silent, [("noise-dp", ProductStatus::Draft)]);
}

#[test]
fn every_product_says_where_it_applies() {
    let products = read_products(&folder()).unwrap();
    let places: Vec<_> = products.iter().filter_map(|p| p.document.place.as_ref()).collect();
    assert_eq!(places.len(), products.len());
    let with_areas = places.iter().filter(|place| matches!(place, SpatialCoverage::Areas(_))).count();
    let with_boxes = places.iter().filter(|place| matches!(place, SpatialCoverage::Box(_))).count();
    assert!(with_areas >= 12 && with_boxes >= 4, "{with_areas} with areas, {with_boxes} with boxes");
    assert!(places.len() - with_areas - with_boxes > with_areas, "most are about the whole country");
}

#[test]
fn datasets_may_say_a_place_of_their_own() {
    let products = read_products(&folder()).unwrap();
    let own: Vec<_> = products.iter().filter(|p| p.document.datasets.iter().any(|dataset| dataset.place.is_some())).collect();
    assert!(own.len() >= 2 && own.len() * 5 < products.len(), "some, and few: {}", own.len());
    let (mut narrower, mut beyond) = (false, false);
    for product in own {
        let Some(SpatialCoverage::Areas(whole)) = &product.document.place else { continue };
        for dataset in &product.document.datasets {
            let Some(SpatialCoverage::Areas(part)) = &dataset.place else { continue };
            let within = part.iter().all(|area| whole.contains(area));
            narrower |= within && part.len() < whole.len();
            beyond |= !within;
        }
    }
    assert!(narrower && beyond, "one lies within its product's place, one does not");
}

#[test]
fn rows_are_the_same_each_time_and_as_many_as_said() {
    for product in read_products(&folder()).unwrap() {
        let address = product.document.urn().unwrap().to_string();
        for (dataset, document) in product.datasets.iter().zip(&product.document.datasets) {
            let first: Vec<_> = rows(&address, dataset).take(5).collect();
            assert_eq!(first, rows(&address, dataset).take(5).collect::<Vec<_>>());
            assert_eq!(rows(&address, dataset).count(), dataset.rows as usize);
            assert!(first.iter().all(|row| row.len() == document.columns.len()));
        }
    }
}
