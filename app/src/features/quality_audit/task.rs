//! `/quality-tasks`: what audits ask of whoever answers for products, and what curators watch; and one task with what is said to it.

use super::list::SHOWN;
use super::{expectation, home};
use crate::ui::{
    breadcrumbs, csrf_field, cut_notice, data_table, date_field, day, deadline, empty_state, error_summary, moment, select_field, status_tag,
    summary_list, text_area,
};
use chrono::NaiveDate;
use domain::Violation;
use domain::quality_audit::{TaskForm, TaskState};
use leptos::prelude::*;
use store::quality_audit::{TaskLine, TaskView};

fn table(caption: &str, lines: &[TaskLine], most: usize, today: NaiveDate) -> AnyView {
    let rows = lines
        .iter()
        .take(most)
        .map(|line| {
            let late = (line.due_on < today).then(|| view! { " "{status_tag("Late")} });
            vec![
                view! { <a href=format!("/quality-tasks/{}", line.id)>{format!("{}: {}", line.title, line.criterion.label())}</a> }.into_any(),
                line.name.clone().into_any(),
                line.state.label().into_any(),
                view! { {deadline(line.due_on)}{late} }.into_any(),
            ]
        })
        .collect();
    let table = data_table(caption, &["What falls short", "Audit", "State", "Mended by"], rows);
    view! { {cut_notice(lines.len(), most)}{table} }.into_any()
}

/// In the list of work: what audits found, of what its reader answers for and of what they watch; so many of each, and it says where there
/// are more.
pub fn tasks_section(mine: &[TaskLine], watched: &[TaskLine], most: usize, today: NaiveDate) -> Option<impl IntoView + use<>> {
    (!mine.is_empty() || !watched.is_empty()).then(|| {
        let theirs = (!mine.is_empty()).then(|| table("What audits found of your products, what is due first", mine, most, today));
        let others = (!watched.is_empty()).then(|| table("Late, or disagreed with, of your sector", watched, most, today));
        view! { <section id="quality-tasks"><h2>"What audits of quality found"</h2>{theirs}{others}</section> }
    })
}

pub fn tasks_page(mine: &[TaskLine], watched: &[TaskLine], today: NaiveDate) -> AnyView {
    let body = if let Some(section) = tasks_section(mine, watched, SHOWN, today) {
        section.into_any()
    } else {
        let text = "What audits find of products that you answer for is listed here; for curators, what is late or disagreed with.";
        empty_state("Nothing is to be mended.", text, ().into_any()).into_any()
    };
    view! {
        {breadcrumbs(vec![home()])}
        <h1>"What is to be mended"</h1>
        {body}
    }
    .into_any()
}

/// What may be said to a task, by whoever reads it.
#[derive(Debug, Clone)]
pub enum Said {
    Nothing,
    /// By whoever answers for the product.
    Answer(TaskForm),
    /// By a curator, or the data office.
    Decision(TaskForm),
}

pub fn task_page(csrf: &str, task: &TaskView, said: &Said, wrong: &[Violation]) -> AnyView {
    let line = &task.line;
    let mut facts = vec![
        ("State", status_tag(line.state.label()).into_any()),
        ("Product", view! { <a href=format!("/products/{}/quality", line.address)>{line.title.clone()}</a> }.into_any()),
        ("What counts", line.criterion.label().into_any()),
        ("Expected", expectation(Some(task.expected)).into_any()),
        ("Found by", view! { <a href=format!("/quality-audits/{}", line.audit)>{line.name.clone()}</a>", "{moment(line.opened_at)} }.into_any()),
        ("Mended by", deadline(line.due_on).into_any()),
    ];
    facts.extend(task.closed_at.map(|at| ("Over", moment(at).into_any())));
    let answers = task
        .answers
        .iter()
        .map(|one| {
            let by = one.promised_on.map(|on| view! { ", by "{day(on)} });
            view! { <li><p>{one.text.clone()}</p><p class="muted">{one.author.clone()}", "{moment(one.at)}": "{one.to.label()}{by}</p></li> }
        })
        .collect_view();
    let answered = if task.answers.is_empty() {
        view! { <p>"Nobody has answered yet."</p> }.into_any()
    } else {
        view! { <ol class="plain-list conversation">{answers}</ol> }.into_any()
    };
    let form = match said {
        Said::Nothing => ().into_any(),
        Said::Answer(form) => answer_form(csrf, task, form, wrong),
        Said::Decision(form) => decision_form(csrf, task, form, wrong),
    };
    view! {
        {error_summary(wrong)}
        {breadcrumbs(vec![home(), ("/quality-tasks".to_owned(), "What is to be mended".to_owned())])}
        <h1>{format!("{} falls short: {}", line.title, line.criterion.label().to_lowercase())}</h1>
        {summary_list(facts)}
        <p>"It is over by itself when a later result meets what is expected."</p>
        <h2>"Answers"</h2>
        {answered}
        {form}
    }
    .into_any()
}

fn states(may: impl Fn(TaskState) -> bool) -> Vec<(String, String)> {
    TaskState::ALL.iter().filter(|to| may(**to)).map(|to| (to.as_str().to_owned(), to.label().to_owned())).collect()
}

fn answer_form(csrf: &str, task: &TaskView, form: &TaskForm, wrong: &[Violation]) -> AnyView {
    let to = states(|to| task.line.state.answered(to).is_ok());
    view! {
        <h2>"Answer"</h2>
        <form method="post" action=format!("/quality-tasks/{}/answer", task.line.id) class="narrow" novalidate="">
            {csrf_field(csrf)}
            {select_field("to", "What becomes of it", "", &to, &form.to, wrong)}
            {date_field("on", "By", "Where it will be mended.", &form.on, wrong)}
            {text_area("text", "What was done, or why", "The curators of the sector are told.", &form.text, wrong)}
            <button type="submit" class="button">"Answer"</button>
        </form>
    }
    .into_any()
}

fn decision_form(csrf: &str, task: &TaskView, form: &TaskForm, wrong: &[Violation]) -> AnyView {
    let to = states(|to| task.line.state.decided(to).is_ok());
    view! {
        <h2>"Decide"</h2>
        <form method="post" action=format!("/quality-tasks/{}/decide", task.line.id) class="narrow" novalidate="">
            {csrf_field(csrf)}
            {select_field("to", "What becomes of it", "", &to, &form.to, wrong)}
            {text_area("text", "Why", "The owners are told.", &form.text, wrong)}
            <button type="submit" class="button">"Decide"</button>
        </form>
    }
    .into_any()
}
