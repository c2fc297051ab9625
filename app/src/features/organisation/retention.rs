//! `/admin/retention`: how long the record keeps what it need not keep for ever.

use crate::features::administration::{AdministrationPage, administration_tabs};
use crate::ui::{csrf_field, data_table, day, error_summary, hidden, notice, text_field};
use domain::Violation;
use leptos::prelude::*;
use store::retention::Period;

/// The period that is to be changed, with what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionForm {
    pub period: Period,
    pub days: String,
}

pub fn retention_page(csrf: &str, periods: &[Period], done: bool, form: Option<&RetentionForm>, wrong: &[Violation]) -> AnyView {
    let row = |period: &Period| {
        let label = period.what.label();
        let swept = period.swept_on.map_or_else(|| "Not yet".into_any(), |on| day(on).into_any());
        vec![
            label.into_any(),
            format!("{} day{}", period.days, if period.days == 1 { "" } else { "s" }).into_any(),
            period.what.explained().into_any(),
            swept,
            view! { <a href=format!("/admin/retention?what={}#change", period.what)>"Change"<span class="sr-only">{format!(": {label}")}</span></a> }
                .into_any(),
        ]
    };
    let change = form.map(|form| {
        view! {
            <section aria-labelledby="change">
                <h2 id="change">{form.period.what.label()}</h2>
                <form method="post" action="/admin/retention" class="narrow">
                    {csrf_field(csrf)}{hidden("what", form.period.what.as_str())}{hidden("version", &form.period.version.to_string())}
                    {text_field("days", "Kept for how many days", "What is older is deleted in the next night, and cannot be brought back.", &form.days, wrong)}
                    <button type="submit" class="button">"Save period"</button>
                    " "
                    <a href="/admin/retention">"Leave it as it is"</a>
                </form>
            </section>
        }
    });
    view! {
        {error_summary(wrong)}
        {done.then(|| notice("The period was changed. It counts from the next night on.".into_any()))}
        <h1>"Retention"</h1>
        <p class="lead">"Once a day what is older than its period is deleted, and the audit trail says how much."</p>
        {administration_tabs(AdministrationPage::Retention)}
        {data_table("What is kept, and for how long", &["What", "Kept for", "How it is counted", "Last deleted", "Change"], periods.iter().map(row).collect())}
        <p>"The audit trail, requests, decisions and agreements are kept for ever. Sessions end as the portal’s settings say, and are deleted within a minute."</p>
        {change}
    }
    .into_any()
}
