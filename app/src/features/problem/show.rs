//! `/problems/{id}`: what was reported, what was said to it, and the team's answer.

use super::{ended, place};
use crate::ui::{breadcrumbs, csrf_field, error_summary, moment, select_field, summary_list, text_area};
use domain::Violation;
use domain::problem::ProblemState;
use leptos::prelude::*;
use store::problem::{IncidentLine, ProblemView};

/// What the team typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnswerForm {
    pub to: String,
    pub text: String,
    pub incident: String,
}

pub fn problem_page(csrf: &str, problem: &ProblemView, incidents: &[IncidentLine], form: Option<&AnswerForm>, wrong: &[Violation]) -> AnyView {
    let line = &problem.line;
    let all = format!("/products/{}/problems", line.product_address);
    let mut facts = vec![
        ("State", ended(line)),
        ("Of what", place(line)),
        ("About", line.about.label().into_any()),
        ("Reported", view! { {moment(line.reported_at)}", by "{problem.reporter_name.clone()} }.into_any()),
    ];
    facts.extend(problem.incident.as_ref().map(|(_, title)| ("Part of", view! { <a href=all.clone()>{title.clone()}</a> }.into_any())));
    let answers = problem
        .answers
        .iter()
        .map(|one| {
            view! { <li><p>{one.text.clone()}</p><p class="muted">{one.author.clone()}", "{moment(one.at)}": "{one.to.label()}</p></li> }
        })
        .collect_view();
    let said = if problem.answers.is_empty() {
        view! { <p>"Nobody has answered yet."</p> }.into_any()
    } else {
        view! { <ol class="plain-list conversation">{answers}</ol> }.into_any()
    };
    view! {
        {error_summary(wrong)}
        {breadcrumbs(vec![(format!("/products/{}", line.product_address), line.product_title.clone()), (all, "Problems and incidents".to_owned())])}
        <h1>{format!("A problem of {}", line.product_title)}</h1>
        <p class="prose">{line.words.clone()}</p>
        {summary_list(facts)}
        <h2>"Answers"</h2>
        {said}
        {form.map(|form| answer_form(csrf, problem, incidents, form, wrong))}
    }
    .into_any()
}

fn answer_form(csrf: &str, problem: &ProblemView, incidents: &[IncidentLine], form: &AnswerForm, wrong: &[Violation]) -> AnyView {
    let to: Vec<(String, String)> =
        ProblemState::ALL.iter().filter(|to| problem.line.state.to(**to).is_ok()).map(|to| (to.as_str().to_owned(), to.label().to_owned())).collect();
    let open: Vec<(String, String)> =
        incidents.iter().filter(|one| one.mended_at.is_none()).map(|one| (one.id.to_string(), one.title.clone())).collect();
    let link = (!open.is_empty())
        .then(|| select_field("incident", "Part of an incident", "When it is mended, so is this problem.", &open, &form.incident, wrong));
    view! {
        <h2>"Answer"</h2>
        <form method="post" action=format!("/problems/{}/answer", problem.line.id) class="narrow" novalidate="">
            {csrf_field(csrf)}
            {select_field("to", "What becomes of it", "", &to, &form.to, wrong)}
            {text_area("text", "To the one who reported it", "They are told.", &form.text, wrong)}
            {link}
            <button type="submit" class="button">"Answer"</button>
        </form>
    }
    .into_any()
}
