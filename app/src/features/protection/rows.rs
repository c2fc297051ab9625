//! `/products/{urn}/protection/{dataset}`: what holds for the rows of a dataset together.

use super::May;
use crate::ui::{breadcrumbs, choice_list, csrf_field, error_summary, hidden, text_area, text_field};
use domain::Violation;
use domain::protection::{DatasetPolicy, PolicyForm};
use leptos::prelude::*;
use std::collections::BTreeSet;
use store::catalogue::ProductView;
use store::protection::ProtectedDataset;

pub fn rows_page(csrf: &str, product: &ProductView, dataset: &ProtectedDataset, form: &PolicyForm, may: May, wrong: &[Violation]) -> AnyView {
    let at = format!("/products/{}", product.address);
    let here = format!("{at}/protection/{}", dataset.name);
    let before = serde_json::to_string(&dataset.policy).unwrap_or_default();
    let columns = |chosen: &BTreeSet<String>| -> Vec<(String, String, String, bool)> {
        let note = |technique: String| format!(" {technique}");
        dataset
            .columns
            .iter()
            .map(|one| (one.name.clone(), one.name.clone(), note(one.held.effective(None).describe()), chosen.contains(&one.name)))
            .collect()
    };
    let fields = may.protect.then(|| {
        view! {
            <form method="post" action=here class="narrow">
                {csrf_field(csrf)}{hidden("before", &before)}
                <h2>"Rows that are left out"</h2>
                {text_area("policy_without", "Left out", "A line for each column, such as area: SENTOSA, TUAS. Values as the source writes them.", &form.without, wrong)}
                <h2>"Rows that are nearly alone"</h2>
                {text_field("policy_k", "Rows for each combination (k)", "Smaller groups are left out. Empty: none are.", &form.k, wrong)}
                {choice_list("policy_identifiers", "Columns that could point to a person together", columns(&form.identifiers), wrong)}
                <h2>"Counts instead of rows"</h2>
                {text_field("policy_minimum", "Records in a group", "Only counts and means of groups are shown, none of fewer records. Empty: rows are shown.", &form.minimum, wrong)}
                {choice_list("policy_by", "One line for each combination of", columns(&form.by), wrong)}
                <button type="submit" class="button">"Let it hold"</button>
                " "
                <a href=format!("{at}/protection")>"Leave it as it is"</a>
            </form>
        }
    });
    let rules = dataset.policy.describe();
    let now = if rules.is_empty() { "Every row is shown as it is.".to_owned() } else { format!("{}.", rules.join("; ")) };
    view! {
        {error_summary(wrong)}
        {breadcrumbs(vec![(at.clone(), product.title.clone()), (format!("{at}/protection"), "What readers get".into())])}
        <h1>{format!("Rows of {}", dataset.title)}</h1>
        <p class="lead">{now}</p>
        <p class="muted">{format!("Rules for rows protect against: {} They leave open: {}", DatasetPolicy::protects(), DatasetPolicy::does_not())}</p>
        {fields}
    }
    .into_any()
}
