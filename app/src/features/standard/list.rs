//! `/standards`: what holds, what is coming and what is talked over.

use super::words::state_of;
use crate::ui::{count, data_table, day, empty_state, notice, select_field};
use chrono::NaiveDate;
use leptos::prelude::*;
use rules::Kind;
use store::standard::Version;

/// One standard with the version that stands for it.
pub struct Line {
    pub version: Version,
    /// Products that do not meet it, as far as the reader may know of them.
    pub affected: i64,
}

pub struct List {
    pub lines: Vec<Line>,
    pub today: NaiveDate,
    /// What is chosen, and scopes there are as (value, label).
    pub kind: String,
    pub scope: String,
    pub status: String,
    pub scopes: Vec<(String, String)>,
    /// The reader keeps standards of some scope.
    pub keeps: bool,
    pub done: Option<&'static str>,
}

/// States that can be asked for.
pub const STATES: [(&str, &str); 5] = [
    ("force", "In force"),
    ("coming", "Published, not in force yet"),
    ("consultation", "Open for consultation"),
    ("draft", "Draft"),
    ("past", "No longer in force"),
];

pub fn list_page(list: &List) -> AnyView {
    let kinds: Vec<(String, String)> = Kind::ALL.iter().map(|kind| (kind.to_string(), kind.label().to_owned())).collect();
    let states: Vec<(String, String)> = STATES.iter().map(|(word, label)| ((*word).to_owned(), (*label).to_owned())).collect();
    let table = if list.lines.is_empty() {
        let next = view! { <a href="/standards">"Show all standards"</a> }.into_any();
        empty_state(
            "No standard here.",
            "What the data office, trusted centres and owners publish is listed here. Choose less, or nothing, to see more.",
            next,
        )
        .into_any()
    } else {
        let rows = list.lines.iter().map(|line| row(line, list.today)).collect();
        data_table("Standards", &["Standard", "What it is about", "Where it holds", "When it is not met", "State", "Not met by"], rows).into_any()
    };
    view! {
        {list.done.map(|done| notice(done.into_any()))}
        <h1>"Standards"</h1>
        <p class="lead">"What data products have to meet, and what happens when they do not. Software holds each standard from its first day on."</p>
        <form method="get" action="/standards" class="inline-form">
            {select_field("kind", "What it is about", "", &kinds, &list.kind, &[])}
            {select_field("scope", "Where it holds", "", &list.scopes, &list.scope, &[])}
            {select_field("status", "State", "", &states, &list.status, &[])}
            <button type="submit" class="button button-secondary">"Show"</button>
        </form>
        {list.keeps.then(|| view! { <p class="actions"><a class="button" href="/standards/new">"New standard"</a></p> })}
        {table}
        <p><a href="/standards/calendar">"Calendar: what begins and ends when"</a></p>
        <p><a href="/standards/waivers">"Products that are let off a standard"</a></p>
    }
    .into_any()
}

fn row(line: &Line, today: NaiveDate) -> Vec<AnyView> {
    let standard = &line.version.standard;
    let from = standard.effective_from.map(|from| view! { <br/><span class="muted">"from "{day(from)}</span> });
    vec![
        view! { <a href=format!("/standards/{}", standard.id)>{standard.title.clone()}</a> }.into_any(),
        standard.kind.label().into_any(),
        line.version.place_title.clone().into_any(),
        standard.severity.label().into_any(),
        view! { {state_of(&line.version, today)}{from} }.into_any(),
        match line.affected {
            0 => view! { <span class="muted">"None"</span> }.into_any(),
            1 => "1 product".into_any(),
            n => format!("{} products", count(n)).into_any(),
        },
    ]
}
