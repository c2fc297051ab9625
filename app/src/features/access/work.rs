//! The deciders' queue: oldest clock first, with one request open beside it.

use super::clock::{Today, left_text};
use super::decision::{DecisionForm, decision_forms};
use super::part::{conversation, part_facts, steps_table};
use super::request::request_facts;
use crate::features::problem::problems_section;
use crate::features::protection::{Sample, sample_table};
use crate::features::quality_audit::tasks_section;
use crate::features::wanted::work_section;
use crate::ui::{classification_badge, csrf_field, data_table, deadline, empty_state, error_summary, moment, query_string, status_tag};
use chrono::NaiveDate;
use domain::access::clock::days_left;
use domain::id::PersonId;
use leptos::prelude::*;
use std::collections::BTreeSet;
use store::access::{HeldAgreement, MOST_COUNTED, PartView, QueueLine, RequestView, SimilarDecision, StepView};
use store::problem::ProblemLine;
use store::quality_audit::TaskLine;
use store::wanted::WantedWork;

/// Lines of what audits of quality found.
const TASKS: usize = 20;

/// A request with the step of it that is to be decided.
pub struct Open {
    pub request: RequestView,
    pub part: PartView,
    pub step: StepView,
    /// For whom it would be decided, when not in the reader's own right.
    pub stands_for: Option<String>,
    pub similar: Vec<SimilarDecision>,
    /// What whoever asks holds already, as far as the reader may know of it.
    pub held: Vec<HeldAgreement>,
    /// Who else may decide.
    pub others: Vec<(PersonId, String)>,
    /// Rows of each dataset as the requester would get them.
    pub samples: Vec<Sample>,
    pub form: DecisionForm,
}

/// A page of the queue, and what is open beside it.
pub struct Work {
    pub queue: Vec<QueueLine>,
    pub words: String,
    /// The address of the next page.
    pub next: Option<String>,
    pub waiting: i64,
    pub open: Option<Open>,
    /// None for who answers for no domain.
    pub wanted: Option<Vec<WantedWork>>,
    /// Reported problems of products that the reader looks after.
    pub problems: Vec<ProblemLine>,
    /// What audits of quality found of products that the reader answers for, and what they watch of their sector.
    pub tasks: Vec<TaskLine>,
    pub watched: Vec<TaskLine>,
    pub today: NaiveDate,
    pub holidays: BTreeSet<NaiveDate>,
    /// What was just done.
    pub done: Option<String>,
}

pub fn work_page(csrf: &str, work: &Work) -> AnyView {
    let problems = problems_section(&work.problems);
    let tasks = tasks_section(&work.tasks, &work.watched, TASKS, work.today);
    let wanted = view! { {problems}{tasks}{work.wanted.as_deref().map(work_section)} };
    let done = work.done.clone().map(|text| view! { <div class="notice" role="status">{text}</div> });
    let away = other_work();
    if work.queue.is_empty() && work.open.is_none() && work.words.is_empty() {
        let next = view! { <a href="/">"Go to the home page"</a> }.into_any();
        let nothing = empty_state("No request waits for you.", "Requests for your domains' data will be listed here, oldest first.", next);
        return view! { <h1>"Work"</h1>{done}{nothing}{wanted}{away} }.into_any();
    }
    let today = Today { day: work.today, holidays: work.holidays.clone() };
    let beside = work.open.as_ref().map(|open| open_request(csrf, open, &today));
    view! {
        <h1>"Work"</h1>
        {done}
        {work.open.as_ref().map(|open| error_summary(&open.form.wrong))}
        {lead(work).map(|text| view! { <p class="lead">{text}</p> })}
        <form method="get" action="/work" class="inline-form" role="search">
            <label for="q">"Filter the queue"</label>
            <input type="search" id="q" name="q" value=work.words.clone() maxlength="200"/>
            <button type="submit" class="button button-secondary">"Filter"</button>
        </form>
        <div class="queue-layout">{queue_list(csrf, work)}{beside}</div>
        {wanted}
        {away}
    }
    .into_any()
}

/// What else there is to do and to see for whoever decides.
fn other_work() -> impl IntoView {
    view! {
        <nav aria-label="Other work">
            <ul class="plain-list">
                <li><a href="/manage">"What you look after"</a><span class="muted">" – columns to classify, and what readers get of them"</span></li>
                <li><a href="/flows">"Personal data downstream"</a><span class="muted">" – what goes on without a policy"</span></li>
                <li><a href="/subjects/tasks">"Data of people"</a><span class="muted">" – persons who ask what is held of them"</span></li>
                <li><a href="/linkages">"Linkages"</a><span class="muted">" – how many are in two products"</span></li>
                <li><a href="/lineage/names">"Names of your data"</a><span class="muted">" – under which pipelines tell of it"</span></li>
                <li><a href="/usage">"What is used, and what is not"</a></li>
                <li><a href="/quality-audits">"Audits of quality"</a><span class="muted">" – when, and what they found"</span></li>
                <li><a href="/delegations">"Who decides while you are away"</a></li>
                <li><a href="/reviews">"Reviews of access"</a><span class="muted">" – who holds what of your domains, each quarter"</span></li>
                <li><a href="/rules">"Who must agree, and why"</a></li>
            </ul>
        </nav>
    }
}

fn lead(work: &Work) -> Option<String> {
    let first = work.queue.iter().find(|line| line.paused_at.is_none())?;
    let count = match work.waiting {
        1 => "1 request waits".to_owned(),
        n if n >= MOST_COUNTED => format!("{MOST_COUNTED} or more requests wait"),
        n => format!("{n} requests wait"),
    };
    Some(format!("{count} for you. The oldest has {}.", left_text(days_left(first.due_on, None, work.today, &work.holidays))))
}

fn queue_list(csrf: &str, work: &Work) -> impl IntoView + use<> {
    let items = work.queue.iter().map(|line| queue_item(work, line)).collect_view();
    let nothing = work.queue.is_empty().then(|| view! { <p>"Nothing in the queue has these words. "<a href="/work">"Show everything"</a></p> });
    let next = work.next.clone().map(|next| view! { <p><a href=next rel="next">"Later ones"</a></p> });
    view! {
        <form method="post" action="/work/preview" aria-label="Decide many at once">
            {csrf_field(csrf)}
            <ol class="queue">{items}</ol>
            {nothing}{next}
            {(work.queue.len() > 1).then(|| view! { <button type="submit" class="button button-secondary">"Approve the selected…"</button> })}
        </form>
    }
}

fn queue_item(work: &Work, line: &QueueLine) -> impl IntoView + use<> {
    let here = work.open.as_ref().is_some_and(|open| open.step.id == line.step);
    let left = days_left(line.due_on, line.paused_at, work.today, &work.holidays);
    let clock = if line.paused_at.is_some() { "waits for the requester".to_owned() } else { left_text(left) };
    let late = line.paused_at.is_none() && left <= 2;
    let step = line.step.to_string();
    let words = if work.words.is_empty() { String::new() } else { format!("&{}", query_string(&[("q", &work.words)])) };
    let notes = [line.handed_to_me.then(|| "handed to you".to_owned()), line.stands_for.clone().map(|name| format!("for {name}"))];
    let notes: Vec<String> = notes.into_iter().flatten().collect();
    view! {
        <li class=if here { "queue-item queue-current" } else { "queue-item" }>
            <input type="checkbox" name="steps" id=format!("s-{step}") value=step.clone() aria-label=format!("Select {} by {}", line.product_title, line.requester)/>
            <a href=format!("/work?step={step}{words}") aria-current=here.then_some("true")>{line.product_title.clone()}</a>
            <span class=if late { "deadline-late" } else { "" }>{clock}</span>
            <p>{format!("{}, {}", line.agency.clone().unwrap_or_else(|| line.requester.clone()), line.team)}</p>
            <p class="muted">{line.classification.map(classification_badge)}" decide by "{deadline(line.due_on)}{(!notes.is_empty()).then(|| format!(" ({})", notes.join(", ")))}</p>
        </li>
    }
}

fn open_request(csrf: &str, open: &Open, today: &Today) -> impl IntoView + use<> {
    let stands_for = open.stands_for.clone().map(|name| view! { <p class="notice">{format!("You decide for {name}, who is away.")}</p> });
    view! {
        <section aria-labelledby="open-request">
            <h2 id="open-request">{format!("{} asks for {}", open.request.requester_name, open.part.product_title)}</h2>
            {stands_for}
            {request_facts(&open.request)}
            {part_facts(&open.part, &open.held, today)}
            {open.samples.iter().map(sample_table).collect_view()}
            {steps_table(&open.part)}
            {conversation(&open.part)}
            {similar_table(&open.similar)}
            {decision_forms(csrf, open)}
            <p><a href=format!("/requests/{}", open.request.id)>"Whole request with its history"</a></p>
        </section>
    }
}

fn similar_table(similar: &[SimilarDecision]) -> impl IntoView + use<> {
    let rows: Vec<Vec<AnyView>> = similar
        .iter()
        .map(|one| {
            let who = one.agency.clone().unwrap_or_else(|| one.requester.clone());
            let why = one.reason.clone().unwrap_or_default();
            vec![
                who.into_any(),
                one.purpose.clone().into_any(),
                status_tag(one.state.label()).into_any(),
                moment(one.decided_at).into_any(),
                why.into_any(),
            ]
        })
        .collect();
    (!rows.is_empty()).then(|| data_table("How this product was decided before", &["Who asked", "Purpose", "Decision", "When", "Reason"], rows))
}
