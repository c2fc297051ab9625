//! `/reviews/asked/{id}`: what a review asks of somebody, and the form that answers it.

use crate::ui::{breadcrumbs, csrf_field, error_summary, moment, select_field, summary_list, text_area};
use domain::Violation;
use leptos::prelude::*;
use store::access_review::OpenQuestion;

/// What was typed; kept when something is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Answering {
    pub needed: String,
    pub words: String,
}

impl Answering {
    /// What was answered before, to be changed.
    pub fn of(question: &OpenQuestion) -> Self {
        question
            .answer
            .as_ref()
            .map_or_else(Self::default, |answer| Self { needed: if answer.needed { "yes" } else { "no" }.to_owned(), words: answer.words.clone() })
    }
}

pub fn answer_page(csrf: &str, question: &OpenQuestion, form: &Answering, wrong: &[Violation]) -> AnyView {
    let what = match question.agreement {
        Some(agreement) => view! { <a href=format!("/agreements/{agreement}")>{format!("The agreement on {}", question.what)}</a> }.into_any(),
        None => format!("Your role as {}", question.what).into_any(),
    };
    let facts = vec![
        ("About", what),
        ("Review", format!("{}, {}", question.domain_title, question.quarter).into_any()),
        ("Asked by", view! { {question.by.clone()}", "{moment(question.at)} }.into_any()),
        ("Question", question.note.clone().into_any()),
    ];
    let options = [("yes", "Yes, I still need it"), ("no", "No, it may end")].map(|(value, label)| (value.to_owned(), label.to_owned()));
    view! {
        {error_summary(wrong)}
        {breadcrumbs(vec![("/roles".into(), "Your roles".into())])}
        <h1>"Do you still need it?"</h1>
        {summary_list(facts)}
        <form method="post" action=format!("/reviews/asked/{}", question.item) class="narrow" novalidate="">
            {csrf_field(csrf)}
            {select_field("needed", "Your answer", "It decides nothing by itself: whoever asked decides.", &options, &form.needed, wrong)}
            {text_area("words", "What for", "Needed when you still need it. Whoever reviews reads this.", &form.words, wrong)}
            <button type="submit" class="button">"Send the answer"</button>
        </form>
    }
    .into_any()
}
