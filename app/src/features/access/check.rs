//! Check your answers: what will be sent, what is accepted with it, and who decides.

use super::terms::{accepted_fields, accepts};
use crate::ui::{classification_badge, csrf_field, data_table, deadline, hidden, summary_list};
use domain::access::{Answer, Answers, NewRequest, RequestForm, Route, RowScope};
use domain::id::ProductId;
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use store::access::{Asked, TermsAsked, named};

/// Answers that passed their checks, and what follows from them.
pub struct Checked {
    pub request: NewRequest,
    /// What was asked.
    pub answers: Answers,
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
    let Checked { request, answers, purpose, routes, terms, team, agency } = checked;
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
    let mut facts = vec![
        ("For", team.as_ref().map_or_else(|| "Yourself".to_owned(), |team| format!("The team {team}")).into_any()),
        ("Purpose", purpose.clone().into_any()),
        ("Agency", agency.clone().unwrap_or_else(|| "Not known".to_owned()).into_any()),
    ];
    // What nobody asked for is no answer.
    let seen_by = if request.seen_by.is_empty() { "Nobody" } else { &request.seen_by };
    let given = [
        (Answer::Explanation, "What for", or_nothing(&request.explanation)),
        (Answer::LegalBasis, "Legal basis", or_nothing(&request.legal_basis)),
        (Answer::Team, "Team", or_nothing(&request.team)),
        (Answer::Others, "Who else will see it", seen_by.to_owned()),
    ];
    facts.extend(given.into_iter().filter(|(answer, ..)| answers.shows(*answer)).map(|(_, name, text)| (name, text.into_any())));
    facts.push(("Until", deadline(request.until).into_any()));
    view! {
        <div class="narrow">
            <h1>"Check your answers"</h1>
            {asked_table(asked, request)}
            {summary_list(facts)}
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
