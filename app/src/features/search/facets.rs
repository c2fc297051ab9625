//! Filters with their counts. Check boxes of a plain form: several values each, without scripting.

use super::link::Link;
use leptos::prelude::*;
use search::{Facet, FacetKind, FacetValue};

/// The most values of a facet shown before “more”.
const SHOWN: usize = 6;
/// The most tags at all: of a thousand nobody looks for one here, and words find them. What other filters have is a list that somebody keeps,
/// of agencies or sectors, and all of it is offered.
const MOST_TAGS: usize = 60;

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
    let most = if facet.kind == FacetKind::Tag { MOST_TAGS } else { usize::MAX };
    let more: Vec<&FacetValue> = facet.values.iter().take(most).skip(SHOWN).collect();
    let left_out = facet.values.len().saturating_sub(most);
    let rest = (!more.is_empty()).then(|| {
        let count = more.len();
        let options = more.into_iter().map(option).collect_view();
        let others = (left_out > 0).then(|| {
            let others = crate::ui::count(i64::try_from(left_out).unwrap_or(i64::MAX));
            let said = format!("{others} tags that fewer products have are not listed. Type one into the search field to find its products.");
            view! { <p class="muted">{said}</p> }
        });
        view! { <details id=format!("more-{name}")><summary>{format!("{count} more")}</summary><ul>{options}</ul>{others}</details> }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn many(kind: FacetKind, count: u16) -> String {
        let value = |n: u16| FacetValue { value: format!("value-{n}"), label: format!("Value {n}"), count: i64::from(count - n), chosen: false };
        facets(&[Facet { kind, values: (0..count).map(value).collect() }]).into_any().to_html()
    }

    #[test]
    fn every_agency_is_a_choice() {
        let html = many(FacetKind::Agency, 70);
        assert_eq!(html.matches("name=\"agency\"").count(), 70, "{html}");
        assert!(html.contains("64 more") && html.contains("id=\"agency-value-69\"") && !html.contains("not listed"), "{html}");
        assert!(!many(FacetKind::Agency, 6).contains("<details"));
    }

    #[test]
    fn of_many_tags_it_is_said_how_the_rest_are_found() {
        let html = many(FacetKind::Tag, 1100);
        assert_eq!(html.matches("name=\"tag\"").count(), MOST_TAGS);
        assert!(html.contains("54 more") && html.contains("1,040 tags that fewer products have are not listed"), "{html}");
        assert!(!many(FacetKind::Tag, 60).contains("not listed"));
    }
}
