//! One request with its parts, their decisions and what to do next.

use super::clock::Today;
use super::part::{conversation, part_facts, steps_table};
use crate::ui::{csrf_field, data_table, deadline, error_summary, hidden, moment, summary_list, text_area};
use domain::Violation;
use domain::access::PartState;
use domain::id::{PartStepId, RequestPartId};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use store::access::{HeldAgreement, PartView, RequestView};
use store::audit::AuditLine;

/// What the reader of a request may do with it.
#[derive(Debug, Clone, Default)]
pub struct May {
    pub withdraw: bool,
    /// It is the requester who reads.
    pub answer: bool,
    /// Open steps that this reader may decide.
    pub decide: BTreeSet<PartStepId>,
    /// Parts whose last decision this reader may undo, each with its step.
    pub undo: BTreeMap<RequestPartId, PartStepId>,
}

/// What the requester typed as an answer, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct AnswerForm {
    pub text: String,
    pub wrong: Vec<Violation>,
}

/// What a request's page shows beside the request.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// What whoever asks holds already, as far as the reader may know of it.
    pub held: Vec<HeldAgreement>,
    pub today: Today,
}

pub fn request_page(csrf: &str, request: &RequestView, may: &May, history: &[AuditLine], form: &AnswerForm, shown: &Shown) -> AnyView {
    // One answer at a time: the others follow when it is given.
    let asked = request.parts.iter().find(|part| part.paused_at.is_some()).map(|part| part.id).filter(|_| may.answer);
    let parts = request
        .parts
        .iter()
        .map(|part| {
            let undo = may.undo.get(&part.id).map(|step| undo_form(csrf, request, part, *step));
            let decide = part.steps.iter().filter(|step| may.decide.contains(&step.id));
            let decide = decide.map(|step| view! { <p><a class="button" href=format!("/work?step={}", step.id)>"Decide"</a></p> }).collect_view();
            view! {
                <section>
                    <h2><a href=format!("/products/{}", part.product_address)>{part.product_title.clone()}</a></h2>
                    {part_facts(part, &shown.held, &shown.today)}
                    {steps_table(part)}
                    {conversation(part)}
                    {(asked == Some(part.id)).then(|| answer_form(csrf, request, part, form))}
                    {decide}
                    {undo}
                </section>
            }
        })
        .collect_view();
    let may_withdraw = may.withdraw && request.parts.iter().any(|part| part.state == PartState::Submitted);
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
    // The agency that it was asked for stays; whoever decides is told when its requester belongs to another one now.
    let agency = request.requester_agency.as_ref().map(|agency| format!(", {agency}")).unwrap_or_default();
    let now = request.agency_now.as_ref().map(|agency| format!(" (now {agency})")).unwrap_or_default();
    let who = format!("{}{agency}{now}", request.requester_name);
    let who = match &request.for_team {
        Some((_, team)) => {
            let people = request.team_people.iter().map(|(_, name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
            format!("{who}, for the team {team}: {people}")
        }
        None => who,
    };
    let seen_by = if request.seen_by.is_empty() { "Nobody else" } else { &request.seen_by };
    // What is open to every officer needs no words.
    let or_nothing = |text: &str| if text.is_empty() { "Not said".to_owned() } else { text.to_owned() };
    summary_list(vec![
        ("Requester", who.into_any()),
        ("Purpose", request.purpose.clone().into_any()),
        ("What for", or_nothing(&request.explanation).into_any()),
        ("Legal basis", or_nothing(&request.legal_basis).into_any()),
        ("Team", or_nothing(&request.team).into_any()),
        ("Who else will see it", seen_by.to_owned().into_any()),
        ("Needed until", deadline(request.until).into_any()),
        ("Submitted", moment(request.submitted_at).into_any()),
    ])
}

fn answer_form(csrf: &str, request: &RequestView, part: &PartView, form: &AnswerForm) -> impl IntoView + use<> {
    view! {
        <form method="post" action=format!("/requests/{}/answer", request.id)>
            {csrf_field(csrf)}{hidden("part", &part.id.to_string())}
            {text_area("text", "Your answer", "The clock runs again as soon as you send it.", &form.text, &form.wrong)}
            <button type="submit" class="button">"Send answer"</button>
        </form>
    }
}

fn undo_form(csrf: &str, request: &RequestView, part: &PartView, step: PartStepId) -> impl IntoView + use<> {
    view! {
        <form method="post" action=format!("/requests/{}/undo", request.id)>
            {csrf_field(csrf)}{hidden("part", &part.id.to_string())}{hidden("step", &step.to_string())}
            <button type="submit" class="button button-secondary">"Undo my decision"</button>
            <p class="hint">"Possible until the requester uses what was granted. It can then be decided again."</p>
        </form>
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
