//! `/subjects/tasks`: what a domain does about data of a person, and how it says that it is done.

use crate::ui::{
    breadcrumbs, count, csrf_field, data_table, deadline, empty_state, error_summary, moment, select_field, status_tag, summary_list, text_area,
};
use chrono::NaiveDate;
use domain::Violation;
use domain::id::SubjectTaskId;
use domain::subject::{Outcome, SubjectWish, TaskState};
use leptos::prelude::*;
use store::subject::{TaskPlace, TaskView};

pub fn tasks_page(tasks: &[(SubjectTaskId, String, SubjectWish, TaskState, NaiveDate)], watches: bool, today: NaiveDate) -> AnyView {
    let table = if tasks.is_empty() {
        let text = "When a person asks about data that your domain holds, the task is listed here with its day.";
        empty_state("Nothing to do.", text, ().into_any()).into_any()
    } else {
        let rows = tasks
            .iter()
            .map(|(id, domain, wish, state, due)| {
                let late = *state == TaskState::Open && *due < today;
                vec![
                    view! { <a href=format!("/subjects/tasks/{id}")>{wish.label()}</a> }.into_any(),
                    domain.clone().into_any(),
                    status_tag(state.label()).into_any(),
                    view! { {deadline(*due)}{late.then(|| view! { " "{status_tag("Late")} })} }.into_any(),
                ]
            })
            .collect();
        data_table("Tasks, those to do first", &["The person wants to", "Domain", "State", "Due"], rows).into_any()
    };
    view! {
        <h1>"Tasks about data of people"</h1>
        <p class="lead">"What people asked about data that your domains hold."</p>
        {watches.then(|| view! { <p><a href="/subjects">"All requests of people"</a></p> })}
        {table}
    }
    .into_any()
}

fn keys(place: &TaskPlace) -> AnyView {
    if place.outcome != Outcome::Found {
        return place.outcome.label().into_any();
    }
    let lines =
        place.keys.iter().map(|keys| keys.iter().map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>().join(", ")).collect::<Vec<_>>();
    let shown = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    let rows = place.rows.unwrap_or_default();
    let more = (shown > 0 && rows > shown).then(|| format!("and {} more", count(rows - shown)));
    let list = lines.into_iter().chain(more).map(|line| view! { <li><code>{line}</code></li> }).collect_view();
    view! { {if rows == 1 { "1 row".to_owned() } else { format!("{} rows", count(rows)) }}<ul class="plain-list">{list}</ul> }.into_any()
}

pub fn task_page(csrf: &str, task: &TaskView, evidence: &str, wrong: &[Violation]) -> AnyView {
    let facts = vec![
        ("Person", format!("{} {}", task.kind.label(), task.mask).into_any()),
        ("Wants to", task.wish.label().into_any()),
        ("Legal basis", task.purpose.clone().into_any()),
        ("What was asked", task.reason.clone().into_any()),
        ("Asked by", task.opened_by.clone().into_any()),
        ("Due", deadline(task.due_on).into_any()),
        ("State", view! { {status_tag(task.state.label())}{task.ended_at.map(|at| view! { " "{moment(at)} })} }.into_any()),
    ];
    let rows = task
        .places
        .iter()
        .map(|place| {
            let product = view! { <a href=format!("/products/{}", place.product_address)>{place.product_title.clone()}</a> };
            vec![product.into_any(), view! { <code>{format!("{}.{}", place.dataset, place.column)}</code> }.into_any(), keys(place)]
        })
        .collect();
    let outcomes = [("done".to_owned(), "It was done".to_owned()), ("refused".to_owned(), "It is refused".to_owned())];
    let form = (task.state == TaskState::Open).then(|| {
        view! {
            <h2>"End the task"</h2>
            <form method="post" action=format!("/subjects/tasks/{}/end", task.id) class="narrow" novalidate="">
                {csrf_field(csrf)}
                {select_field("outcome", "Outcome", "", &outcomes, "", wrong)}
                {text_area("evidence", "Evidence", "What was done, where, and how it was checked; or why not. Do not name the person.", evidence, wrong)}
                <button type="submit" class="button">"End the task"</button>
            </form>
        }
    });
    view! {
        {breadcrumbs(vec![("/subjects/tasks".to_owned(), "Tasks about data of people".to_owned())])}
        {error_summary(wrong)}
        <h1>{format!("Data of a person in {}", task.domain_title)}</h1>
        {summary_list(facts)}
        {data_table("What your domain holds", &["Product", "Column", "Rows and their keys"], rows)}
        <p class="muted">"Keys are kept until the task is ended. Who the person is, ask the one who opened the request: Pasar does not know."</p>
        {task.evidence.clone().map(|text| view! { <h2>"Evidence"</h2><p class="prose">{text}</p> })}
        {form}
    }
    .into_any()
}
