//! The filter of places in a search form: areas by name, a map of them, near a point or a postal code, within a box.

use super::map::linked_map;
use crate::ui::{count, notice, text_field};
use domain::Violation;
use domain::catalogue::{AreaCode, AreaOutlines, PlaceAnswer, PlaceQuestion, PlaceTyped, Region};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What the filter shows.
pub struct PlaceFilter<'a> {
    pub typed: &'a PlaceTyped,
    /// What was typed, read, and what is wrong with it.
    pub question: &'a PlaceQuestion,
    pub faults: &'a [Violation],
    pub answer: &'a PlaceAnswer,
    /// All that are known.
    pub outlines: &'a AreaOutlines,
    /// How many products each area would leave. An area that is not in it shows no number.
    pub counts: &'a BTreeMap<AreaCode, i64>,
}

/// Fields for a GET form: `place` (codes of areas, repeated), `near` and `box`. What one opens has an id, by which it stays open when results
/// change. `href` gives the URL of the same search with an area chosen that is not, or the other way round; the map leads there.
pub fn place_filter(filter: &PlaceFilter<'_>, href: impl Fn(AreaCode) -> String) -> AnyView {
    let chosen = &filter.question.areas;
    let marked: BTreeSet<AreaCode> = chosen.union(&filter.answer.looked_up).copied().collect();
    let open = !filter.question.is_empty() || !filter.faults.is_empty();
    let regions = Region::ALL.iter().map(|region| region_choices(*region, chosen, filter.counts)).collect_view();
    let map = linked_map(filter.outlines, &marked, filter.question.bounds.as_ref(), href).map(|map| {
        view! { {map}<p class="draw-hint muted" aria-hidden="true">"Draw a box on the map with the mouse, or press an area."</p> }
    });
    view! {
        <details id="place-filter" class="facet place-filter" open=open>
            <summary>{summary(marked.len())}</summary>
            {notices(filter.answer)}
            {looked_up(filter.answer)}
            {map}
            <fieldset>
                <legend>"Planning areas"</legend>
                {regions}
            </fieldset>
            {text_field("near", "Near", "A postal code, or latitude and longitude: 1.30,103.85", &filter.typed.near, filter.faults)}
            {text_field("box", "Within a box", "West, south, east and north: 103.8,1.25,103.9,1.35", &filter.typed.bounds, filter.faults)}
        </details>
    }
    .into_any()
}

fn summary(marked: usize) -> String {
    match marked {
        0 => "Place".to_owned(),
        1 => "Place: 1 area".to_owned(),
        many => format!("Place: {many} areas"),
    }
}

fn notices(answer: &PlaceAnswer) -> Vec<AnyView> {
    answer.notices.iter().map(|text| notice(text.to_string().into_any()).into_any()).collect()
}

/// The map's marks in words, as far as no checkbox says them.
fn looked_up(answer: &PlaceAnswer) -> Option<AnyView> {
    let names: Vec<&str> = AreaCode::by_name().into_iter().filter(|area| answer.looked_up.contains(area)).map(AreaCode::name).collect();
    (!names.is_empty()).then(|| view! { <p>{format!("Near that place or within the box: {}.", names.join(", "))}</p> }.into_any())
}

fn region_choices(region: Region, chosen: &BTreeSet<AreaCode>, counts: &BTreeMap<AreaCode, i64>) -> AnyView {
    let areas: Vec<AreaCode> = AreaCode::by_name().into_iter().filter(|area| area.region() == region).collect();
    let open = areas.iter().any(|area| chosen.contains(area));
    let choices = areas
        .into_iter()
        .map(|area| {
            let id = format!("place-{area}");
            view! {
                <li>
                    <input type="checkbox" id=id.clone() name="place" value=area.as_str() checked=chosen.contains(&area)/>
                    <label for=id>{area.name()}</label>
                    {counts.get(&area).map(|products| view! { <span class="count">{count(*products)}</span> })}
                </li>
            }
        })
        .collect_view();
    view! {
        <details id=format!("region-{}", region.as_str()) open=open>
            <summary>{region.label()}</summary>
            <ul aria-label=region.label()>{choices}</ul>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::catalogue::place::map::invented::outlines;

    fn shown(typed: &PlaceTyped, outlines: &AreaOutlines) -> String {
        let (question, faults) = PlaceQuestion::read(typed);
        let answer = question.answer(outlines);
        let counts = [("BD".parse().unwrap(), 1234)].into();
        let filter = PlaceFilter { typed, question: &question, faults: &faults, answer: &answer, outlines, counts: &counts };
        place_filter(&filter, |area| format!("/products?place={area}&x=1")).to_html()
    }

    fn typed(area: &str, bounds: &str, near: &str) -> PlaceTyped {
        PlaceTyped { areas: vec![area.into()], bounds: bounds.into(), near: near.into() }
    }

    #[test]
    fn every_area_is_a_choice_and_a_shape_a_link() {
        let html = shown(&typed("BD", "", ""), &outlines(&[("AM", 103.8), ("BD", 103.9)]));
        assert_eq!(html.matches("name=\"place\"").count(), 55, "{html}");
        assert_eq!(html.matches("<a ").count(), 2);
        assert!(html.contains("href=\"/products?place=AM&amp;x=1\"") && html.contains("aria-hidden=\"true\""), "{html}");
        assert_eq!(html.matches(" checked").count(), 1);
        assert!(html.contains("1,234"));
        assert_eq!(html.matches(" open").count(), 2, "the filter and one region: {html}");
    }

    #[test]
    fn what_was_typed_is_kept_with_what_is_wrong() {
        let html = shown(&typed("", "1,2,3", "\"><script>"), &AreaOutlines::default());
        assert!(html.contains("value=\"1,2,3\"") && html.contains("four numbers"), "{html}");
        assert!(html.contains("id=\"near-error\"") && !html.contains("<script"), "{html}");
        assert_eq!(html.matches(" open").count(), 1, "the filter: {html}");
    }

    #[test]
    fn what_is_looked_up_is_said_and_marked() {
        let html = shown(&typed("BD", "103.81,1.31,103.82,1.32", ""), &outlines(&[("AM", 103.8), ("BD", 103.9)]));
        assert!(html.contains("within the box: Ang Mo Kio.") && html.contains("Place: 2 areas"), "{html}");
        assert_eq!(html.matches("place-marked").count(), 2);
    }

    #[test]
    fn without_outlines_there_is_no_map_and_a_notice() {
        let html = shown(&typed("BD", "", ""), &AreaOutlines::default());
        assert!(!html.contains("<svg") && html.contains("not loaded"), "{html}");
        let nothing = shown(&typed("", "", ""), &AreaOutlines::default());
        assert!(!nothing.contains("not loaded") && !nothing.contains(" open"), "{nothing}");
    }
}
