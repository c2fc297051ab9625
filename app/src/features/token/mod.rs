//! `/mine/tokens`: somebody's access tokens, and the form for a new one.

use crate::ui::{breadcrumbs, choice_list, csrf_field, data_table, date_field, empty_state, error_summary, moment, status_tag, text_field};
use chrono::{DateTime, Utc};
use domain::Violation;
use domain::token::TokenScope;
use leptos::prelude::*;
use store::token::TokenView;

/// What was typed.
#[derive(Debug, Clone, Default)]
pub struct Form {
    pub name: String,
    pub scopes: Vec<String>,
    pub until: String,
}

/// A new token, on the one page that shows it.
#[derive(Debug, Clone)]
pub struct Shown {
    pub name: String,
    pub secret: String,
}

#[derive(Debug, Clone)]
pub struct Page {
    pub tokens: Vec<TokenView>,
    pub form: Form,
    pub shown: Option<Shown>,
    pub now: DateTime<Utc>,
    pub base_url: String,
}

pub fn tokens_page(csrf: &str, page: &Page, wrong: &[Violation]) -> AnyView {
    let scopes = TokenScope::ALL
        .iter()
        .map(|scope| (scope.as_str().to_owned(), scope.label().to_owned(), String::new(), page.form.scopes.iter().any(|word| word == scope.as_str())))
        .collect();
    let list = if page.tokens.is_empty() {
        empty_state("You have no access token.", "Make one when a program of yours is to use the API as you.", ().into_any()).into_any()
    } else {
        let rows = page.tokens.iter().map(|token| row(csrf, token, page.now)).collect();
        data_table("Your tokens", &["Name", "For", "State", "Last used", "End"], rows).into_any()
    };
    view! {
        {error_summary(wrong)}
        {breadcrumbs(vec![("/mine".into(), "Mine".into())])}
        <h1>"Access tokens"</h1>
        <p class="lead">"A token lets a program of yours use the API with the rights that you have at that moment, and never more. What it does is recorded under your name, with the token."</p>
        {page.shown.as_ref().map(|shown| secret(shown, &page.base_url))}
        {list}
        <section aria-labelledby="new">
            <h2 id="new">"Make a token"</h2>
            <form method="post" action="/mine/tokens" novalidate="">
                {csrf_field(csrf)}
                {text_field("name", "Name", "Such as the program’s, so that you know it again.", &page.form.name, wrong)}
                {choice_list("scopes", "What it may be used for", scopes, wrong)}
                {date_field("until", "Until", "The last day on which it is accepted, at most a year ahead.", &page.form.until, wrong)}
                <button type="submit" class="button">"Make token"</button>
            </form>
        </section>
    }
    .into_any()
}

fn secret(shown: &Shown, base_url: &str) -> impl IntoView + use<> {
    view! {
        <div class="secret-box" role="status">
            <h2>{format!("Your token “{}”", shown.name)}</h2>
            <p>"Shown once. Keep it where your program keeps secrets; Pasar keeps its hash alone."</p>
            <p><code id="token">{shown.secret.clone()}</code></p>
            <pre class="code-block" tabindex="0" aria-label="Example"><code>{format!("curl -H 'Authorization: Bearer {}' '{base_url}/api/v1/notices'", shown.secret)}</code></pre>
        </div>
    }
}

fn row(csrf: &str, token: &TokenView, now: DateTime<Utc>) -> Vec<AnyView> {
    let state = match token.revoked_at {
        Some(at) => view! { {status_tag("Revoked")}" "{moment(at)} }.into_any(),
        None if token.in_force(now) => view! { {status_tag("In force")}" until "{moment(token.expires_at)} }.into_any(),
        None => view! { {status_tag("Run out")}" "{moment(token.expires_at)} }.into_any(),
    };
    let name = token.name.clone();
    let end = token.in_force(now).then(|| {
        view! {
            <form method="post" action=format!("/mine/tokens/{}/revoke", token.id) class="inline">
                {csrf_field(csrf)}
                <button type="submit" class="link-button">"Revoke"<span class="sr-only">{format!(" {name}")}</span></button>
            </form>
        }
    });
    let scopes = token.scopes.iter().map(|scope| scope.label()).collect::<Vec<_>>().join("; ");
    vec![
        token.name.clone().into_any(),
        scopes.into_any(),
        state,
        token.used_at.map_or_else(|| "Never".into_any(), |at| moment(at).into_any()),
        end.into_any(),
    ]
}
