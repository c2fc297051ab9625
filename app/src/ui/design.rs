//! `/design`: every component in its states, for builders and for the accessibility tests.

use super::{
    Advice, Remarks, breadcrumbs, choice_list, classification_badge, cut_notice, data_table, date_field, empty_state, error_summary, notice,
    pagination, plot_with_table, select_field, status_tag, summary_list, tabs, text_area, text_field,
};
use charts::{Bar, Bars, Point, Trend, Words, bars, trend};
use domain::Violation;
use domain::catalogue::Classification;
use leptos::prelude::*;

pub fn design_page() -> AnyView {
    let wrong = [Violation::new("team", "team_missing", "Say which team will use the data.")];
    let options = [("planning".to_owned(), "Planning".to_owned()), ("research".to_owned(), "Research".to_owned())];
    let choices = vec![
        ("routes".to_owned(), "Routes".to_owned(), "all 9 columns".to_owned(), true),
        ("staff".to_owned(), "Staff".to_owned(), "6 whole, 5 never".to_owned(), false),
    ];
    let advice = [Advice {
        field: "term".into(),
        code: "terms_too_long".into(),
        message: "The terms allow agreements of 730 days; 365 at most".into(),
        mend: "Shorten it to 365 days or less".into(),
        standard: "Agreements end within a year, version 1".into(),
        link: "/standards".into(),
    }];
    let advised = Remarks { wrong: &[], advice: &advice };
    view! {
        {breadcrumbs(vec![("/".into(), "Home".into())])}
        <h1>"Components"</h1>
        {error_summary(&wrong)}
        <section><h2>"Badges and tags"</h2><p class="badges">{Classification::ALL.iter().map(|c| classification_badge(*c)).collect_view()}{status_tag("Draft")}</p></section>
        <section><h2>"Buttons"</h2><p class="actions">
            <button type="button" class="button">"Submit request"</button>
            <button type="button" class="button button-secondary">"Add to basket"</button>
            <button type="button" class="button button-danger">"Refuse"</button>
        </p></section>
        <section><h2>"Fields"</h2>
            {text_field("team", "Team", "The team that will use the data.", "", &wrong)}
            {text_area("explanation", "What will you do with the data?", "", "Relate shift length to incidents", &[])}
            {select_field("purpose", "Purpose", "", &options, "planning", &[])}
            {date_field("until", "Until", "At most a year ahead.", "2027-05-31", &[])}
            {advised.text_field("term", "Longest term, in days", "", "730")}
            {choice_list("ports", "Datasets", choices, &[])}
        </section>
        <section><h2>"Reading"</h2>
            {tabs("Example", vec![("Overview", "/design".into(), true), ("Schema", "/design".into(), false)])}
            {summary_list(vec![("Owner", "Data owner, ssot-a".into_any())])}
            {data_table("Datasets", &["Dataset", "Rows"], vec![vec!["routes_dataset".into_any(), "25,431".into_any()]])}
            {notice("The clock is paused while you are asked.".into_any())}
            {cut_notice(201, 200)}
            {empty_state("No requests yet.", "What you ask for will be listed here.", ().into_any())}
            {pagination(2, 5, |page| format!("/design?page={page}"))}
        </section>
        <section><h2>"Plots"</h2>{plots()}</section>
    }
    .into_any()
}

/// Each kind once, with a month that is not known yet and a bar beyond the target.
fn plots() -> impl IntoView {
    let known = |label: &str, middle: f64| Point { label: label.into(), lower: Some(middle - 1.5), middle: Some(middle), upper: Some(middle + 2.0) };
    let points = vec![known("Jan", 6.0), known("Feb", 4.2), Point { label: "Mar".into(), ..Point::default() }, known("Apr", 8.0)];
    let plot = Trend { points, unit: "Working days".into(), target: 7.0, target_label: "Target: 7".into(), small: false };
    let words = Words { id: "design-trend", title: "Half were read within 6 days; the target is 7", description: "A line with its band" };
    let bar = |label: &str, value: f64| Bar { label: label.into(), value: Some(value), said: value.to_string() };
    let lying = Bars { bars: vec![bar("Rail", 9.0), bar("Water", 2.5)], target: Some((7.0, "Target: 7".into())) };
    let named = Words { id: "design-bars", title: "Rail takes 9 days, Water 2.5", description: "Bars" };
    let table = |caption: &str, one: &'static str, number: &'static str| {
        data_table(caption, &["What", "Days"], vec![vec![one.into_any(), number.into_any()]]).into_any()
    };
    view! {
        {plot_with_table(trend(words, &plot), table("By month", "January", "6"))}
        {plot_with_table(bars(named, &lying), table("By agency", "Rail", "9"))}
    }
}
