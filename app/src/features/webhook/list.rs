//! `/admin/webhooks`.

use super::{topics, whose};
use crate::features::administration::{AdministrationPage, administration_tabs};
use crate::ui::{choice_list, csrf_field, data_table, empty_state, error_summary, select_field, status_tag, text_field};
use domain::Violation;
use domain::event::Topic;
use leptos::prelude::*;
use store::webhook::WebhookView;

/// What was typed.
#[derive(Debug, Clone, Default)]
pub struct Form {
    pub url: String,
    pub scope: String,
    pub topics: Vec<String>,
}

/// A new webhook's secret, on the one page that shows it.
#[derive(Debug, Clone)]
pub struct Shown {
    pub url: String,
    pub secret: String,
}

#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Its reader administers the portal: the other pages of administration are theirs too.
    pub administers: bool,
    pub webhooks: Vec<WebhookView>,
    /// Whose events may be chosen, as (value, label); without any, its reader can own no webhook.
    pub scopes: Vec<(String, String)>,
    pub form: Form,
    pub shown: Option<Shown>,
}

pub fn webhooks_page(csrf: &str, page: &Page, wrong: &[Violation]) -> AnyView {
    let body = if page.scopes.is_empty() {
        let next = view! { <a href="/notices/preferences">"Choose how you are told"</a> }.into_any();
        empty_state("You own no domain.", "A domain’s owners let programs be told of its events here, and GDO administrators of all.", next)
            .into_any()
    } else {
        view! { {page.shown.as_ref().map(secret)}{list(&page.webhooks)}{form(csrf, page, wrong)} }.into_any()
    };
    view! {
        {(!page.scopes.is_empty()).then(|| error_summary(wrong))}
        <h1>"Webhooks"</h1>
        {page.administers.then(|| administration_tabs(AdministrationPage::Webhooks))}
        <p class="lead">"A program is told of events as they happen: each is sent to its address, signed, and again until it is taken or a day has passed."</p>
        {body}
    }
    .into_any()
}

fn secret(shown: &Shown) -> impl IntoView + use<> {
    view! {
        <div class="secret-box" role="status">
            <h2>"The webhook’s secret"</h2>
            <p>{format!("For {}. Shown once: the receiver verifies with it that what it gets comes from Pasar.", shown.url)}</p>
            <p><code id="secret">{shown.secret.clone()}</code></p>
        </div>
    }
}

fn list(webhooks: &[WebhookView]) -> AnyView {
    if webhooks.is_empty() {
        return empty_state("No webhooks yet.", "Make one below: its deliveries will be listed on its own page.", ().into_any()).into_any();
    }
    let rows = webhooks
        .iter()
        .map(|one| {
            let state = match (one.paused_at, one.failed) {
                (Some(_), _) => view! { {status_tag("Paused")} }.into_any(),
                (None, 0) => status_tag("In force").into_any(),
                (None, failed) => view! { {status_tag("In force")}{format!(" {failed} failed")} }.into_any(),
            };
            vec![
                view! { <a href=format!("/admin/webhooks/{}", one.id)>{one.url.clone()}</a> }.into_any(),
                whose(one).into_any(),
                topics(one).into_any(),
                state,
                one.waiting.to_string().into_any(),
            ]
        })
        .collect();
    data_table("Webhooks in force", &["Address", "Events of", "Which", "State", "Waiting"], rows).into_any()
}

fn form(csrf: &str, page: &Page, wrong: &[Violation]) -> impl IntoView + use<> {
    let chosen = |topic: &Topic| page.form.topics.iter().any(|word| word == topic.as_str());
    let told = Topic::ALL.iter().filter(|topic| !topic.is_private());
    let choices = told.map(|topic| (topic.as_str().to_owned(), topic.label().to_owned(), topic.as_str().to_owned(), chosen(topic))).collect();
    view! {
        <section aria-labelledby="new">
            <h2 id="new">"Make a webhook"</h2>
            <form method="post" action="/admin/webhooks" novalidate="">
                {csrf_field(csrf)}
                {text_field("url", "Address", "Where it is sent with POST: an https address of the public internet. Redirects are not followed.", &page.form.url, wrong)}
                {select_field("scope", "Events of", "", &page.scopes, &page.form.scope, wrong)}
                {choice_list("topics", "Which events; none chosen means all", choices, wrong)}
                <button type="submit" class="button">"Make webhook"</button>
            </form>
        </section>
    }
}
