//! The form that asks for access, and what happens next.

use super::scope::{ColumnChoice, ScopeChoice, scope_fields};
use crate::ui::{choice_list, csrf_field, date_field, deadline, empty_state, error_summary, hidden, select_field, text_area, text_field};
use chrono::NaiveDate;
use domain::Violation;
use domain::access::{Answer, Answers, RequestForm};
use domain::id::RequestId;
use leptos::prelude::*;
use store::access::{Asked, Draft, PartView, RequestView, StepView};

/// What was typed of one dataset, or everything when it was not shown yet.
fn scope_choice(asked: &Asked, form: &RequestForm) -> ScopeChoice {
    let ticked = form.columns.get(&asked.address);
    let typed = |column: &String| form.rows.get(&(asked.address.clone(), column.clone())).cloned().unwrap_or_default();
    ScopeChoice {
        key: asked.address.clone(),
        title: asked.dataset_title.clone(),
        columns: asked
            .columns
            .iter()
            .map(|name| ColumnChoice {
                name: name.clone(),
                note: String::new(),
                ticked: ticked.is_none_or(|ticked| ticked.contains(name)),
                masks: vec![],
                mask: String::new(),
            })
            .collect(),
        rows: asked.scope_columns.iter().map(|column| (column.clone(), typed(column))).collect(),
    }
}

/// Purposes that every one of these datasets allows, as (code, title).
pub fn allowed_purposes(asked: &[Asked], purposes: &[(String, String)]) -> Vec<(String, String)> {
    let allowed =
        |code: &String| asked.iter().all(|asked| (asked.purposes.is_empty() || asked.purposes.contains(code)) && !asked.forbidden.contains(code));
    purposes.iter().filter(|(code, _)| allowed(code)).cloned().collect()
}

/// What the form offers and asks: purposes as (code, title), teams that the reader is in as (id, name).
#[derive(Debug, Clone, Copy)]
pub struct Offer<'a> {
    pub asked: &'a [Asked],
    /// What the chosen ones ask for.
    pub answers: &'a Answers,
    pub purposes: &'a [(String, String)],
    pub teams: &'a [(String, String)],
}

/// The form, with the answers that are asked for and no others.
pub fn form_page(csrf: &str, key: &str, offer: &Offer<'_>, form: &RequestForm, wrong: &[Violation]) -> AnyView {
    let Offer { asked, answers, purposes, teams } = *offer;
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
                format!("{} columns; these stay absent: {}", asked.columns.len(), asked.absent.join(", "))
            };
            let chosen = form.ports.contains(&asked.address);
            (asked.address.clone(), format!("{}, {}", asked.dataset_title, asked.product_title), absent, chosen)
        })
        .collect();
    let longest = asked.iter().map(|asked| asked.longest_days).min().unwrap_or_default();
    // Only purposes that every chosen product allows can be chosen.
    let allowed = allowed_purposes(asked, purposes);
    let purposes = if allowed.is_empty() { purposes.to_vec() } else { allowed };
    let until = format!("The last day on which you need it, at most {longest} days ahead.");
    view! {
        <div class="narrow">
            {error_summary(wrong)}
            <h1>"Request access"</h1>
            <form method="post" action="/requests/check" novalidate="">
                {csrf_field(csrf)}{hidden("key", key)}
                {asked.iter().map(|asked| hidden("offered", &asked.address)).collect_view()}
                {choice_list("ports", "Which datasets do you need?", choices, wrong)}
                <h2>"Which columns and rows?"</h2>
                <p class="hint">"Everything, unless you choose less. Asking for less is often decided sooner."</p>
                {asked.iter().enumerate().map(|(at, asked)| scope_fields(at, &scope_choice(asked, form), wrong)).collect_view()}
                {select_field("purpose", "Purpose", "Only purposes that the products' agreements allow.", &purposes, &form.purpose, wrong)}
                {asking(answers, Answer::Explanation, "What will you do with the data?", "The person who decides reads this first.", |label, hint| text_area("explanation", label, hint, &form.explanation, wrong))}
                {asking(answers, Answer::LegalBasis, "Legal basis", "The law or direction that allows this sharing, such as Direction 2026/14.", |label, hint| text_field("legal_basis", label, hint, &form.legal_basis, wrong))}
                {for_whom(teams, form, wrong)}
                {asking(answers, Answer::Team, "Team", "Who will use the data with you.", |label, hint| text_field("team", label, hint, &form.team, wrong))}
                {asking(answers, Answer::Others, "Who else will see it", "People outside the team: a vendor, a committee, readers of a report.", |label, hint| text_field("seen_by", label, hint, &form.seen_by, wrong))}
                {asking(answers, Answer::Until, "Until", &until, |label, hint| date_field("until", label, hint, &form.until, wrong))}
                {unasked(answers, form)}
                <div class="actions">
                    <button type="submit" class="button">"Check your answers"</button>
                    <button type="submit" class="button button-secondary" formaction="/requests/draft">"Save for later"</button>
                </div>
            </form>
        </div>
    }
    .into_any()
}

/// One answer's field, when it is asked: marked where it may be left empty, and with who asks for it where it may not.
fn asking(answers: &Answers, answer: Answer, label: &str, hint: &str, field: impl FnOnce(&str, &str) -> AnyView) -> Option<AnyView> {
    if !answers.shows(answer) {
        return None;
    }
    let label = if answers.requires(answer) { label.to_owned() } else { format!("{label} (optional)") };
    let hint = answers.said(answer).map_or_else(|| hint.to_owned(), |by| format!("{hint} {by}"));
    Some(field(&label, &hint))
}

/// What was typed before something else was chosen that does not ask for it: kept in the form, and in no request.
fn unasked(answers: &Answers, form: &RequestForm) -> impl IntoView + use<> {
    let typed = [
        (Answer::Explanation, &form.explanation),
        (Answer::LegalBasis, &form.legal_basis),
        (Answer::Team, &form.team),
        (Answer::Others, &form.seen_by),
    ];
    let kept = typed.into_iter().filter(|(answer, text)| !answers.shows(*answer) && !text.is_empty());
    kept.map(|(answer, text)| hidden(answer.field(), text)).collect_view()
}

/// The form again, when it was sent before with other answers: that request stands, and this can become another.
pub fn sent_before(made: RequestId, form: AnyView) -> AnyView {
    view! {
        <div class="notice" role="status">
            <p>"This form was sent before. "<a href=format!("/requests/{made}")>"Open the request that was made"</a></p>
        </div>
        {form}
    }
    .into_any()
}

/// For oneself, or for a team; nothing to choose for whoever is in none.
fn for_whom(teams: &[(String, String)], form: &RequestForm, wrong: &[Violation]) -> AnyView {
    if teams.is_empty() {
        return hidden("for_team", "").into_any();
    }
    let options: Vec<(String, String)> = teams.iter().map(|(id, name)| (id.clone(), format!("For the team {name}"))).collect();
    let hint =
        "Choose a team and the agreement is the team’s: everybody in it may read, each with a credential of their own. Choose none and it is yours.";
    select_field("for_team", "For yourself or for a team (optional)", hint, &options, &form.for_team, wrong)
}

/// Who decides and by when.
pub fn submitted_page(request: &RequestView) -> AnyView {
    let line = |part: &PartView| {
        let next = if let Some(agreement) = part.agreement {
            view! { "granted at once. "<a href=format!("/agreements/{agreement}")>"Open the agreement"</a> }.into_any()
        } else {
            let first = part.steps.iter().map(|step| step.stage).min();
            let who: Vec<String> = part.steps.iter().filter(|step| Some(step.stage) == first).map(StepView::who).collect();
            let then = part.steps.iter().filter(|step| Some(step.stage) != first).count();
            let then = if then > 0 { format!(", then {then} more") } else { String::new() };
            view! { {format!("decided by {}{then}, by ", who.join(" and "))}{deadline(part.due_on)} }.into_any()
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

/// The form that somebody began, with a way on and a way out.
pub fn draft_notice(csrf: &str, draft: &Draft) -> impl IntoView + use<> {
    view! {
        <div class="notice">
            <p>"You began a request on "{crate::ui::moment(draft.saved_at)}"."</p>
            <div class="actions">
                <a class="button" href="/requests/new?draft=1">"Continue it"</a>
                <form method="post" action="/requests/draft/throw-away" class="inline">
                    {csrf_field(csrf)}<button type="submit" class="link-button">"Throw it away"</button>
                </form>
            </div>
        </div>
    }
}

/// The day that a new form suggests: half a year, or the longest term when that is shorter.
pub fn suggested_until(asked: &[Asked], today: NaiveDate) -> String {
    let days = asked.iter().map(|asked| asked.longest_days).min().unwrap_or(182).clamp(1, 182);
    today.checked_add_days(chrono::Days::new(u64::from(days.unsigned_abs()))).map(|day| day.to_string()).unwrap_or_default()
}
