//! Many decided at once: what each will get.

use crate::ui::{csrf_field, data_table, day, empty_state, error_summary, hidden, text_field};
use chrono::NaiveDate;
use domain::Violation;
use leptos::prelude::*;

/// One of many that are to be approved together: what its requester will get, or why it cannot be among them.
pub struct Chosen {
    pub step: String,
    pub requester: String,
    pub product_title: String,
    pub gets: Vec<Gets>,
    pub until: NaiveDate,
    /// Other steps that must agree after this one.
    pub more: i64,
}

/// What somebody will get of a dataset, in words.
pub struct Gets {
    pub title: String,
    pub columns: String,
    pub rows: String,
    /// How columns that are not shown as they are, and rows together, are protected.
    pub protected: Vec<String>,
}

fn gets_line(gets: &Gets) -> impl IntoView + use<> {
    let protected = gets.protected.iter().map(|rule| view! { <li class="muted">{rule.clone()}</li> }).collect_view();
    let protected = (!gets.protected.is_empty()).then(|| view! { <ul>{protected}</ul> });
    view! { <li>{format!("{}: {}; {}", gets.title, gets.columns, gets.rows)}{protected}</li> }
}

/// What each will get, before many are approved.
pub fn preview_page(csrf: &str, chosen: &[Chosen], left_out: usize, note: &str, wrong: &[Violation]) -> AnyView {
    let rows = chosen
        .iter()
        .map(|one| {
            let more = match one.more {
                0 => "Granted at once".to_owned(),
                1 => "1 more step must agree".to_owned(),
                n => format!("{n} more steps must agree"),
            };
            let gets = one.gets.iter().map(gets_line).collect_view();
            vec![
                one.requester.clone().into_any(),
                one.product_title.clone().into_any(),
                view! { <ul class="plain-list">{gets}</ul> }.into_any(),
                day(one.until).into_any(),
                more.into_any(),
            ]
        })
        .collect();
    if chosen.is_empty() {
        let next = view! { <a class="button" href="/work">"Back to the queue"</a> }.into_any();
        return view! { <h1>"Approve many"</h1>{empty_state("Nothing was selected that you may decide now.", "Select requests in the queue first.", next)} }.into_any();
    }
    let count = if chosen.len() == 1 { "Approve this request".to_owned() } else { format!("Approve these {} requests", chosen.len()) };
    view! {
        {error_summary(wrong)}
        <h1>{count.clone()}</h1>
        {(left_out > 0).then(|| view! { <p class="notice">{format!("{left_out} of those you selected are left out: they were decided meanwhile, or are not yours to decide.")}</p> })}
        {data_table("What each will get", &["Requester", "Product", "Columns and rows", "Until", "Then"], rows)}
        <form method="post" action="/work/approve">
            {csrf_field(csrf)}
            {chosen.iter().map(|one| hidden("steps", &one.step)).collect_view()}
            {text_field("note", "Note for all of them (optional)", "Each requester reads this.", note, wrong)}
            <div class="actions"><button type="submit" class="button">{count}</button><a href="/work">"Back to the queue"</a></div>
        </form>
    }
    .into_any()
}
