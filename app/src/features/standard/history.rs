//! What became of a standard, when, by whom and why.

use crate::ui::{data_table, moment};
use leptos::prelude::*;
use store::standard::HistoryLine;

/// The latest first; nothing when nothing happened yet that the reader may know of.
pub(super) fn history(lines: &[HistoryLine]) -> AnyView {
    if lines.is_empty() {
        return ().into_any();
    }
    let rows = lines
        .iter()
        .map(|line| {
            vec![
                moment(line.at).into_any(),
                line.action.label().into_any(),
                line.detail.clone().unwrap_or_default().into_any(),
                line.by.clone().unwrap_or_else(|| "Pasar".to_owned()).into_any(),
                line.reason.clone().unwrap_or_else(|| "–".to_owned()).into_any(),
            ]
        })
        .collect();
    view! {
        <section aria-labelledby="history">
            <h2 id="history">"History"</h2>
            {data_table("What became of this standard", &["When", "What", "Which version", "By", "Why"], rows)}
        </section>
    }
    .into_any()
}
