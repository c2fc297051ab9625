//! What a version that does not act yet will ask of the reader's own products, and by when.

use super::act::simulation;
use super::simulate::mending;
use super::words::consequence;
use crate::ui::{data_table, deadline};
use leptos::prelude::*;
use rules::{About, Row, Verdict};
use store::standard::Version;

/// What was found of products that the reader looks after.
#[derive(Debug, Clone, Default)]
pub struct Coming {
    pub rows: Vec<Row>,
    /// Products that were judged; the reader looks after more of them when `more`.
    pub judged: usize,
    pub more: bool,
    /// The rule cannot be run.
    pub fault: bool,
}

pub(super) fn coming(version: &Version, coming: &Coming) -> AnyView {
    let whole = view! { <p><a href=simulation(version)>"What it would do to every product that you may know of"</a></p> };
    let failing: Vec<&Row> = coming.rows.iter().filter(|row| row.about == About::Product && !row.after.is_met()).collect();
    let found = if coming.fault {
        view! { <p>"Nothing can be said of your products: the rule cannot be run."</p> }.into_any()
    } else if coming.judged == 0 {
        view! { <p>"You look after no product that it covers."</p> }.into_any()
    } else if failing.is_empty() {
        view! { <p>"Nothing: what you look after meets it already."</p> }.into_any()
    } else {
        let rows = failing.iter().map(|row| line(row, coming)).collect();
        data_table("Your products that do not meet it yet", &["Product", "What is wrong", "What to do", "Agreements concerned"], rows).into_any()
    };
    let more = coming.more.then(|| view! { <p>{format!("Looked at: the first {} products that you look after, by title.", coming.judged)}</p> });
    view! {
        <section aria-labelledby="yours">
            <h2 id="yours">"What it asks of your products"</h2>
            {by_when(version)}{found}{more}{whole}
        </section>
    }
    .into_any()
}

fn by_when(version: &Version) -> AnyView {
    let standard = &version.standard;
    let Some(from) = standard.effective_from else {
        return view! { <p>"It has no first day yet. As it stands, it would ask this."</p> }.into_any();
    };
    let grace = standard.grace_ends().filter(|ends| *ends > from).map(|ends| view! { " Before "{deadline(ends)}" it only flags." });
    view! { <p>"Mend what is listed before "<strong>{deadline(from)}</strong>", its first day. From then on: "{consequence(standard.severity)}{grace}</p> }.into_any()
}

fn line(row: &Row, coming: &Coming) -> Vec<AnyView> {
    let wrong: Vec<AnyView> = match &row.after {
        Verdict::CannotTell(why) => vec![view! { <li>"It cannot be told: "{why.to_string()}</li> }.into_any()],
        other => other.violations().iter().map(|one| view! { <li>{one.message.clone()}</li> }.into_any()).collect(),
    };
    let agreements = coming.rows.iter().filter(|other| other.address == row.address && other.agreement().is_some() && !other.after.is_met()).count();
    vec![
        view! { <a href=format!("/products/{}", row.address)>{row.title.clone()}</a> }.into_any(),
        view! { <ul>{wrong}</ul> }.into_any(),
        mending(row),
        agreements.to_string().into_any(),
    ]
}
