//! My requests, and one request with its parts, their decisions and what to do next.

use crate::features::wanted::asked_section;
use crate::ui::{
    classification_badge, csrf_field, data_table, day, deadline, empty_state, error_summary, hidden, moment, status_tag, summary_list, text_field,
};
use domain::Violation;
use domain::access::PartState;
use leptos::prelude::*;
use store::access::{PartView, RequestLine, RequestView};
use store::audit::AuditLine;
use store::wanted::WantedLine;

/// Requests for what there is, then questions for what there is not.
pub fn requests_page(requests: &[RequestLine], wanted: &[WantedLine]) -> AnyView {
    view! { <h1>"Requests"</h1>{own_requests(requests)}{asked_section(wanted)} }.into_any()
}

fn own_requests(requests: &[RequestLine]) -> AnyView {
    if requests.is_empty() {
        let next = view! { <a class="button" href="/products">"Find data"</a> }.into_any();
        return empty_state("You have not asked for data yet.", "Requests that you submit are listed here with their state.", next).into_any();
    }
    let rows = requests
        .iter()
        .map(|request| {
            let states: Vec<&str> = request.states.iter().map(|state| state.label()).collect();
            vec![
                view! { <a href=format!("/requests/{}", request.id)>{request.titles.join(", ")}</a> }.into_any(),
                moment(request.submitted_at).into_any(),
                states.join(", ").into_any(),
                deadline(request.decide_by).into_any(),
            ]
        })
        .collect();
    data_table("Your requests", &["What you asked for", "Submitted", "State", "Decide by"], rows).into_any()
}

/// What the reader of a request may do with each part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct May {
    pub withdraw: bool,
    pub decide: bool,
}

/// What a decider typed, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct DecisionForm {
    pub until: String,
    pub reason: String,
    pub wrong: Vec<Violation>,
}

pub fn request_page(csrf: &str, request: &RequestView, may: &[May], history: &[AuditLine], form: &DecisionForm) -> AnyView {
    let parts = request
        .parts
        .iter()
        .zip(may)
        .map(|(part, may)| {
            view! {
                <section>
                    <h2><a href=format!("/products/{}", part.product_address)>{part.product_title.clone()}</a></h2>
                    {part_facts(request, part)}
                    {(may.decide && part.state == PartState::Submitted).then(|| decision_forms(csrf, request, part, form))}
                </section>
            }
        })
        .collect_view();
    let may_withdraw = may.iter().any(|may| may.withdraw) && request.parts.iter().any(|part| part.state == PartState::Submitted);
    let withdraw = may_withdraw.then(|| {
        view! {
            <form method="post" action=format!("/requests/{}/withdraw", request.id)>
                {csrf_field(csrf)}
                <button type="submit" class="button button-danger">"Withdraw request"</button>
            </form>
        }
    });
    view! {
        {error_summary(&form.wrong)}
        <h1>{format!("{} asks for {}", request.requester_name, request.parts.iter().map(|p| p.product_title.clone()).collect::<Vec<_>>().join(", "))}</h1>
        {request_facts(request)}
        {parts}
        {withdraw}
        {history_table(history)}
    }
    .into_any()
}

/// Who, what for, until when.
pub fn request_facts(request: &RequestView) -> impl IntoView + use<> {
    let who = match &request.requester_agency {
        Some(agency) => format!("{}, {agency}", request.requester_name),
        None => request.requester_name.clone(),
    };
    summary_list(vec![
        ("Requester", who.into_any()),
        ("Purpose", request.purpose.clone().into_any()),
        ("What for", request.explanation.clone().into_any()),
        ("Legal basis", request.legal_basis.clone().into_any()),
        ("Team", request.team.clone().into_any()),
        ("Needed until", deadline(request.until).into_any()),
        ("Submitted", moment(request.submitted_at).into_any()),
        ("Decide by", deadline(request.decide_by).into_any()),
    ])
}

/// The state of a part, and column by column what would be read.
pub fn part_facts(request: &RequestView, part: &PartView) -> impl IntoView + use<> {
    let mut facts = vec![("State", status_tag(part.state.label()).into_any())];
    if let Some(class) = part.classification {
        facts.push(("Classification", classification_badge(class).into_any()));
    }
    facts.push(("They already hold", format!("{} agreement{} in force", part.held, if part.held == 1 { "" } else { "s" }).into_any()));
    if part.state == PartState::Submitted {
        let who = part.steward.clone().map_or_else(|| "the domain's steward or owner".to_owned(), |name| format!("{name} or the domain's owner"));
        facts.push(("Whose turn", view! { {who}", by "{deadline(request.decide_by)} }.into_any()));
    }
    if let Some(at) = part.decided_at {
        let by = part.decider.clone().unwrap_or_else(|| "Pasar, by the product's own terms".into());
        facts.push(("Decided", view! { {by}", "{moment(at)} }.into_any()));
    }
    facts.extend(part.reason.clone().map(|reason| ("Reason", reason.into_any())));
    facts.extend(part.until.map(|until| ("Granted until", day(until).into_any())));
    facts.extend(part.agreement.map(|id| ("Next", view! { <a href=format!("/agreements/{id}")>"Open the agreement and connect"</a> }.into_any())));
    let rows = part
        .datasets
        .iter()
        .map(|(title, columns, absent)| {
            let absent = if absent.is_empty() { "none".to_owned() } else { absent.join(", ") };
            vec![title.clone().into_any(), columns.join(", ").into_any(), absent.into_any()]
        })
        .collect();
    view! { {summary_list(facts)}{data_table("What they would see", &["Dataset", "Columns", "Never leave the source"], rows)} }
}

/// Approve and refuse, each a form of its own.
pub fn decision_forms(csrf: &str, request: &RequestView, part: &PartView, form: &DecisionForm) -> impl IntoView + use<> {
    let until = if form.until.is_empty() { request.until.to_string() } else { form.until.clone() };
    let faults: Vec<Violation> = form.wrong.clone();
    view! {
        <div class="decision">
            <form method="post" action=format!("/requests/{}/approve", request.id)>
                {csrf_field(csrf)}{hidden("part", &part.id.to_string())}
                {crate::ui::date_field("until", "Until", "The last day; at most what was asked for.", &until, &faults)}
                <button type="submit" class="button">"Approve"</button>
            </form>
            <form method="post" action=format!("/requests/{}/refuse", request.id)>
                {csrf_field(csrf)}{hidden("part", &part.id.to_string())}
                {text_field("reason", "Reason", "The requester reads this. Say what would make it possible.", &form.reason, &faults)}
                <button type="submit" class="button button-danger">"Refuse"</button>
            </form>
        </div>
    }
}

fn history_table(history: &[AuditLine]) -> impl IntoView + use<> {
    let rows = history
        .iter()
        .map(|line| {
            vec![
                moment(line.at).into_any(),
                line.actor_name.clone().unwrap_or_else(|| "Pasar".into()).into_any(),
                line.action.label().into_any(),
                line.address.clone().unwrap_or_default().into_any(),
            ]
        })
        .collect();
    view! { <h2>"History"</h2>{data_table("What happened", &["When", "Who", "What", "On what"], rows)} }
}
