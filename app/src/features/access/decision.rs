//! The forms of whoever decides: approve, ask, refuse and hand over.

use super::part::column_note;
use super::scope::{ColumnChoice, ScopeChoice, scope_fields};
use super::work::Open;
use crate::features::protection::stronger;
use crate::ui::{csrf_field, date_field, select_field, text_area, text_field};
use domain::Violation;
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What a decider typed, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct DecisionForm {
    pub until: String,
    pub note: String,
    pub reason: String,
    pub question: String,
    pub to: String,
    /// Ticked columns by the dataset's key; none of a dataset that was not shown yet.
    pub columns: BTreeMap<String, BTreeSet<String>>,
    pub rows: BTreeMap<(String, String), String>,
    /// Stronger masks, by the dataset's key and a column, as JSON.
    pub masks: BTreeMap<(String, String), String>,
    pub wrong: Vec<Violation>,
}

/// Names a dataset of a part in a form.
pub fn dataset_key(dataset: &store::access::PartDataset) -> String {
    format!("{}:{}", dataset.port, dataset.dataset)
}

fn scope_choice(dataset: &store::access::PartDataset, form: &DecisionForm) -> ScopeChoice {
    let key = dataset_key(dataset);
    let ticked = form.columns.get(&key);
    // What the requester narrowed to stands already; a decider sees it and may narrow further.
    let typed = |column: &String| {
        let asked = || dataset.rows.0.get(column).map(|values| values.iter().cloned().collect::<Vec<_>>().join(", ")).unwrap_or_default();
        form.rows.get(&(key.clone(), column.clone())).cloned().unwrap_or_else(asked)
    };
    ScopeChoice {
        title: dataset.title.clone(),
        columns: dataset
            .columns
            .iter()
            .map(|column| ColumnChoice {
                name: column.name.clone(),
                note: column_note(column),
                ticked: ticked.is_none_or(|ticked| ticked.contains(&column.name)),
                masks: stronger(column.technique, column.column_type),
                mask: form.masks.get(&(key.clone(), column.name.clone())).cloned().unwrap_or_default(),
            })
            .collect(),
        rows: dataset.scope_columns.iter().map(|column| (column.clone(), typed(column))).collect(),
        key,
    }
}

/// Approve, ask, refuse and hand over, each a form of its own.
pub fn decision_forms(csrf: &str, open: &Open) -> impl IntoView + use<> {
    let form = &open.form;
    let until = if form.until.is_empty() { open.request.until.to_string() } else { form.until.clone() };
    let action = |verb: &str| format!("/work/{}/{verb}", open.step.id);
    let scopes =
        open.part.datasets.iter().enumerate().map(|(at, dataset)| scope_fields(at, &scope_choice(dataset, form), &form.wrong)).collect_view();
    let others: Vec<(String, String)> = open.others.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let hand_over = (!others.is_empty()).then(|| {
        view! {
            <details>
                <summary>"Hand over"</summary>
                <form method="post" action=action("hand-over")>
                    {csrf_field(csrf)}
                    {select_field("to", "To whom", "It leaves your queue and enters theirs; the clock runs on.", &others, &form.to, &form.wrong)}
                    <button type="submit" class="button button-secondary">"Hand over"</button>
                </form>
            </details>
        }
    });
    let asking = form.wrong.iter().any(|fault| fault.field == "question");
    view! {
        <div class="decision">
            <form method="post" action=action("approve")>
                {csrf_field(csrf)}
                {date_field("until", "Until", "The last day; at most what was asked for.", &until, &form.wrong)}
                {scopes}
                {text_field("note", "Note (optional)", "The requester reads this.", &form.note, &form.wrong)}
                <button type="submit" class="button">"Approve"</button>
            </form>
            <form method="post" action=action("refuse")>
                {csrf_field(csrf)}
                {text_field("reason", "Reason", "The requester reads this. Say what would make it possible.", &form.reason, &form.wrong)}
                <button type="submit" class="button button-danger">"Refuse"</button>
            </form>
            <details open=asking>
                <summary>"Ask the requester"</summary>
                <form method="post" action=action("ask")>
                    {csrf_field(csrf)}
                    {text_area("question", "Question", "The clock stands until it is answered.", &form.question, &form.wrong)}
                    <button type="submit" class="button button-secondary">"Ask"</button>
                </form>
            </details>
            {hand_over}
        </div>
    }
}
