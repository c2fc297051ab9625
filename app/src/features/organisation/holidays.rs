//! `/admin/holidays`: the days that no clock counts, by year.

use crate::features::administration::{AdministrationPage, administration_tabs};
use crate::ui::{csrf_field, data_table, date_field, deadline, empty_state, error_summary, hidden, notice, text_area, text_field};
use domain::Violation;
use domain::organisation::Holiday;
use leptos::prelude::*;

/// What was just done, said on the page that follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HolidayDone {
    /// How many were new or renamed.
    Added(usize),
    /// With what was removed, so that it can be undone at once.
    Removed(Holiday),
}

/// What was typed, kept when something is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct HolidayForm {
    pub day: String,
    pub title: String,
    pub pasted: String,
}

fn said(csrf: &str, done: &HolidayDone) -> AnyView {
    match done {
        HolidayDone::Added(0) => notice("The list holds all of these already.".into_any()).into_any(),
        HolidayDone::Added(1) => notice("One holiday was added.".into_any()).into_any(),
        HolidayDone::Added(n) => notice(format!("{n} holidays were added.").into_any()).into_any(),
        HolidayDone::Removed(holiday) => {
            let undo = view! {
                <form method="post" action="/admin/holidays" class="inline">
                    {csrf_field(csrf)}{hidden("day", &holiday.day.to_string())}{hidden("title", &holiday.title)}
                    <button type="submit" class="link-button">"Undo"<span class="sr-only">{format!(": add {} again", holiday.title)}</span></button>
                </form>
            };
            notice(view! { {format!("{} was removed. ", holiday.title)}{undo} }.into_any()).into_any()
        }
    }
}

/// The holidays of a year; `years` with how many days each has.
pub fn holidays_page(
    csrf: &str,
    year: i32,
    years: &[(i32, i64)],
    holidays: &[Holiday],
    done: Option<&HolidayDone>,
    form: &HolidayForm,
    wrong: &[Violation],
) -> AnyView {
    let mut shown: Vec<i32> = years.iter().map(|(year, _)| *year).chain([year]).collect();
    shown.sort_unstable();
    shown.dedup();
    let links = shown
        .into_iter()
        .map(
            |one| view! { <li><a href=format!("/admin/holidays?year={one}") aria-current=(one == year).then_some("page")>{one.to_string()}</a></li> },
        )
        .collect_view();
    let list = if holidays.is_empty() {
        let text = "Without them a clock counts every weekday. Paste the year’s list below once it is gazetted.";
        empty_state(&format!("No holidays in {year}."), text, ().into_any()).into_any()
    } else {
        let rows = holidays.iter().map(|holiday| row(csrf, holiday)).collect();
        data_table(&format!("Public holidays in {year}"), &["Day", "Name", "Remove"], rows).into_any()
    };
    view! {
        {error_summary(wrong)}
        {done.map(|done| said(csrf, done))}
        <h1>"Public holidays"</h1>
        <p class="lead">"Days that no clock counts. A holiday that falls on a Sunday has its day in lieu in the list as well."</p>
        {administration_tabs(AdministrationPage::Holidays)}
        <nav class="tabs" aria-label="Years"><ul>{links}</ul></nav>
        {list}
        <p class="muted">"A clock that runs already keeps the day that its requester was told."</p>
        <section aria-labelledby="add">
            <h2 id="add">"Add a holiday"</h2>
            <form method="post" action="/admin/holidays" class="narrow" novalidate="">
                {csrf_field(csrf)}
                {date_field("day", "Day", "", &form.day, wrong)}
                {text_field("title", "Name", "Such as National Day (in lieu).", &form.title, wrong)}
                <button type="submit" class="button">"Add holiday"</button>
            </form>
        </section>
        <section aria-labelledby="paste">
            <h2 id="paste">"Paste a list"</h2>
            <form method="post" action="/admin/holidays/paste" class="narrow">
                {csrf_field(csrf)}
                {text_area("pasted", "Holidays", "One a line: the date, then its name. 2027-08-09 National Day, or 9 August 2027, National Day.", &form.pasted, wrong)}
                <button type="submit" class="button">"Add these"</button>
            </form>
        </section>
    }
    .into_any()
}

fn row(csrf: &str, holiday: &Holiday) -> Vec<AnyView> {
    let remove = view! {
        <form method="post" action=format!("/admin/holidays/{}/remove", holiday.day) class="inline">
            {csrf_field(csrf)}
            <button type="submit" class="link-button">"Remove"<span class="sr-only">{format!(" {}, {}", holiday.title, holiday.day)}</span></button>
        </form>
    };
    vec![deadline(holiday.day).into_any(), holiday.title.clone().into_any(), remove.into_any()]
}
