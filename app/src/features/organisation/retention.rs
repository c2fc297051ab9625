//! `/admin/retention`: how long the record keeps what it need not keep for ever.

use crate::features::administration::{AdministrationPage, administration_tabs};
use crate::ui::{count, csrf_field, data_table, day, error_summary, hidden, notice, text_field};
use chrono::{Days, NaiveDate};
use domain::Violation;
use leptos::prelude::*;
use store::retention::Period;

/// The period that is to be changed, with what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionForm {
    pub period: Period,
    pub days: String,
}

/// What waits for whoever runs the portal, with the command that does it.
fn overdue(period: &Period, today: NaiveDate) -> Option<AnyView> {
    let before = today.checked_sub_days(Days::new(u64::try_from(period.days).unwrap_or_default()))?;
    let fields = "--field actor_id --field client_address --field request_id --field reason";
    let command = format!("pasar audit erase --before {before} {fields} --reason \"Kept for {} days\"", period.days);
    let events = if period.overdue == 1 {
        "1 event of the audit trail is older than its period and still says".to_owned()
    } else {
        format!("{} events of the audit trail are older than their period and still say", count(period.overdue))
    };
    let events = format!("{events} who did what. Have it erased by whoever runs Pasar; the events stay, and their seals hold:");
    let said = view! { <p>{events}</p><p><code>{command}</code></p> };
    (period.overdue > 0).then(|| notice(said.into_any()).into_any())
}

pub fn retention_page(csrf: &str, periods: &[Period], today: NaiveDate, done: bool, form: Option<&RetentionForm>, wrong: &[Violation]) -> AnyView {
    let row = |period: &Period| {
        let label = period.what.label();
        let swept = match period.swept_on {
            _ if !period.what.goes_by_itself() => "Not by itself".into_any(),
            Some(on) => day(on).into_any(),
            None => "Not yet".into_any(),
        };
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
        let hint = if form.period.what.goes_by_itself() {
            "What is older is deleted in the next night, and cannot be brought back."
        } else {
            "Of what is older the data office is reminded; nothing is erased until whoever runs Pasar does it."
        };
        view! {
            <section aria-labelledby="change">
                <h2 id="change">{form.period.what.label()}</h2>
                <form method="post" action="/admin/retention" class="narrow">
                    {csrf_field(csrf)}{hidden("what", form.period.what.as_str())}{hidden("version", &form.period.version.to_string())}
                    {text_field("days", "Kept for how many days", hint, &form.days, wrong)}
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
        {periods.iter().filter_map(|period| overdue(period, today)).collect_view()}
        {data_table("What is kept, and for how long", &["What", "Kept for", "How it is counted", "Last deleted", "Change"], periods.iter().map(row).collect())}
        <p>"Events of the audit trail, requests, decisions and agreements are kept for ever. Sessions end as the portal’s settings say, and are deleted within a minute."</p>
        {change}
    }
    .into_any()
}
