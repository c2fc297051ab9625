//! Places: where a product applies, as its overview says it, and the filter of places for a search form.

mod filter;
mod map;

pub use filter::{PlaceFilter, place_filter};
pub use map::place_map;

use domain::catalogue::{AreaCode, AreaOutlines, BoundingBox, SpatialCoverage};
use leptos::prelude::*;
use std::collections::BTreeSet;
use store::catalogue::ProductView;

/// The section "Place", of what the product itself says; its datasets say theirs beside them. `outlines` may be left empty when the
/// product covers the whole country.
pub fn place_section(product: &ProductView, outlines: &AreaOutlines) -> Option<AnyView> {
    let words = product.coverage.as_deref();
    let covered: BTreeSet<_> = product.covered_areas.iter().copied().collect();
    let (said, map) = match &product.place {
        None if covered.is_empty() => (words?.to_owned(), None),
        None if covered.len() == AreaCode::all().count() => (with(words, "Its datasets are about the whole country."), None),
        None => (
            with(words, &format!("Its datasets say where they apply, together in {}:", count(covered.len()).to_lowercase())),
            Some(place_map(outlines, &covered)),
        ),
        Some(SpatialCoverage::Whole) => ("The whole country.".to_owned(), None),
        Some(SpatialCoverage::Areas(areas)) => {
            let covered: BTreeSet<_> = areas.iter().copied().collect();
            (with(words, &format!("{}:", count(covered.len()))), Some(place_map(outlines, &covered)))
        }
        Some(SpatialCoverage::Box(bounds)) => {
            let covered = outlines.touched_by(bounds);
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

/// A dataset's own place in one line.
pub fn place_line(place: &SpatialCoverage) -> String {
    match place {
        SpatialCoverage::Whole => "the whole country".to_owned(),
        SpatialCoverage::Areas(areas) => areas.iter().map(|area| area.name()).collect::<Vec<_>>().join(", "),
        SpatialCoverage::Box(bounds) => format!("a box from {}", corners(bounds)),
    }
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
