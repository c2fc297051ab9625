//! Places: where a product applies, as its overview says it, and the filter of places for a search form.

mod filter;
mod map;

pub use filter::{PlaceFilter, place_filter};
pub use map::place_map;

use domain::catalogue::{AreaOutlines, BoundingBox, SpatialCoverage};
use leptos::prelude::*;
use std::collections::BTreeSet;
use store::catalogue::ProductView;

/// The section "Place". `outlines` may be left empty when the product covers the whole country.
pub fn place_section(product: &ProductView, outlines: &AreaOutlines) -> Option<AnyView> {
    let words = product.coverage.as_deref();
    let covered: BTreeSet<_> = product.covered_areas.iter().copied().collect();
    let (said, map) = match &product.place {
        None => (words?.to_owned(), None),
        Some(SpatialCoverage::Whole) => ("The whole country.".to_owned(), None),
        Some(SpatialCoverage::Areas(_)) => (with(words, &format!("{}:", count(covered.len()))), Some(place_map(outlines, &covered))),
        Some(SpatialCoverage::Box(bounds)) => {
            let within = match covered.len() {
                0 if outlines.is_empty() => "Which planning areas that is cannot be said: their outlines are not loaded.".to_owned(),
                0 => "It touches no planning area.".to_owned(),
                touched => format!("It touches {}:", count(touched).to_lowercase()),
            };
            let map = (!covered.is_empty()).then(|| place_map(outlines, &covered));
            (with(words, &format!("A box from {}. {within}", corners(bounds))), map)
        }
    };
    Some(view! { <section><h2 id="place">"Place"</h2><p>{said}</p>{map}</section> }.into_any())
}

fn count(areas: usize) -> String {
    if areas == 1 { "One planning area".to_owned() } else { format!("{areas} planning areas") }
}

/// The team's own words, as a sentence, before ours.
fn with(words: Option<&str>, said: &str) -> String {
    match words {
        Some(words) => format!("{}. {said}", words.trim_end_matches('.')),
        None => said.to_owned(),
    }
}

fn corners(bounds: &BoundingBox) -> String {
    let side = |degrees: f64, positive: char, negative: char| format!("{}° {}", degrees.abs(), if degrees < 0.0 { negative } else { positive });
    format!(
        "{} to {} and from {} to {}",
        side(bounds.south(), 'N', 'S'),
        side(bounds.north(), 'N', 'S'),
        side(bounds.west(), 'E', 'W'),
        side(bounds.east(), 'E', 'W')
    )
}
