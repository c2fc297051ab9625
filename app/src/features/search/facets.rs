//! Filters with their counts. Check boxes of a plain form: several values each, without scripting.

use super::link::Link;
use leptos::prelude::*;
use search::{Facet, FacetKind, FacetValue};

/// The most values of a facet shown before “more”.
const SHOWN: usize = 6;
/// The most values at all: of a thousand tags nobody looks for one here.
const MOST: usize = 60;

pub(super) fn facets(facets: &[Facet]) -> impl IntoView + use<> {
    facets.iter().filter(|facet| facet.kind != FacetKind::Place).map(facet).collect_view()
}

fn facet(facet: &Facet) -> impl IntoView + use<> {
    let name = facet.kind.name();
    let option = move |value: &FacetValue| {
        let id = format!("{name}-{}", value.value);
        view! {
            <li>
                <input type="checkbox" id=id.clone() name=name value=value.value.clone() checked=value.chosen/>
                <label for=id>{value.label.clone()}</label>
                <span class="count">{crate::ui::count(value.count)}</span>
            </li>
        }
    };
    let first = facet.values.iter().take(SHOWN).map(option).collect_view();
    let more: Vec<&FacetValue> = facet.values.iter().take(MOST).skip(SHOWN).collect();
    let rest = (!more.is_empty()).then(|| {
        let count = more.len();
        let options = more.into_iter().map(option).collect_view();
        view! { <details id=format!("more-{name}")><summary>{format!("{count} more")}</summary><ul>{options}</ul></details> }
    });
    view! {
        <fieldset class="facet">
            <legend>{facet.kind.title()}</legend>
            <ul>{first}</ul>
            {rest}
        </fieldset>
    }
}

/// The filters that are on, each with a link that turns it off.
pub(super) fn chosen(link: &Link, facets: &[Facet]) -> AnyView {
    let own = |kind: FacetKind, value: &FacetValue| link.query.chosen(kind).contains(&value.value);
    let mut all: Vec<(String, String)> = facets
        .iter()
        .flat_map(|facet| facet.values.iter().filter(move |value| own(facet.kind, value)).map(move |value| (facet.kind, value)))
        .map(|(kind, value)| (format!("{}: {}", kind.title(), value.label), link.without(kind, &value.value).url()))
        .collect();
    if !link.near.trim().is_empty() {
        all.push((format!("Near: {}", link.near.trim()), Link { near: String::new(), ..link.after(None) }.url()));
    }
    if !link.bounds.trim().is_empty() {
        all.push((format!("Within: {}", link.bounds.trim()), Link { bounds: String::new(), ..link.after(None) }.url()));
    }
    if all.is_empty() {
        return ().into_any();
    }
    let clear = (all.len() > 1).then(|| view! { <li><a href=link.unfiltered().url()>"Clear all filters"</a></li> });
    let each = all
        .into_iter()
        .map(|(label, url)| view! { <li><a href=url class="chip" aria-label=format!("{label}, remove")>{label.clone()}<span aria-hidden="true">" ×"</span></a></li> })
        .collect_view();
    view! { <ul class="chips" aria-label="Filters that are on">{each}{clear}</ul> }.into_any()
}
