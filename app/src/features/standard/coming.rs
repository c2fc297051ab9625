//! What a version that does not act yet will ask of the reader's own products, and by when.

use super::act::simulation;
use super::simulate::mending;
use super::words::consequence;
use crate::ui::{data_table, deadline};
use leptos::prelude::*;
use rules::{Row, Verdict};
use std::collections::BTreeMap;
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
    // A product that meets it itself is listed too when an agreement on it, or what is asked of it, does not.
    let mut failing: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in coming.rows.iter().filter(|row| !row.after.is_met()) {
        failing.entry(&row.address).or_default().push(row);
    }
    let found = if coming.fault {
        view! { <p>"Nothing can be said of your products: the rule cannot be run."</p> }.into_any()
    } else if coming.judged == 0 {
        view! { <p>"You look after no product that it covers."</p> }.into_any()
    } else if failing.is_empty() {
        view! { <p>"Nothing: what you look after meets it already."</p> }.into_any()
    } else {
        let rows = failing.iter().map(|(address, rows)| line(address, rows)).collect();
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

fn line(address: &str, rows: &[&Row]) -> Vec<AnyView> {
    let title = rows.first().map_or(address, |row| row.title.as_str()).to_owned();
    let mut wrong: Vec<String> = vec![];
    for row in rows {
        let said = match &row.after {
            Verdict::CannotTell(why) => vec![format!("It cannot be told: {why}")],
            other => other.violations().iter().map(|one| one.message.clone()).collect(),
        };
        for one in said {
            if !wrong.contains(&one) {
                wrong.push(one);
            }
        }
    }
    let wrong: Vec<AnyView> = wrong.into_iter().map(|one| view! { <li>{one}</li> }.into_any()).collect();
    let agreements = rows.iter().filter(|row| row.agreement().is_some()).count();
    vec![
        view! { <a href=format!("/products/{address}")>{title}</a> }.into_any(),
        view! { <ul>{wrong}</ul> }.into_any(),
        mending(rows),
        agreements.to_string().into_any(),
    ]
}
