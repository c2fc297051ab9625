//! `/products/{address}/service-levels/new`: declaring what readers can rely on, and how it is measured.

use crate::features::catalogue::ProductTab;
use crate::ui::{Remarks, breadcrumbs, csrf_field, data_table, error_summary};
use domain::service_level::{Comparison, Dimension, LevelForm, Measure};
use leptos::prelude::*;
use store::catalogue::ProductView;

fn options<T: Copy>(all: &[T], word: fn(T) -> &'static str, label: fn(T) -> &'static str) -> Vec<(String, String)> {
    all.iter().map(|one| (word(*one).to_owned(), label(*one).to_owned())).collect()
}

/// Which promises Pasar measures itself, and by what; the others need reports.
fn who_measures() -> AnyView {
    let rows = Dimension::ALL
        .iter()
        .map(|dimension| {
            let probes: Vec<&str> = dimension.probes().iter().map(|measure| measure.label()).collect();
            let who = if probes.is_empty() { "A tool or a person reports".to_owned() } else { probes.join("; ") };
            vec![dimension.label().into_any(), who.into_any()]
        })
        .collect();
    data_table("What Pasar measures itself, and what it needs reports of", &["About", "Measured by"], rows).into_any()
}

pub fn declare_page(csrf: &str, product: &ProductView, datasets: &[String], columns: &[String], form: &LevelForm, said: Remarks<'_>) -> AnyView {
    let at = ProductTab::ServiceLevels.url(&product.address);
    let about: Vec<(String, String)> = datasets
        .iter()
        .map(|name| (name.clone(), format!("{name}, the whole dataset")))
        .chain(columns.iter().map(|name| (name.clone(), name.clone())))
        .collect();
    let back = vec![(format!("/products/{}", product.address), product.title.clone()), (at.clone(), ProductTab::ServiceLevels.label().to_owned())];
    view! {
        <div class="narrow">
            {error_summary(said.wrong)}
            {breadcrumbs(back)}
            <h1>"Declare a service level"</h1>
            <p class="lead">"Readers decide by it. What they can rely on, in their words; what is measured; and how much may go wrong."</p>
            <form method="post" action=format!("{at}/new") novalidate="">
                {csrf_field(csrf)}
                {said.select_field("dimension", "About", "The table below says which Pasar measures itself. Accuracy, consistency and quality need reports.", &options(Dimension::ALL, Dimension::as_str, Dimension::label), &form.dimension)}
                {said.text_field("objective", "What readers can rely on", "For example: every day by 09:00. In the same words as a promise that is there, it is measured so from now on.", &form.objective)}
                <h2>"What is measured"</h2>
                {said.select_field("measure", "Quantity", "All but what a tool or a person reports Pasar measures itself: it asks the source for one number and never for values.", &options(Measure::ALL, Measure::as_str, Measure::label), &form.measure)}
                {said.select_field("about", "Of what", "", &about, &form.about)}
                {said.text_field("low", "Least right value", "Only for values within a range.", &form.low)}
                {said.text_field("high", "Greatest right value", "Only for values within a range.", &form.high)}
                {said.text_field("every_minutes", "How often, in minutes", "1440 is once a day. This is also the length of a period.", &form.every_minutes)}
                {said.text_field("at", "At what time of the day", "In Singapore, such as 09:00, for what is measured every day or every few days. Nothing is whenever it is due.", &form.at)}
                <h2>"How good it must be"</h2>
                {said.select_field("comparison", "A measurement is good when it is", "", &options(Comparison::ALL, Comparison::as_str, Comparison::label), &form.comparison)}
                {said.text_field("bound", "this number", "In hours, days, rows, % or milliseconds, as the quantity says.", &form.bound)}
                {said.text_field("target", "Share of periods that must be good, in %", "What is missing to 100 is the error budget.", &form.target)}
                {said.text_field("window_days", "Over how many days", "The window rolls: it ends at every moment.", &form.window_days)}
                <button type="submit" class="button">"Declare"</button>
            </form>
            {who_measures()}
        </div>
    }
    .into_any()
}
