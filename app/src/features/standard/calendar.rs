//! `/standards/calendar`: what changes on which day, by month.

use crate::ui::{breadcrumbs, data_table_under_heading, deadline, empty_state};
use chrono::{Datelike, NaiveDate};
use leptos::prelude::*;

/// What happens on a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    Begins,
    GraceEnds,
    Ends,
    /// The last day on which a product is let off: its title and address.
    WaiverEnds(String, String),
    /// What a working group talks over.
    CheckIn(String),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub day: NaiveDate,
    /// Title and page of the standard.
    pub title: String,
    pub page: String,
    pub turn: Turn,
    /// Where the standard holds.
    pub place: String,
}

/// `entries` in the order of their days.
pub fn calendar_page(entries: &[Entry]) -> AnyView {
    let months = entries.chunk_by(|one, other| month(one.day) == month(other.day)).map(of_month).collect_view();
    let shown = if entries.is_empty() {
        let next = view! { <a href="/standards">"Read the standards"</a> }.into_any();
        empty_state(
            "Nothing changes from today on.",
            "First and last days of standards, ends of grace and of waivers, and check-ins are listed here as soon as they are set.",
            next,
        )
        .into_any()
    } else {
        months.into_any()
    };
    view! {
        {breadcrumbs(vec![("/standards".into(), "Standards".into())])}
        <h1>"Calendar of standards"</h1>
        <p class="lead">"What begins and ends from today on. Days are those of Singapore and turn by themselves at midnight."</p>
        {shown}
    }
    .into_any()
}

fn month(day: NaiveDate) -> (i32, u32) {
    (day.year(), day.month())
}

fn of_month(entries: &[Entry]) -> AnyView {
    let Some(first) = entries.first() else { return ().into_any() };
    let (name, id) = (first.day.format("%B %Y").to_string(), first.day.format("m-%Y-%m").to_string());
    let rows = entries.iter().map(row).collect();
    let table = data_table_under_heading(&format!("What happens in {name}"), &["Day", "What happens", "Standard", "Where it holds"], rows);
    view! { <section aria-labelledby=id.clone()><h2 id=id.clone()>{name}</h2>{table}</section> }.into_any()
}

fn row(entry: &Entry) -> Vec<AnyView> {
    let what = match &entry.turn {
        Turn::Begins => "First day".into_any(),
        Turn::GraceEnds => "Its grace is over: it does more than flag".into_any(),
        Turn::Ends => "It no longer acts".into_any(),
        Turn::WaiverEnds(title, address) => {
            view! { "Last day of the waiver of "<a href=format!("/products/{address}/standards")>{title.clone()}</a> }.into_any()
        }
        Turn::CheckIn(agenda) => view! { "Check-in: "{agenda.clone()} }.into_any(),
    };
    vec![
        deadline(entry.day).into_any(),
        what,
        view! { <a href=entry.page.clone()>{entry.title.clone()}</a> }.into_any(),
        entry.place.clone().into_any(),
    ]
}
