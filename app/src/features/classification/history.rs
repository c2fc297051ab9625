//! `/products/{urn}/classify/history`: every decision with what it changed, and every contradiction.

use crate::ui::{breadcrumbs, data_table, empty_state, moment, status_tag};
use domain::classification::ColumnClass;
use leptos::prelude::*;
use store::catalogue::ProductView;
use store::classification::{Change, Conflict};

/// `column`: the only one that is shown.
pub fn history_page(product: &ProductView, column: Option<&str>, changes: &[Change], conflicts: &[Conflict]) -> AnyView {
    let at = format!("/products/{}", product.address);
    let rows = changes.iter().map(|change| decision(&at, change)).collect();
    let list = if changes.is_empty() {
        let next = view! { <a href=format!("{at}/classify")>"Classify columns"</a> }.into_any();
        empty_state("Nobody has decided anything yet.", "Columns are what the product’s document says.", next).into_any()
    } else {
        data_table("Decisions", &["Column", "When", "Who", "Verdict", "What changed", "What was proposed", "Note"], rows).into_any()
    };
    let said = conflicts
        .iter()
        .map(|one| {
            let state = one.settled_at.map_or_else(|| status_tag("Stands").into_any(), |at| view! { "settled "{moment(at)} }.into_any());
            let who = one.said_by.label();
            vec![
                view! { <code>{one.column.clone()}</code> }.into_any(),
                who.into_any(),
                one.says.words().into_any(),
                moment(one.raised_at).into_any(),
                state,
            ]
        })
        .collect();
    let only = column.map(|column| {
        view! { <p>{format!("Only {column}. ")}<a href=format!("{at}/classify/history")>"Show every column"</a></p> }
    });
    view! {
        {breadcrumbs(vec![(at.clone(), product.title.clone()), (format!("{at}/classify"), "Classify columns".into())])}
        <h1>"How columns came to be what they are"</h1>
        {only}
        {list}
        {(!conflicts.is_empty()).then(|| data_table("Contradictions to decisions", &["Column", "Who said otherwise", "What", "Since", "State"], said))}
    }
    .into_any()
}

fn decision(at: &str, change: &Change) -> Vec<AnyView> {
    let link = format!("{at}/classify/history?column={}", change.column);
    let proposed = change.proposed.map_or_else(|| "Nothing".to_owned(), |(class, sure)| format!("{}, {:.0} % sure", class.words(), sure * 100.0));
    vec![
        view! { <a href=link><code>{change.column.clone()}</code></a> }.into_any(),
        moment(change.at).into_any(),
        change.by.clone().into_any(),
        change.verdict.label().into_any(),
        difference(change.from, change.to),
        proposed.into_any(),
        change.note.clone().into_any(),
    ]
}

/// Level by level what is not as it was.
fn difference(from: Option<ColumnClass>, to: ColumnClass) -> AnyView {
    let Some(from) = from else { return format!("Not classified → {}", to.words()).into_any() };
    let levels = [
        (from.classification.label(), to.classification.label()),
        (from.sensitivity.label(), to.sensitivity.label()),
        (from.personal.label(), to.personal.label()),
    ];
    let changed: Vec<_> = levels.into_iter().filter(|(from, to)| from != to).collect();
    if changed.is_empty() {
        return format!("Nothing: it stays {}", to.words()).into_any();
    }
    changed.into_iter().map(|(from, to)| view! { <p><del>{from}</del>" → "<ins>{to}</ins></p> }).collect_view().into_any()
}
