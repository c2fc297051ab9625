//! The rules that say who must agree to a request.

use crate::ui::{choice_list, csrf_field, data_table, error_summary, notice, select_field, text_field};
use domain::Violation;
use domain::access::{Agency, Applies, Asks};
use domain::catalogue::Classification;
use domain::organisation::Role;
use leptos::prelude::*;
use store::access::{RuleView, named};

/// Who may decide one step: what the form offers.
pub const DECIDERS: [(&str, &[Role]); 4] = [
    ("domain", &[Role::Steward, Role::Owner]),
    ("owner", &[Role::Owner]),
    ("security", &[Role::TcSecurityOfficer]),
    ("office", &[Role::GdoAdministrator]),
];

/// What was typed into the form for a new rule, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct RuleForm {
    pub title: String,
    pub scope: String,
    pub classification: Vec<String>,
    pub agency: String,
    pub first: String,
    pub second: String,
    pub wrong: Vec<Violation>,
}

/// A rule, and whether its reader may change it.
pub struct RuleRow {
    pub rule: RuleView,
    pub mine: bool,
}

/// `scopes` are where the reader may add rules, as (value, label); none shows no form.
pub fn rules_page(csrf: &str, rules: &[RuleRow], scopes: &[(String, String)], form: &RuleForm, done: Option<&'static str>) -> AnyView {
    let rows = rules.iter().map(|row| rule_row(csrf, row)).collect();
    view! {
        {error_summary(&form.wrong)}
        {done.map(|done| notice(done.into_any()))}
        <h1>"Who must agree"</h1>
        <p class="lead">"These rules decide who is asked when somebody requests data. A rule of a sector or a domain adds to those of the whole; it never takes a step away."</p>
        {data_table("Rules", &["Rule", "Where", "For which requests", "Who must agree", "State"], rows)}
        {(!scopes.is_empty()).then(|| rule_form(csrf, scopes, form))}
    }
    .into_any()
}

fn rule_row(csrf: &str, row: &RuleRow) -> Vec<AnyView> {
    let rule = &row.rule;
    let place = rule.scope_title.clone().unwrap_or_else(|| "Whole of government".into());
    let retired = rule.retired_at.is_some();
    let (verb, label) = if retired { ("restore", "Restore") } else { ("retire", "Retire") };
    let change = row.mine.then(|| {
        view! {
            <form method="post" action=format!("/rules/{}/{verb}", rule.code) class="inline">
                {csrf_field(csrf)}<button type="submit" class="link-button">{label}<span class="sr-only">{format!(" {}", rule.title)}</span></button>
            </form>
        }
    });
    let state = if retired { "Retired " } else { "In force " };
    vec![
        rule.title.clone().into_any(),
        place.into_any(),
        applies_text(&rule.applies).into_any(),
        asks_text(&rule.asks).into_any(),
        view! { {state}{change} }.into_any(),
    ]
}

fn applies_text(applies: &Applies) -> String {
    let list = |words: Vec<&str>| words.join(" or ");
    let mut parts = vec![];
    if !applies.sharing.is_empty() {
        parts.push(list(applies.sharing.iter().map(|sharing| sharing.label()).collect()));
    }
    if !applies.classification.is_empty() {
        parts.push(list(applies.classification.iter().map(|class| class.label()).collect()));
    }
    parts.extend(applies.agency.map(|agency| agency.label().to_owned()));
    parts.extend(applies.personal.map(|personal| if personal { "with personal data" } else { "without personal data" }.to_owned()));
    if !applies.purposes.is_empty() {
        parts.push(format!("for {}", applies.purposes.join(" or ")));
    }
    if parts.is_empty() { "Every request".into() } else { parts.join("; ") }
}

fn asks_text(asks: &Asks) -> String {
    if asks.steps.is_empty() {
        return "Nobody: granted at once".into();
    }
    asks.steps.iter().map(|step| named(&step.roles)).collect::<Vec<_>>().join(", and ")
}

fn rule_form(csrf: &str, scopes: &[(String, String)], form: &RuleForm) -> impl IntoView + use<> {
    let classes = Classification::ALL
        .iter()
        .map(|class| (class.to_string(), class.label().to_owned(), String::new(), form.classification.contains(&class.to_string())))
        .collect();
    let agencies: Vec<(String, String)> = Agency::ALL.iter().map(|agency| (agency.to_string(), agency.label().to_owned())).collect();
    let deciders: Vec<(String, String)> = DECIDERS.iter().map(|(code, roles)| ((*code).to_owned(), named(roles))).collect();
    view! {
        <h2>"Add a rule"</h2>
        <form method="post" action="/rules" novalidate="" class="narrow">
            {csrf_field(csrf)}
            {text_field("title", "Name", "Requesters read it as the reason for the step.", &form.title, &form.wrong)}
            {select_field("scope", "Where it holds", "", scopes, &form.scope, &form.wrong)}
            {choice_list("classification", "For which classifications? None ticked means all.", classes, &form.wrong)}
            {select_field("agency", "From which agency?", "Leave it at Choose for all.", &agencies, &form.agency, &form.wrong)}
            {select_field("first", "Who must agree", "After the domain’s own step.", &deciders, &form.first, &form.wrong)}
            {select_field("second", "And then (optional)", "", &deciders, &form.second, &form.wrong)}
            <button type="submit" class="button">"Add rule"</button>
        </form>
    }
}
