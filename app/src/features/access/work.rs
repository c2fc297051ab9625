//! The deciders' queue: oldest clock first, with one request open beside it.

use super::request::{DecisionForm, decision_forms, part_facts, request_facts};
use crate::features::wanted::work_section;
use crate::ui::{classification_badge, deadline, empty_state, error_summary};
use chrono::NaiveDate;
use leptos::prelude::*;
use std::collections::BTreeSet;
use store::access::{PartView, QueueLine, RequestView};
use store::wanted::WantedWork;

pub struct Open {
    pub request: RequestView,
    pub part: PartView,
    pub form: DecisionForm,
}

/// `wanted` is none for who answers for no domain.
pub fn work_page(
    csrf: &str,
    queue: &[QueueLine],
    open: Option<&Open>,
    wanted: Option<&[WantedWork]>,
    today: NaiveDate,
    holidays: &BTreeSet<NaiveDate>,
) -> AnyView {
    let wanted = wanted.map(work_section);
    if queue.is_empty() && open.is_none() {
        let next = view! { <a href="/">"Go to the home page"</a> }.into_any();
        let nothing = empty_state("No request waits for you.", "Requests for your domains' data will be listed here, oldest first.", next);
        return view! { <h1>"Work"</h1>{nothing}{wanted} }.into_any();
    }
    let left = |line: &QueueLine| domain::calendar::working_days_between(today, line.decide_by, holidays);
    let summary = queue.first().map(|first| {
        let count = if queue.len() == 1 { "1 request waits".to_owned() } else { format!("{} requests wait", queue.len()) };
        format!("{count} for you. The oldest has {}.", days_left(left(first)))
    });
    let items = queue
        .iter()
        .map(|line| {
            let here = open.is_some_and(|open| open.part.id == line.part);
            let late = left(line) <= 2;
            view! {
                <li class=if here { "queue-item queue-current" } else { "queue-item" }>
                    <a href=format!("/work?request={}", line.part) aria-current=here.then_some("true")>{line.product_title.clone()}</a>
                    <span class=if late { "deadline-late" } else { "" }>{days_left(left(line))}</span>
                    <p>{format!("{}, {}", line.agency.clone().unwrap_or_else(|| line.requester.clone()), line.team)}</p>
                    <p class="muted">{line.classification.map(classification_badge)}" decide by "{deadline(line.decide_by)}</p>
                </li>
            }
        })
        .collect_view();
    let beside = open.map(|open| {
        view! {
            <section aria-labelledby="open-request">
                {error_summary(&open.form.wrong)}
                <h2 id="open-request">{format!("{} asks for {}", open.request.requester_name, open.part.product_title)}</h2>
                {request_facts(&open.request)}
                {part_facts(&open.request, &open.part)}
                {decision_forms(csrf, &open.request, &open.part, &open.form)}
                <p><a href=format!("/requests/{}", open.request.id)>"Whole request with its history"</a></p>
            </section>
        }
    });
    view! {
        <h1>"Work"</h1>
        {summary.map(|text| view! { <p class="lead">{text}</p> })}
        <div class="queue-layout"><ol class="queue">{items}</ol>{beside}</div>
        {wanted}
    }
    .into_any()
}

fn days_left(days: i64) -> String {
    match days {
        1 => "1 working day left".into(),
        n if n > 0 => format!("{n} working days left"),
        0 => "due today".into(),
        -1 => "1 working day late".into(),
        n => format!("{} working days late", -n),
    }
}
