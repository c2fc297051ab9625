//! Broader and narrower terms: the whole glossary as a tree, and what stands around one term.

use crate::ui::{data_table_under_heading, moment};
use leptos::prelude::*;
use std::collections::HashMap;
use store::glossary::{Related, TermChange, TermLine};

/// What stands around a term.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Around {
    /// The broadest first.
    pub broader: Vec<Related>,
    pub narrower: Vec<Related>,
    /// Newest first.
    pub changes: Vec<TermChange>,
}

/// Every term under its broader one. Of terms that are all there: none stands under one that is not.
pub(super) fn tree(terms: &[TermLine]) -> AnyView {
    let mut under: HashMap<Option<&str>, Vec<&TermLine>> = HashMap::new();
    for term in terms {
        under.entry(term.parent.as_deref()).or_default().push(term);
    }
    branch(&under, None)
}

fn branch(under: &HashMap<Option<&str>, Vec<&TermLine>>, parent: Option<&str>) -> AnyView {
    let Some(terms) = under.get(&parent) else { return ().into_any() };
    let items = terms
        .iter()
        .map(|term| view! { <li><a href=format!("/glossary/{}", term.slug)>{term.name.clone()}</a>{branch(under, Some(term.slug.as_str()))}</li> })
        .collect_view();
    view! { <ul class="term-tree">{items}</ul> }.into_any()
}

/// Links to terms, one after another.
pub(super) fn links(terms: &[Related]) -> AnyView {
    let items = terms
        .iter()
        .enumerate()
        .map(|(index, term)| {
            view! { {(index > 0).then_some(", ")}<a href=format!("/glossary/{}", term.slug)>{term.name.clone()}</a> }
        })
        .collect_view();
    items.into_any()
}

/// Who changed what, and when.
pub(super) fn history(changes: &[TermChange]) -> AnyView {
    if changes.is_empty() {
        return ().into_any();
    }
    let rows = changes
        .iter()
        .map(|change| {
            let why = change.reason.clone().map(|reason| view! { <br/><span class="muted">{format!("Why: {reason}")}</span> });
            let what = change.what.clone().unwrap_or_default();
            vec![
                moment(change.at).into_any(),
                change.by.clone().unwrap_or_else(|| "A document".to_owned()).into_any(),
                view! { {what}{why} }.into_any(),
            ]
        })
        .collect();
    view! {
        <section aria-labelledby="history">
            <h2 id="history">"History"</h2>
            {data_table_under_heading("Changes of this term", &["When", "Who", "What"], rows)}
        </section>
    }
    .into_any()
}
