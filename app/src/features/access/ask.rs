//! From the basket to the confirmation: the form, check your answers, what happens next.

use super::terms::{accepted_fields, accepts};
use crate::ui::{
    choice_list, classification_badge, csrf_field, data_table, date_field, deadline, empty_state, error_summary, hidden, select_field, summary_list,
    text_area, text_field,
};
use chrono::NaiveDate;
use domain::Violation;
use domain::access::{NewRequest, RequestForm};
use domain::catalogue::Sharing;
use leptos::prelude::*;
use store::access::{Asked, BasketItem, PartView, RequestView, TermsAsked};

pub fn basket_page(csrf: &str, items: &[BasketItem]) -> AnyView {
    if items.is_empty() {
        let next = view! { <a class="button" href="/products">"Find data"</a> }.into_any();
        return view! {
            <h1>"Basket"</h1>
            {empty_state("Your basket is empty.", "Add datasets from a product's ports, then ask for all of them at once.", next)}
        }
        .into_any();
    }
    let rows = items
        .iter()
        .map(|item| {
            let remove = view! {
                <form method="post" action="/basket/remove" class="inline">
                    {csrf_field(csrf)}{hidden("port", &item.address)}
                    <button type="submit" class="link-button">"Remove"<span class="sr-only">{format!(" {}", item.dataset_title)}</span></button>
                </form>
            };
            vec![
                item.dataset_title.clone().into_any(),
                item.product_title.clone().into_any(),
                view! { <code>{item.address.clone()}</code> }.into_any(),
                remove.into_any(),
            ]
        })
        .collect();
    view! {
        <h1>"Basket"</h1>
        {data_table("Datasets to ask for", &["Dataset", "Product", "Address", "Remove"], rows)}
        <p><a class="button" href="/requests/new">"Request access to these"</a></p>
    }
    .into_any()
}

/// The form. `purposes` as (code, title).
pub fn form_page(csrf: &str, key: &str, asked: &[Asked], form: &RequestForm, purposes: &[(String, String)], wrong: &[Violation]) -> AnyView {
    if asked.is_empty() {
        let next = view! { <a class="button" href="/products">"Find data"</a> }.into_any();
        return view! {
            <h1>"Request access"</h1>
            {empty_state("Nothing to ask for yet.", "Choose a product that can be read, then press Request access on its page.", next)}
        }
        .into_any();
    }
    let choices = asked
        .iter()
        .map(|asked| {
            let absent = if asked.absent.is_empty() {
                format!("all {} columns", asked.columns.len())
            } else {
                format!("{} columns; personal columns stay absent: {}", asked.columns.len(), asked.absent.join(", "))
            };
            let chosen = form.ports.contains(&asked.address);
            (asked.address.clone(), format!("{}, {}", asked.dataset_title, asked.product_title), absent, chosen)
        })
        .collect();
    let longest = asked.iter().map(|asked| asked.longest_days).min().unwrap_or_default();
    // Only purposes that every chosen product allows can be chosen.
    let allowed: Vec<(String, String)> = purposes
        .iter()
        .filter(|(code, _)| asked.iter().all(|asked| (asked.purposes.is_empty() || asked.purposes.contains(code)) && !asked.forbidden.contains(code)))
        .cloned()
        .collect();
    let purposes = if allowed.is_empty() { purposes.to_vec() } else { allowed };
    view! {
        <div class="narrow">
            {error_summary(wrong)}
            <h1>"Request access"</h1>
            <form method="post" action="/requests/check" novalidate="">
                {csrf_field(csrf)}{hidden("key", key)}
                {asked.iter().map(|asked| hidden("offered", &asked.address)).collect_view()}
                {choice_list("ports", "Which datasets do you need?", choices, wrong)}
                {select_field("purpose", "Purpose", "Only purposes that the products' agreements allow.", &purposes, &form.purpose, wrong)}
                {text_area("explanation", "What will you do with the data?", "The person who decides reads this first.", &form.explanation, wrong)}
                {text_field("legal_basis", "Legal basis", "The law or direction that allows this sharing, such as Direction 2026/14.", &form.legal_basis, wrong)}
                {text_field("team", "Team", "Who will use the data with you.", &form.team, wrong)}
                {date_field("until", "Until", &format!("The last day on which you need it, at most {longest} days ahead."), &form.until, wrong)}
                <button type="submit" class="button">"Check your answers"</button>
            </form>
        </div>
    }
    .into_any()
}

/// Check your answers: everything that will be sent, with a way back that keeps what was typed.
pub fn check_page(csrf: &str, key: &str, asked: &[Asked], form: &RequestForm, request: &NewRequest, purpose: &str, terms: &[TermsAsked]) -> AnyView {
    let fields = |name_action: &'static str, label: &'static str, class: &'static str, extra: Option<&'static str>| {
        view! {
            <form method="post" action=name_action class="inline">
                {csrf_field(csrf)}{hidden("key", key)}
                {asked.iter().map(|asked| hidden("offered", &asked.address)).collect_view()}
                {form.ports.iter().map(|port| hidden("ports", port)).collect_view()}
                {hidden("purpose", &form.purpose)}{hidden("explanation", &form.explanation)}{hidden("legal_basis", &form.legal_basis)}
                {hidden("team", &form.team)}{hidden("until", &form.until)}
                {accepted_fields(terms)}{extra.map(|name| hidden(name, "1"))}
                <button type="submit" class=class>{label}</button>
            </form>
        }
    };
    let open = asked.iter().all(|asked| asked.sharing == Sharing::Open);
    let next = if open {
        "This data is open to every officer: access is granted as soon as you submit."
    } else {
        "The steward or owner of each domain decides within seven working days. Data open to every officer is granted at once."
    };
    view! {
        <div class="narrow">
            <h1>"Check your answers"</h1>
            {asked_table(asked)}
            {summary_list(vec![
                ("Purpose", purpose.to_owned().into_any()),
                ("What for", request.explanation.clone().into_any()),
                ("Legal basis", request.legal_basis.clone().into_any()),
                ("Team", request.team.clone().into_any()),
                ("Until", deadline(request.until).into_any()),
            ])}
            {accepts(terms)}
            <p>{next}</p>
            <p class="muted">"Unauthorised disclosure and re-identification of shared data are offences."</p>
            <div class="actions">
                {fields("/requests", "Submit request", "button", None)}
                {fields("/requests/check", "Change answers", "button button-secondary", Some("change"))}
            </div>
        </div>
    }
    .into_any()
}

fn asked_table(asked: &[Asked]) -> impl IntoView + use<> {
    let rows = asked
        .iter()
        .map(|asked| {
            let class = asked.classification.map_or_else(|| "Not classified".into_any(), |class| classification_badge(class).into_any());
            let absent = if asked.absent.is_empty() { "none".to_owned() } else { asked.absent.join(", ") };
            vec![
                asked.dataset_title.clone().into_any(),
                asked.product_title.clone().into_any(),
                class,
                asked.columns.join(", ").into_any(),
                absent.into_any(),
            ]
        })
        .collect();
    data_table("What you ask for", &["Dataset", "Product", "Classification", "Columns you get", "Columns that stay absent"], rows)
}

/// Who decides and by when.
pub fn submitted_page(request: &RequestView) -> AnyView {
    let line = |part: &PartView| {
        let next = if let Some(agreement) = part.agreement {
            view! { "granted at once. "<a href=format!("/agreements/{agreement}")>"Open the agreement"</a> }.into_any()
        } else {
            let who = part.steward.clone().map_or_else(|| "the domain's steward".to_owned(), |name| format!("{name}, steward"));
            view! { {format!("decided by {who}, by ")}{deadline(request.decide_by)} }.into_any()
        };
        view! { <li><strong>{part.product_title.clone()}</strong>": "{next}</li> }
    };
    view! {
        <div class="narrow">
            <h1>"Request submitted"</h1>
            <p class="lead">"Your request has been recorded. Nothing more is needed from you now."</p>
            <ul class="plain-list">{request.parts.iter().map(line).collect_view()}</ul>
            <p class="actions"><a class="button" href=format!("/requests/{}", request.id)>"Follow this request"</a><a href="/products">"Find more data"</a></p>
        </div>
    }
    .into_any()
}

/// The day that a new form suggests: half a year, or the longest term when that is shorter.
pub fn suggested_until(asked: &[Asked], today: NaiveDate) -> String {
    let days = asked.iter().map(|asked| asked.longest_days).min().unwrap_or(182).clamp(1, 182);
    today.checked_add_days(chrono::Days::new(u64::from(days.unsigned_abs()))).map(|day| day.to_string()).unwrap_or_default()
}
