//! `/linkages/{id}`: what is linked, who agreed, and the answer.

use crate::ui::{breadcrumbs, count, csrf_field, data_table, hidden, moment, status_tag, summary_list, text_field};
use domain::linkage::{Gives, LinkageState, Measured, Side, Way};
use leptos::prelude::*;
use store::linkage::{LinkageView, SideView};

/// What this reader may do.
#[derive(Debug, Clone, Default)]
pub struct May {
    /// The sides that they may decide now.
    pub decide: Vec<Side>,
    pub end: bool,
    /// The number is the requester's.
    pub read_size: bool,
}

pub fn linkage_page(csrf: &str, view: &LinkageView, may: &May) -> AnyView {
    let facts = vec![
        ("State", view! { {status_tag(view.state.label())}{view.ended_at.map(|at| view! { " "{moment(at)} })} }.into_any()),
        ("Asked", view! { {moment(view.requested_at)}", by "{view.requester_name.clone()} }.into_any()),
        ("What for", view.reason.clone().into_any()),
        ("Two are one when they are", view.way.label().into_any()),
        ("How alike", alike(view).into_any()),
        ("What is given", gives(view, may).into_any()),
        ("Smallest match that is said", count(view.least).into_any()),
        ("Answer", answer(view, may).into_any()),
    ];
    let rows = view.sides.iter().map(side).collect();
    let id = view.id;
    let why = view.end_reason.clone().map(|reason| view! { <p>{format!("Why it is over: {reason}")}</p> });
    let approvals = may
        .decide
        .iter()
        .map(|side| {
            view! {
                <form method="post" action=format!("/linkages/{id}/approve") class="inline">
                    {csrf_field(csrf)}{hidden("side", side.as_str())}
                    <button type="submit" class="button">{format!("Approve for the {}", side.label().to_lowercase())}</button>
                </form>
            }
        })
        .collect_view();
    let refusal = (!may.decide.is_empty()).then(|| over(csrf, &format!("/linkages/{id}/refuse"), "Refuse", "The requester reads this."));
    let ending = (may.end && may.decide.is_empty())
        .then(|| over(csrf, &format!("/linkages/{id}/end"), "End it", "The source forgets what it was counted with."));
    view! {
        {breadcrumbs(vec![("/linkages".to_owned(), "Linkages".to_owned())])}
        <h1>"How many are in both"</h1>
        {summary_list(facts)}
        {why}
        {data_table("What is linked", &["Side", "Product", "Column", "Its owner"], rows)}
        {compared(view)}
        {approvals}
        {refusal}
        {ending}
    }
    .into_any()
}

/// What the requester gets, and where its rows stand.
fn gives(view: &LinkageView, may: &May) -> AnyView {
    let label = if view.gives_rows { Gives::Rows } else { Gives::Size }.label();
    let first = view.sides.first().map(|side| side.agreement);
    match (&view.view, first.filter(|_| may.read_size)) {
        (Some(name), Some(agreement)) => {
            view! { {label}". They stand beside what you read under "<a href=format!("/agreements/{agreement}")>"the first agreement"</a>", in "<code>{name.clone()}</code>"." }
                .into_any()
        }
        _ => label.into_any(),
    }
}

fn alike(view: &LinkageView) -> String {
    match view.way {
        Way::Exact => "Equal".into(),
        Way::Alike | Way::Fields => format!("From {} hundredths on", view.likeness),
    }
}

/// What both owners agree to have compared, where it is several fields.
fn compared(view: &LinkageView) -> AnyView {
    if view.way != Way::Fields {
        return ().into_any();
    }
    let rows = view
        .fields
        .iter()
        .map(|pair| {
            let [left, right] = pair.columns.clone().map(name);
            vec![left, right, pair.weight.label().into_any()]
        })
        .collect();
    data_table("Fields that are compared", &["First product", "Second product", "Weight"], rows).into_any()
}

fn answer(view: &LinkageView, may: &May) -> String {
    match (view.outcome, view.size) {
        (Some(Measured::Size), Some(size)) if may.read_size => format!("{} are in both", count(size)),
        (Some(Measured::Size), _) => "Given to the one who asked".into(),
        (Some(other), _) => other.label().into(),
        (None, _) if view.state == LinkageState::Approved => "Being counted at the source".into(),
        (None, _) => "None yet".into(),
    }
}

fn side(side: &SideView) -> Vec<AnyView> {
    let product = match &side.product {
        Some((title, address)) => view! { <a href=format!("/products/{address}")>{title.clone()}</a> }.into_any(),
        None => "A product that is not listed".into_any(),
    };
    let owner = match (&side.approved_by, side.approved_at) {
        (Some(name), Some(at)) => view! { "Approved by "{name.clone()}", "{moment(at)} }.into_any(),
        _ => "Has not decided".into_any(),
    };
    vec![side.side.label().into_any(), product, name(side.column.clone()), owner]
}

/// A column, unless it is one of a product that the reader may not know of.
fn name(column: Option<String>) -> AnyView {
    column.map_or_else(|| "–".into_any(), |column| view! { <code>{column}</code> }.into_any())
}

fn over(csrf: &str, action: &str, label: &str, hint: &str) -> AnyView {
    view! {
        <form method="post" action=action.to_owned() class="narrow">
            {csrf_field(csrf)}
            {text_field("reason", "Reason", hint, "", &[])}
            <button type="submit" class="button button-secondary">{label.to_owned()}</button>
        </form>
    }
    .into_any()
}
