//! From the basket to the confirmation: the form, check your answers, what happens next.

use super::scope::{ColumnChoice, ScopeChoice, scope_fields};
use super::terms::{accepted_fields, accepts};
use crate::ui::{
    choice_list, classification_badge, csrf_field, data_table, date_field, deadline, empty_state, error_summary, hidden, select_field, summary_list,
    text_area, text_field,
};
use chrono::NaiveDate;
use domain::Violation;
use domain::access::{NewRequest, RequestForm, Route, RowScope, required_answers};
use domain::id::{ProductId, RequestId};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use store::access::{Asked, BasketItem, Draft, PartView, RequestView, StepView, TermsAsked, named};

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

/// The form. `purposes` as (code, title), `teams` that the reader is in as (id, name).
pub fn form_page(
    csrf: &str,
    key: &str,
    asked: &[Asked],
    form: &RequestForm,
    purposes: &[(String, String)],
    teams: &[(String, String)],
    wrong: &[Violation],
) -> AnyView {
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
    let needs = required_answers(asked.iter().filter(|asked| form.ports.contains(&asked.address)).map(|asked| asked.sharing));
    let label = |words: &str, needed: bool| if needed { words.to_owned() } else { format!("{words} (optional)") };
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
                {text_area("explanation", &label("What will you do with the data?", needs.explanation), "The person who decides reads this first.", &form.explanation, wrong)}
                {text_field("legal_basis", &label("Legal basis", needs.legal_basis), "The law or direction that allows this sharing, such as Direction 2026/14.", &form.legal_basis, wrong)}
                {for_whom(teams, form, wrong)}
                {text_field("team", &label("Team", needs.team), "Who will use the data with you.", &form.team, wrong)}
                {text_field("seen_by", "Who else will see it (optional)", "People outside the team: a vendor, a committee, readers of a report.", &form.seen_by, wrong)}
                {date_field("until", "Until", &format!("The last day on which you need it, at most {longest} days ahead."), &form.until, wrong)}
                <div class="actions">
                    <button type="submit" class="button">"Check your answers"</button>
                    <button type="submit" class="button button-secondary" formaction="/requests/draft">"Save for later"</button>
                </div>
            </form>
        </div>
    }
    .into_any()
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

/// Answers that passed their checks, and what follows from them.
pub struct Checked {
    pub request: NewRequest,
    /// As people read it.
    pub purpose: String,
    /// Who decides each product's part.
    pub routes: BTreeMap<ProductId, Route>,
    /// What is accepted by submitting.
    pub terms: Vec<TermsAsked>,
    /// The name of the team that it is for.
    pub team: Option<String>,
    /// The requester's, as the identity provider says it.
    pub agency: Option<String>,
}

/// Check your answers: everything that will be sent, with a way back that keeps what was typed.
pub fn check_page(csrf: &str, key: &str, asked: &[Asked], form: &RequestForm, checked: &Checked) -> AnyView {
    let Checked { request, purpose, routes, terms, team, agency } = checked;
    let or_nothing = |text: &str| if text.is_empty() { "Not said".to_owned() } else { text.to_owned() };
    let fields = |name_action: &'static str, label: &'static str, class: &'static str, extra: Option<&'static str>| {
        view! {
            <form method="post" action=name_action class="inline">
                {csrf_field(csrf)}{hidden("key", key)}
                {asked.iter().map(|asked| hidden("offered", &asked.address)).collect_view()}
                {form.ports.iter().map(|port| hidden("ports", port)).collect_view()}
                {hidden("purpose", &form.purpose)}{hidden("explanation", &form.explanation)}{hidden("legal_basis", &form.legal_basis)}
                {hidden("team", &form.team)}{hidden("for_team", &form.for_team)}{hidden("seen_by", &form.seen_by)}{hidden("until", &form.until)}
                {form.columns.keys().map(|key| hidden("columns_shown", key)).collect_view()}
                {form.columns.iter().flat_map(|(key, columns)| columns.iter().map(move |column| hidden("columns", &format!("{key}/{column}")))).collect_view()}
                {form.rows.iter().map(|((key, column), typed)| view! { {hidden("row_names", &format!("{key}/{column}"))}{hidden("row_values", typed)} }).collect_view()}
                {accepted_fields(terms)}{extra.map(|name| hidden(name, "1"))}
                <button type="submit" class=class>{label}</button>
            </form>
        }
    };
    view! {
        <div class="narrow">
            <h1>"Check your answers"</h1>
            {asked_table(asked, request)}
            {summary_list(vec![
                ("For", team.as_ref().map_or_else(|| "Yourself".to_owned(), |team| format!("The team {team}")).into_any()),
                ("Purpose", purpose.clone().into_any()),
                ("Agency", agency.clone().unwrap_or_else(|| "Not known".to_owned()).into_any()),
                ("What for", or_nothing(&request.explanation).into_any()),
                ("Legal basis", or_nothing(&request.legal_basis).into_any()),
                ("Team", or_nothing(&request.team).into_any()),
                ("Who else will see it", if request.seen_by.is_empty() { "Nobody" } else { &request.seen_by }.to_owned().into_any()),
                ("Until", deadline(request.until).into_any()),
            ])}
            {accepts(terms)}
            {who_decides(asked, routes)}
            <p class="muted">"Unauthorised disclosure and re-identification of shared data are offences."</p>
            <div class="actions">
                {fields("/requests", "Submit request", "button", None)}
                {fields("/requests/check", "Change answers", "button button-secondary", Some("change"))}
            </div>
        </div>
    }
    .into_any()
}

/// The steps of each product, and why they apply.
fn who_decides(asked: &[Asked], routes: &BTreeMap<ProductId, Route>) -> impl IntoView + use<> {
    let mut titles: BTreeMap<ProductId, String> = BTreeMap::new();
    for asked in asked {
        titles.insert(asked.place.product, asked.product_title.clone());
    }
    let rows = routes
        .iter()
        .flat_map(|(product, route)| {
            let title = titles.get(product).cloned().unwrap_or_default();
            let steps: Vec<(String, String, String)> = match route {
                Route::Automatic { why } => vec![("At once".to_owned(), "Nobody: it is granted when you submit".to_owned(), why.clone())],
                Route::Steps(steps) => steps.iter().map(|step| (format!("Step {}", step.stage), named(&step.roles), step.why.clone())).collect(),
            };
            steps
                .into_iter()
                .map(|(step, who, why)| vec![title.clone().into_any(), step.into_any(), who.into_any(), why.into_any()])
                .collect::<Vec<_>>()
        })
        .collect();
    view! {
        <h2>"Who decides"</h2>
        {data_table("The steps for each product", &["Product", "Step", "Who decides", "Why"], rows)}
        <p>"Steps with the same number stand side by side. Everything is decided within seven working days of submitting."</p>
    }
}

fn asked_table(asked: &[Asked], request: &NewRequest) -> impl IntoView + use<> {
    let rows = asked
        .iter()
        .map(|asked| {
            let class = asked.classification.map_or_else(|| "Not classified".into_any(), |class| classification_badge(class).into_any());
            let absent = if asked.absent.is_empty() { "none".to_owned() } else { asked.absent.join(", ") };
            let all: BTreeSet<String> = asked.columns.iter().cloned().collect();
            let scope = request.wanted.get(&asked.address);
            let columns = scope.map_or(&all, |scope| &scope.columns);
            let columns: Vec<String> = asked.columns.iter().filter(|column| columns.contains(*column)).cloned().collect();
            let rows = scope.and_then(|scope| RowScope::describe(&scope.rows)).unwrap_or_else(|| "every row".to_owned());
            vec![
                asked.dataset_title.clone().into_any(),
                asked.product_title.clone().into_any(),
                class,
                columns.join(", ").into_any(),
                rows.into_any(),
                absent.into_any(),
            ]
        })
        .collect();
    data_table("What you ask for", &["Dataset", "Product", "Classification", "Columns you ask for", "Rows", "Columns that stay absent"], rows)
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
