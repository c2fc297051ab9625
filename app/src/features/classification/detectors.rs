//! `/detectors`: what domains added to the detectors of the program.

use crate::ui::{csrf_field, data_table, empty_state, error_summary, moment, select_field, text_area, text_field};
use domain::Violation;
use domain::catalogue::PersonalCategory;
use domain::classification::DetectorForm;
use leptos::prelude::*;
use store::classification::DetectorLine;

/// Each detector with whether its reader may retire it; `places`: where they may add one, as (value, label).
pub fn detectors_page(
    csrf: &str,
    lines: &[(DetectorLine, bool)],
    places: &[(String, String)],
    form: &DetectorForm,
    done: Option<&'static str>,
    wrong: &[Violation],
) -> AnyView {
    let list = if lines.is_empty() {
        empty_state(
            "No domain has added a detector.",
            "The detectors of the program find NRIC and FIN, names, phones, addresses and more by themselves.",
            ().into_any(),
        )
        .into_any()
    } else {
        let rows = lines.iter().map(|(line, mine)| row(csrf, line, *mine)).collect();
        data_table("Detectors that were added", &["Detector", "Where", "What it finds", "Names", "Values", "Added", "Actions"], rows).into_any()
    };
    let add = (!places.is_empty()).then(|| {
        let categories: Vec<(String, String)> = PersonalCategory::ALL
            .iter()
            .filter(|category| category.is_personal())
            .map(|category| (category.as_str().to_owned(), category.label().to_owned()))
            .collect();
        view! {
            <section aria-labelledby="add">
                <h2 id="add">"Add a detector"</h2>
                <form method="post" action="/detectors" class="narrow">
                    {csrf_field(csrf)}
                    {text_field("name", "What it finds", "Such as library card.", &form.name, wrong)}
                    {select_field("domain", "Where it looks", "", places, &form.domain, wrong)}
                    {select_field("category", "What such a column is", "", &categories, &form.category, wrong)}
                    {text_area("name_patterns", "Patterns of column names", "Regular expressions, one a line; one that is found in a name suffices.", &form.name_patterns, wrong)}
                    {text_field("value_pattern", "Pattern of values", "A regular expression that a whole value matches. Optional when there is a pattern of names.", &form.value_pattern, wrong)}
                    <button type="submit" class="button">"Add detector"</button>
                </form>
            </section>
        }
    });
    view! {
        {error_summary(wrong)}
        <h1>"Detectors of domains"</h1>
        {done.map(|text| view! { <div class="notice" role="status">{text}</div> })}
        <p class="lead">"What personal data of a domain looks like, beside what Pasar knows by itself. Columns are looked at again when this list changes."</p>
        {list}
        {add}
    }
    .into_any()
}

fn row(csrf: &str, line: &DetectorLine, mine: bool) -> Vec<AnyView> {
    let place = line.domain.as_ref().map_or_else(|| "Every domain".to_owned(), |(_, title)| title.clone());
    let retire = mine.then(|| {
        view! {
            <form method="post" action=format!("/detectors/{}/retire", line.id) class="inline">
                {csrf_field(csrf)}<button type="submit" class="link-button">"Retire"<span class="sr-only">{format!(" {}", line.name)}</span></button>
            </form>
        }
    });
    vec![
        line.name.clone().into_any(),
        place.into_any(),
        line.category.label().into_any(),
        view! { <code>{line.name_patterns.join("  ")}</code> }.into_any(),
        view! { <code>{line.value_pattern.clone().unwrap_or_default()}</code> }.into_any(),
        view! { {line.made_by.clone()}", "{moment(line.made_at)} }.into_any(),
        retire.into_any(),
    ]
}
