//! `/products/{urn}/protection/{dataset}/{column}`: choosing a technique, with rows as a reader would get them; allowing more for a while.

use super::page::waiver_words;
use super::{May, Sample, sample_table, technique_fields};
use crate::ui::{Advice, Remarks, breadcrumbs, csrf_field, date_field, error_summary, hidden, summary_list, text_field};
use domain::Violation;
use domain::protection::{LONGEST_WAIVER_DAYS, TechniqueForm, default_for};
use leptos::prelude::*;
use store::catalogue::ProductView;
use store::protection::{ColumnLine, ProtectedDataset};

pub struct ColumnPage<'a> {
    pub product: &'a ProductView,
    pub dataset: &'a ProtectedDataset,
    pub column: &'a str,
    pub form: &'a TechniqueForm,
    /// What was typed of a waiver.
    pub reason: &'a str,
    pub until: &'a str,
    pub wrong: &'a [Violation],
    /// What standards say of the column as it is protected now.
    pub advice: &'a [Advice],
    pub may: May,
    pub sample: Option<Sample>,
    /// The sample is of what was typed, not of what holds.
    pub preview: bool,
}

pub fn column_page(csrf: &str, page: &ColumnPage<'_>) -> AnyView {
    let at = format!("/products/{}", page.product.address);
    let here = format!("{at}/protection/{}/{}", page.dataset.name, page.column);
    let line = page.dataset.columns.iter().find(|one| one.name == page.column);
    let Some(line) = line else { return ().into_any() };
    let held = &line.held;
    let now = held.effective(None);
    let default = default_for(held.classification, held.sensitivity, held.personal, held.column_type);
    let facts = vec![
        ("Class", format!("{}, {}, {}", held.classification.label(), held.sensitivity.label(), held.personal.label()).into_any()),
        ("Readers get now", now.describe().into_any()),
        ("Protects against", now.protects().into_any()),
        ("Leaves open", now.does_not().into_any()),
        ("Without a choice", format!("{}. {}", default.technique.describe(), default.why).into_any()),
    ];
    view! {
        {error_summary(page.wrong)}
        {breadcrumbs(vec![(at.clone(), page.product.title.clone()), (format!("{at}/protection"), "What readers get".into())])}
        <h1>"Protect "<code>{page.column.to_owned()}</code></h1>
        {summary_list(facts)}
        {page.may.protect.then(|| choice(csrf, page, line, &here, &default.technique.describe()))}
        {sample(page)}
        {waiver(csrf, page, line, &here)}
    }
    .into_any()
}

fn choice(csrf: &str, page: &ColumnPage<'_>, line: &ColumnLine, here: &str, default: &str) -> AnyView {
    let before = serde_json::to_string(&line.held.chosen).unwrap_or_default();
    let effect = match page.dataset.agreements {
        0 => "No agreement in force reads the dataset.".to_owned(),
        1 => "One agreement in force is made so before the change is confirmed.".to_owned(),
        n => format!("{n} agreements in force are made so before the change is confirmed."),
    };
    view! {
        <form method="post" action=here.to_owned() class="narrow">
            {csrf_field(csrf)}{hidden("before", &before)}
            {technique_fields(page.form, line.held.column_type, default, Remarks { wrong: page.wrong, advice: page.advice })}
            <p class="muted">{effect}" What agreements ask for on top stays."</p>
            <button type="submit" name="do" value="choose" class="button">"Protect it so"</button>
            " "
            <button type="submit" name="do" value="preview" class="button button-secondary">"Show rows first"</button>
        </form>
    }
    .into_any()
}

fn sample(page: &ColumnPage<'_>) -> AnyView {
    let title = if page.preview { "Rows as readers would get them" } else { "Rows as readers get them" };
    let rows = page.sample.as_ref().map_or_else(
        || view! { <p class="muted">"Rows cannot be read at the source at this moment, or the dataset has no table there."</p> }.into_any(),
        sample_table,
    );
    view! { <section aria-labelledby="rows"><h2 id="rows">{title}</h2>{rows}</section> }.into_any()
}

fn waiver(csrf: &str, page: &ColumnPage<'_>, line: &ColumnLine, here: &str) -> AnyView {
    let said = waiver_words(line);
    let stands = said.is_some();
    let form = page.may.waive.then(|| {
        if stands {
            view! {
                <form method="post" action=format!("{here}/end-waiver") class="narrow">
                    {csrf_field(csrf)}
                    {text_field("reason", "Why it ends", "", page.reason, page.wrong)}
                    <button type="submit" class="button button-secondary">"End the waiver"</button>
                </form>
            }
            .into_any()
        } else {
            view! {
                <form method="post" action=format!("{here}/waive") class="narrow">
                    {csrf_field(csrf)}
                    {text_field("reason", "Reason", "It stands on the product’s pages and in the audit trail.", page.reason, page.wrong)}
                    {date_field("until", "Last day", &format!("At most {LONGEST_WAIVER_DAYS} days from today. Then the default is back."), page.until, page.wrong)}
                    <button type="submit" class="button button-secondary">"Allow it until then"</button>
                </form>
            }
            .into_any()
        }
    });
    let ask = (!page.may.waive && !stands).then(|| {
        view! { <p>"The domain’s owner, the sector’s security officer or the data office can allow more than the rules do, until a day."</p> }
    });
    view! { <section aria-labelledby="waiver"><h2 id="waiver">"Waiver"</h2>{said}{ask}{form}</section> }.into_any()
}
