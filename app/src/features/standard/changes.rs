//! What was changed in a version while it could be: who saved it, when, and which words came and went.

use super::compare::{part_row, words_hint};
use crate::ui::{data_table_under_heading, moment};
use leptos::prelude::*;
use store::standard::Change;

/// The latest first; nothing when nobody changed it since it was begun.
pub(super) fn changes(all: &[Change]) -> AnyView {
    if all.is_empty() {
        return ().into_any();
    }
    let items = all.iter().enumerate().map(|(index, change)| item(all.len() - index, index == 0, change)).collect_view();
    view! {
        <section aria-labelledby="changes">
            <h2 id="changes">"What changed while it was written"</h2>
            <ul class="plain-list">{items}</ul>
            {words_hint()}
        </section>
    }
    .into_any()
}

fn item(number: usize, open: bool, change: &Change) -> AnyView {
    let parts = change.parts.iter().map(|one| one.part.as_str()).collect::<Vec<_>>().join(", ");
    let rows = change.parts.iter().map(|one| part_row(&one.part, &one.before, &one.after)).collect();
    let when = if change.consulted { ", while it was open for comments" } else { "" };
    view! {
        <li>
            <details class="method" open=open>
                <summary>{format!("Change {number}: {parts}. {}, ", change.by)}{moment(change.at)}{when}</summary>
                {data_table_under_heading(&format!("Change {number}"), &["Part", "Before", "After"], rows)}
            </details>
        </li>
    }
    .into_any()
}
