//! `/design`: every component in its states, for builders and for the accessibility tests.

use super::{
    breadcrumbs, choice_list, classification_badge, data_table, date_field, empty_state, error_summary, notice, pagination, select_field, status_tag,
    summary_list, tabs, text_area, text_field,
};
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
            {choice_list("ports", "Datasets", choices, &[])}
        </section>
        <section><h2>"Reading"</h2>
            {tabs("Example", vec![("Overview", "/design".into(), true), ("Schema", "/design".into(), false)])}
            {summary_list(vec![("Owner", "Data owner, ssot-a".into_any())])}
            {data_table("Datasets", &["Dataset", "Rows"], vec![vec!["routes_dataset".into_any(), "25,431".into_any()]])}
            {notice("The clock is paused while you are asked.".into_any())}
            {empty_state("No requests yet.", "What you ask for will be listed here.", ().into_any())}
            {pagination(2, 5, |page| format!("/design?page={page}"))}
        </section>
    }
    .into_any()
}
