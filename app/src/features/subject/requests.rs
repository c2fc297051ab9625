//! `/subjects`: what people asked, open ones first.

use crate::ui::{data_table, deadline, empty_state, moment, status_tag};
use chrono::NaiveDate;
use domain::subject::SubjectState;
use leptos::prelude::*;
use store::subject::SubjectLine;

pub fn requests_page(lines: &[SubjectLine], may_open: bool, today: NaiveDate) -> AnyView {
    let table = if lines.is_empty() {
        empty_state("Nobody has asked.", "When a person asks about data of theirs, the request is listed here with its tasks.", ().into_any())
            .into_any()
    } else {
        let rows = lines.iter().map(|line| row(line, today)).collect();
        data_table("Requests, open ones first", &["Person", "Wants to", "State", "Tasks", "Answer due", "Opened"], rows).into_any()
    };
    view! {
        <h1>"Requests of people"</h1>
        <p class="lead">"What people asked about data of theirs. Nobody can be told by what stands here."</p>
        {may_open.then(|| view! { <p><a class="button" href="/subjects/new">"Look for a person"</a></p> })}
        {table}
    }
    .into_any()
}

fn row(line: &SubjectLine, today: NaiveDate) -> Vec<AnyView> {
    let late = line.state == SubjectState::Open && line.due_on < today;
    let tasks = match line.tasks {
        0 => "None".to_owned(),
        all => format!("{} of {all} to do", line.open_tasks),
    };
    vec![
        view! { <a href=format!("/subjects/{}", line.id)>{format!("{} {}", line.kind.label(), line.mask)}</a> }.into_any(),
        line.wish.label().into_any(),
        status_tag(line.state.label()).into_any(),
        tasks.into_any(),
        view! { {deadline(line.due_on)}{late.then(|| view! { " "{status_tag("Late")} })} }.into_any(),
        view! { {moment(line.opened_at)}", "{line.opened_by.clone()} }.into_any(),
    ]
}
