//! `/linkages/new`.

use crate::ui::{breadcrumbs, csrf_field, empty_state, error_summary, select_field, text_area, text_field};
use domain::Violation;
use domain::linkage::{FURTHER, Gives, LEAST_MATCH, LIKENESS, LinkageForm, TypedPair, Way, Weight};
use leptos::prelude::*;
use store::linkage::LinkableColumn;

pub fn ask_page(csrf: &str, columns: &[LinkableColumn], form: &LinkageForm, wrong: &[Violation]) -> AnyView {
    let option = |one: &LinkableColumn| (one.linked.to_string(), format!("{}: {}.{}", one.product_title, one.dataset, one.linked.column));
    let options: Vec<(String, String)> = columns.iter().filter(|one| one.names).map(option).collect();
    let beside: Vec<(String, String)> = columns.iter().map(option).collect();
    let ways: Vec<(String, String)> = Way::ALL.iter().map(|way| (way.as_str().to_owned(), way.label().to_owned())).collect();
    let gives: Vec<(String, String)> = Gives::ALL.iter().map(|gives| (gives.as_str().to_owned(), gives.label().to_owned())).collect();
    let agreements: std::collections::BTreeSet<_> = columns.iter().filter(|one| one.names).map(|one| one.linked.agreement).collect();
    let body = if agreements.len() < 2 {
        let next = view! { <a href="/agreements">"See your agreements"</a> }.into_any();
        empty_state(
            "There are no two agreements to link.",
            "You need two agreements in force whose data has a column that names people or rows.",
            next,
        )
        .into_any()
    } else {
        let least = format!("A smaller match is not said, also not to you; {LEAST_MATCH} at least.");
        view! {
            <form method="post" action="/linkages" class="narrow" novalidate="">
                {csrf_field(csrf)}
                {select_field("left", "Of this", "", &options, &form.left, wrong)}
                {select_field("right", "and of this", "", &options, &form.right, wrong)}
                {select_field("way", "Two are one when they are", "", &ways, &form.way, wrong)}
                {several(&beside, form, wrong)}
                {select_field("gives", "What you get", "Rows stand in the first agreement, as far as both allow; nobody sees what was linked.", &gives, &form.gives, wrong)}
                {text_area("reason", "What do you want to find out?", "Both owners read it.", &form.reason, wrong)}
                {text_field("least", "Smallest match that is said", &least, &form.least, wrong)}
                <button type="submit" class="button">"Ask both owners"</button>
            </form>
        }
        .into_any()
    };
    view! {
        {breadcrumbs(vec![("/linkages".to_owned(), "Linkages".to_owned())])}
        {error_summary(wrong)}
        <h1>"Ask how many are in both"</h1>
        <p class="lead">"The source counts the people that two of your agreements have in common, once the owners of both products agree. You get the number, or also their rows side by side without what was linked."</p>
        {body}
    }
    .into_any()
}

/// What is filled in when several fields are compared; open from the beginning when something in it is wrong.
fn several(columns: &[(String, String)], form: &LinkageForm, wrong: &[Violation]) -> AnyView {
    let weights: Vec<(String, String)> = Weight::ALL.iter().map(|weight| (weight.as_str().to_owned(), weight.label().to_owned())).collect();
    let nothing = TypedPair::default();
    let pairs = FURTHER
        .into_iter()
        .enumerate()
        .map(|(number, [left, right, weight])| {
            let typed = form.further.get(number).unwrap_or(&nothing);
            let legend = format!("Also compared, {} of {}", number + 1, FURTHER.len());
            view! {
                <fieldset>
                    <legend>{legend}</legend>
                    {select_field(left, "Of this", "", columns, &typed.left, wrong)}
                    {select_field(right, "and of this", "", columns, &typed.right, wrong)}
                    {select_field(weight, "How much it counts", "", &weights, &typed.weight, wrong)}
                </fieldset>
            }
        })
        .collect_view();
    let here = |field: &str| field == "weight" || field == "likeness" || FURTHER.iter().flatten().any(|name| *name == field);
    let open = form.way == Way::Fields.as_str() || wrong.iter().any(|one| here(one.field));
    let range = format!("From {} to {} hundredths. Names with one slip are at about 85.", LIKENESS.start(), LIKENESS.end());
    view! {
        <details open=open>
            <summary>"Several fields together"</summary>
            <p>"For people who are written differently: a name, a date of birth and a postal code, each weighing its part. Only when two are one by several fields."</p>
            {select_field("weight", "How much the columns above count", "", &weights, &form.weight, wrong)}
            {pairs}
            {text_field("likeness", "As alike as this", &range, &form.likeness, wrong)}
        </details>
    }
    .into_any()
}
