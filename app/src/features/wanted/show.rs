//! One question: what is looked for, its answer or who will give it, and what its reader may do.

use super::ask::said;
use crate::ui::{breadcrumbs, csrf_field, error_summary, moment, select_field, status_tag, summary_list, text_area, text_field};
use domain::Violation;
use domain::wanted::{AnswerForm, AnswerKind, WantedState};
use leptos::prelude::*;
use store::wanted::{AnswerView, Answerer, WantedView};

/// What the reader of a question may do while it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct May {
    pub answer: bool,
    pub withdraw: bool,
}

/// `form` is what an answerer typed, when `wrong` says what is wrong with it.
pub fn wanted_page(csrf: &str, wanted: &WantedView, answerers: &[Answerer], may: May, form: &AnswerForm, wrong: &[Violation]) -> AnyView {
    let open = wanted.state == WantedState::Open;
    let back = if may.withdraw { ("/requests".into(), "Requests".into()) } else { ("/work".into(), "Work".into()) };
    view! {
        <div class="narrow">
            {error_summary(wrong)}
            {breadcrumbs(vec![back])}
            <h1>{format!("Data that is wanted: {}", wanted.words)}</h1>
            {summary_list(facts(wanted, answerers))}
            {wanted.answer.as_ref().map(answer_section)}
            {(open && may.answer).then(|| answer_form(csrf, wanted, form, wrong))}
            {(open && may.withdraw).then(|| view! {
                <form method="post" action=format!("/wanted/{}/withdraw", wanted.id)>
                    {csrf_field(csrf)}
                    <button type="submit" class="button button-danger">"Withdraw this question"</button>
                </form>
            })}
        </div>
    }
    .into_any()
}

fn facts(wanted: &WantedView, answerers: &[Answerer]) -> Vec<(&'static str, AnyView)> {
    let asker = match &wanted.asker_agency {
        Some(agency) => format!("{}, {agency}", wanted.asker_name),
        None => wanted.asker_name.clone(),
    };
    let domain =
        view! { <a href=format!("/organisations/{}", wanted.domain_slug)>{wanted.domain_title.clone()}</a>{format!(", {}", wanted.agency_title)} };
    let mut facts = vec![
        ("State", status_tag(wanted.state.label()).into_any()),
        ("Asked by", asker.into_any()),
        ("Asked of", domain.into_any()),
        ("What for", wanted.explanation.clone().into_any()),
        ("Asked", moment(wanted.asked_at).into_any()),
    ];
    if wanted.state == WantedState::Open {
        let who = answerers.iter().map(said).collect::<Vec<_>>().join("; ");
        let who = if who.is_empty() { "nobody is named as owner or steward of this domain yet".to_owned() } else { who };
        facts.push(("Whose turn", who.into_any()));
    }
    facts.extend(wanted.withdrawn_at.map(|at| ("Withdrawn", moment(at).into_any())));
    facts
}

fn answer_section(answer: &AnswerView) -> impl IntoView + use<> {
    let mut facts = vec![
        ("Answer", answer.kind.label().into_any()),
        ("In words", answer.text.clone().into_any()),
        ("Answered by", answer.by.clone().into_any()),
        ("Answered", moment(answer.at).into_any()),
    ];
    facts.extend(
        answer.product.as_ref().map(|(address, title)| ("Product", view! { <a href=format!("/products/{address}")>{title.clone()}</a> }.into_any())),
    );
    view! { <section aria-labelledby="answer"><h2 id="answer">"The answer"</h2>{summary_list(facts)}</section> }
}

fn answer_form(csrf: &str, wanted: &WantedView, form: &AnswerForm, wrong: &[Violation]) -> impl IntoView + use<> {
    let kinds: Vec<(String, String)> = AnswerKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), kind.label().to_owned())).collect();
    view! {
        <section aria-labelledby="answering">
            <h2 id="answering">"Answer"</h2>
            <form method="post" action=format!("/wanted/{}/answer", wanted.id) novalidate="">
                {csrf_field(csrf)}
                {select_field("kind", "Does the data exist?", "", &kinds, &form.kind, wrong)}
                {text_area("text", "In words", "Where it is, when it will come, or why it will not. Whoever asked reads this.", &form.text, wrong)}
                {text_field("product", "Product (optional)", "The address of the product that has it or comes closest, such as ssot-a.busroutes-dp.", &form.product, wrong)}
                <button type="submit" class="button">"Send the answer"</button>
            </form>
        </section>
    }
}
