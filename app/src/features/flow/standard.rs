//! `/admin/flows`: what the data office wants done.

use crate::features::administration::{AdministrationPage, administration_tabs};
use crate::ui::{count, csrf_field, error_summary, moment, notice, select_field, summary_list, text_area};
use domain::Violation;
use domain::flow::Standard;
use leptos::prelude::*;
use store::flow::StandardView;

/// What was typed, kept when something is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct StandardForm {
    pub standard: String,
    pub reason: String,
}

pub fn standard_page(csrf: &str, now: &StandardView, changed: bool, form: &StandardForm, wrong: &[Violation]) -> AnyView {
    let options: Vec<(String, String)> = Standard::ALL.iter().map(|one| (one.as_str().to_owned(), one.label().to_owned())).collect();
    let facts = vec![
        ("Now", now.standard.label().into_any()),
        ("Since", view! { {moment(now.changed_at)}{now.changed_by.clone().map(|name| format!(", by {name}"))} }.into_any()),
        ("Why", now.reason.clone().into_any()),
        ("Flagged products", view! { {count(now.products)}" "<a href="/flows">"See which"</a> }.into_any()),
        ("Agreements on them", count(now.agreements).into_any()),
    ];
    view! {
        {error_summary(wrong)}
        {changed.then(|| notice("Changed. Products are looked at again, which takes some seconds.".into_any()))}
        <h1>"Personal data downstream"</h1>
        <p class="lead">"A product that takes a personal column from another must classify its own column as high, protect it, or say that it is dropped. This says what happens when it does not."</p>
        {administration_tabs(AdministrationPage::Flows)}
        {summary_list(facts)}
        <h2>"Change it"</h2>
        <form method="post" action="/admin/flows" class="narrow" novalidate="">
            {csrf_field(csrf)}
            {select_field("standard", "What is done", "When products stop, agreements on them are held until they are mended, and go on by themselves.", &options, &form.standard, wrong)}
            {text_area("reason", "Why", "It stays in the audit trail.", &form.reason, wrong)}
            <button type="submit" class="button">"Change"</button>
        </form>
    }
    .into_any()
}
