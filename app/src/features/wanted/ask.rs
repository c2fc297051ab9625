//! The form with the likeliest domain chosen, and the confirmation that says who will answer.

use crate::ui::{csrf_field, empty_state, error_summary, hidden, query_string, select_field, text_area, text_field};
use domain::Violation;
use domain::id::DomainId;
use domain::wanted::{WantedForm, Why};
use leptos::prelude::*;
use store::organisation::DomainLine;
use store::wanted::{Answerer, WantedView};

/// The domain that a new form has chosen, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub domain: DomainId,
    pub why: Why,
}

/// The form. A suggestion is said as long as its domain is the one chosen.
pub fn ask_page(csrf: &str, key: &str, form: &WantedForm, domains: &[DomainLine], suggestion: Option<&Suggestion>, wrong: &[Violation]) -> AnyView {
    if domains.is_empty() {
        let next = view! { <a class="button" href="/products">"Find data"</a> }.into_any();
        return view! {
            <h1>"Ask for data that does not exist yet"</h1>
            {empty_state("There is nobody to ask yet.", "When a domain joins the catalogue, its people can be asked here.", next)}
        }
        .into_any();
    }
    let options: Vec<(String, String)> = domains.iter().map(|one| (one.id.to_string(), format!("{}, {}", one.title, one.agency))).collect();
    let hint = hint(form, domains, suggestion);
    let search = (!form.words.trim().is_empty()).then(|| {
        let url = format!("/products?{}", query_string(&[("q", form.words.trim())]));
        view! { <p><a href=url>"Search again for the same words"</a></p> }
    });
    view! {
        <div class="narrow">
            {error_summary(wrong)}
            <h1>"Ask for data that does not exist yet"</h1>
            <p class="lead">"The people of one domain read what you look for. They say whether it exists, is planned or is not planned."</p>
            {search}
            <form method="post" action="/wanted" novalidate="">
                {csrf_field(csrf)}{hidden("key", key)}
                {text_field("words", "What data do you look for?", "A few words, as you would search for it.", &form.words, wrong)}
                {text_area("explanation", "What is it for?", "What you want to find out or decide. Name no person.", &form.explanation, wrong)}
                {select_field("domain", "Which domain to ask", &hint, &options, &form.domain, wrong)}
                <button type="submit" class="button">"Ask"</button>
            </form>
        </div>
    }
    .into_any()
}

fn hint(form: &WantedForm, domains: &[DomainLine], suggestion: Option<&Suggestion>) -> String {
    let chosen = suggestion.filter(|suggestion| suggestion.domain.to_string() == form.domain);
    let Some((suggestion, domain)) = chosen.and_then(|chosen| Some((chosen, domains.iter().find(|one| one.id == chosen.domain)?))) else {
        return "Choose the one whose data is closest to what you look for.".into();
    };
    let because = match &suggestion.why {
        Why::Named(word) => format!("“{word}” is in its name or its agency’s"),
        Why::Products(1) => "one of its products has one of your words in its title".into(),
        Why::Products(n) => format!("{} of its products have one of your words in their title", crate::ui::count(*n)),
    };
    format!("{} is chosen because {because}. Choose another if you know better.", domain.title)
}

/// What happens next, and who does it.
pub fn asked_page(wanted: &WantedView, answerers: &[Answerer]) -> AnyView {
    let who = if answerers.is_empty() {
        view! { <p>{format!("Nobody is named as owner or steward of {} yet. Your question waits there until somebody is.", wanted.domain_title)}</p> }
            .into_any()
    } else {
        let lines = answerers.iter().map(|one| view! { <li>{said(one)}</li> }).collect_view();
        view! {
            <p>{format!("One of these people will answer for {}, {}:", wanted.domain_title, wanted.agency_title)}</p>
            <ul class="plain-list">{lines}</ul>
        }
        .into_any()
    };
    view! {
        <div class="narrow">
            <h1>"Your question is recorded"</h1>
            <p class="lead">{format!("You look for: {}. Nothing more is needed from you now.", wanted.words)}</p>
            {who}
            <p>"The answer will stand under Requests."</p>
            <p class="actions"><a class="button" href=format!("/wanted/{}", wanted.id)>"Follow this question"</a><a href="/products">"Find more data"</a></p>
        </div>
    }
    .into_any()
}

pub(super) fn said(one: &Answerer) -> String {
    format!("{}, {}", one.name, one.role.label().to_lowercase())
}
