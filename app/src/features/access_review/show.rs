//! `/reviews/{id}`: roles and agreements of a domain, each with what was said of it; and what a decision would do, before it is made.

use super::state;
use crate::ui::{
    breadcrumbs, count, csrf_field, data_table, deadline, empty_state, error_summary, hidden, moment, notice, select_field, status_tag, summary_list,
    text_area,
};
use chrono::NaiveDate;
use domain::access_review::ReviewDecision;
use domain::id::AgreementId;
use domain::{Violation, calendar};
use leptos::prelude::*;
use std::collections::BTreeSet;
use store::access_review::{Holding, ReviewItem, ReviewView};

/// What the page says beside the review.
pub struct ReviewSaid {
    pub today: NaiveDate,
    /// The reader may decide.
    pub may: bool,
    /// How many were just decided.
    pub done: Option<usize>,
    /// Agreements that the reader may open. The data office reviews also those that it may not read.
    pub readable: BTreeSet<AgreementId>,
}

/// What was typed; kept when something is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Deciding {
    pub decision: String,
    pub note: String,
    /// Ids of items that were ticked.
    pub items: Vec<String>,
}

pub fn review_page(csrf: &str, review: &ReviewView, said: &ReviewSaid, form: &Deciding, wrong: &[Violation]) -> AnyView {
    let line = &review.line;
    let left = line.undecided + line.asked;
    let facts = vec![
        ("State", status_tag(state(line, said.today).label()).into_any()),
        ("Due", deadline(line.due_on).into_any()),
        ("Opened", moment(line.opened_at).into_any()),
        ("Kept", count(line.kept).into_any()),
        ("Ended", count(line.ended).into_any()),
        ("Asked", count(line.asked).into_any()),
        ("Not decided", count(line.undecided).into_any()),
    ];
    let done = said.done.map(|many| {
        let text = match many {
            0 => "Nothing was left to decide of what you chose: somebody decided it meanwhile, or it is held no longer.".to_owned(),
            1 => "1 decision was taken.".to_owned(),
            many => format!("{many} decisions were taken."),
        };
        let rest = if left == 0 { " The review is done." } else { " What is left waits here for you." };
        notice(view! { {text}{rest} }.into_any())
    });
    let chooses = said.may && review.items.iter().any(|item| item.is_open() && !item.own);
    let tables = view! { {roles(review, form, chooses)}{agreements(review, form, chooses, &said.readable)} };
    let body = if chooses {
        view! {
            <form method="post" action=format!("/reviews/{}/preview", line.id)>
                {csrf_field(csrf)}
                {tables}
                {decision_fields(form, wrong)}
                <button type="submit" class="button">"See what this does"</button>
            </form>
        }
        .into_any()
    } else {
        tables.into_any()
    };
    view! {
        {error_summary(wrong)}
        {done}
        {breadcrumbs(vec![("/reviews".into(), "Reviews of access".into())])}
        <h1>{format!("Who has access in {}, {}", line.domain_title, line.quarter)}</h1>
        {summary_list(facts)}
        <p><a href=format!("/reviews/{}/csv", line.id)>"Download as CSV"</a></p>
        {body}
    }
    .into_any()
}

fn decision_fields(form: &Deciding, wrong: &[Violation]) -> AnyView {
    let options = [
        (ReviewDecision::Keep, "Keep: it stays as it is"),
        (ReviewDecision::End, "End: the role or the agreement ends at once"),
        (ReviewDecision::Ask, "Ask: the holder is asked whether it is needed, and you decide later"),
    ]
    .map(|(decision, label)| (decision.as_str().to_owned(), label.to_owned()));
    view! {
        <section aria-labelledby="decide">
            <h2 id="decide">"What becomes of those you chose"</h2>
            <div class="choice">
                <input type="checkbox" id="all" name="all" value="yes"/>
                <label for="all">"All that are not decided, also those that are not ticked"</label>
            </div>
            {select_field("decision", "Decision", "", &options, &form.decision, wrong)}
            {text_area("note", "Note", "Its holder reads it. Needed to end an agreement, and to ask.", &form.note, wrong)}
        </section>
    }
    .into_any()
}

fn said_of(item: &ReviewItem) -> AnyView {
    let by = item.decided_by.clone().unwrap_or_default();
    match item.decision {
        Some(decision) => {
            let note = (!item.note.is_empty()).then(|| format!(": {}", item.note));
            let word = match decision {
                ReviewDecision::Keep => "Kept",
                ReviewDecision::End => "Ended",
                ReviewDecision::Ask => "Asked",
            };
            let gone = (item.gone && decision == ReviewDecision::Ask).then_some(" Held no longer.");
            let answer = item.answer.as_ref().map(|answer| {
                let says = if answer.said.needed { "Still needed." } else { "May end." };
                view! { <p>{format!("{}, ", answer.by)}{moment(answer.at)}{format!(": {says} {}", answer.said.words)}</p> }
            });
            view! { {status_tag(word)}" "{item.decided_at.map(moment)}<br/><span class="muted">{format!("by {by}")}{note}</span>{gone}{answer} }
                .into_any()
        }
        None if item.gone => "Held no longer".into_any(),
        None => "Not decided".into_any(),
    }
}

/// The box to choose an item, or why there is none.
fn choice(item: &ReviewItem, form: &Deciding, what: &str) -> AnyView {
    if !item.is_open() {
        return ().into_any();
    }
    if item.own {
        return "Your own: another owner or the data office decides".into_any();
    }
    let (id, chosen) = (item.id.to_string(), form.items.contains(&item.id.to_string()));
    let name = format!("item-{id}");
    let label = format!("Choose {what} of {}", item.name);
    view! { <input type="checkbox" id=name.clone() name="item" value=id checked=chosen/><label for=name><span class="sr-only">{label}</span></label> }
        .into_any()
}

fn who(item: &ReviewItem) -> AnyView {
    view! { {item.name.clone()}<br/><span class="muted">{item.agency.clone().unwrap_or_else(|| "Agency not known".into())}</span> }.into_any()
}

fn last_day(until: chrono::DateTime<chrono::Utc>) -> String {
    calendar::last_day(until).format("%-d %b %Y").to_string()
}

fn roles(review: &ReviewView, form: &Deciding, chooses: bool) -> AnyView {
    let row = |item: &ReviewItem| {
        let Holding::Role { role, scope_title, until, .. } = &item.held else { return None };
        let mut cells = vec![
            who(item),
            format!("{}, {scope_title}", role.label()).into_any(),
            until.map_or_else(|| "No end".to_owned(), last_day).into_any(),
            said_of(item),
        ];
        if chooses {
            cells.push(choice(item, form, role.label()));
        }
        Some(cells)
    };
    let rows: Vec<_> = review.items.iter().filter_map(row).collect();
    if rows.is_empty() {
        return empty_state("Nobody holds a role here.", "Roles over the domain or its products would be listed.", ().into_any()).into_any();
    }
    let heads: &[&str] = if chooses { &["Person", "Role", "Until", "Said", "Choose"] } else { &["Person", "Role", "Until", "Said"] };
    data_table("Roles", heads, rows).into_any()
}

fn agreements(review: &ReviewView, form: &Deciding, chooses: bool, readable: &BTreeSet<AgreementId>) -> AnyView {
    let row = |item: &ReviewItem| {
        let Holding::Agreement { agreement, product_title, address, team, purpose, until, last_read, credentials, personal, .. } = &item.held else {
            return None;
        };
        let holder = view! { {who(item)}{team.clone().map(|team| view! { <br/>{format!("for the team {team}")} })} };
        let title = if readable.contains(agreement) {
            view! { <a href=format!("/agreements/{agreement}")>{product_title.clone()}</a> }.into_any()
        } else {
            product_title.clone().into_any()
        };
        let product = view! {
            {title}<br/><code>{address.clone()}</code><br/>
            <span class="muted">{format!("{purpose}, until {}", last_day(*until))}</span>
        };
        let read = match last_read {
            Some(at) => moment(*at).into_any(),
            None => "Never".into_any(),
        };
        let used = view! { {read}{(*credentials > 0).then(|| view! { <br/><span class="muted">{format!("{} credentials of people and programs", count(*credentials))}</span> })} };
        let columns = if personal.is_empty() { "None".to_owned() } else { personal.join(", ") };
        let mut cells = vec![holder.into_any(), product.into_any(), used.into_any(), columns.into_any(), said_of(item)];
        if chooses {
            cells.push(choice(item, form, product_title));
        }
        Some(cells)
    };
    let rows: Vec<_> = review.items.iter().filter_map(row).collect();
    if rows.is_empty() {
        return empty_state("Nobody holds an agreement here.", "Agreements on the domain’s products would be listed.", ().into_any()).into_any();
    }
    let heads: &[&str] = if chooses {
        &["Holder", "Product", "Last read", "Columns with personal data", "Said", "Choose"]
    } else {
        &["Holder", "Product", "Last read", "Columns with personal data", "Said"]
    };
    data_table("Agreements", heads, rows).into_any()
}

/// A decision before it is made.
pub struct Preview<'a> {
    pub review: &'a ReviewView,
    /// Items that it is about, in the order of the page.
    pub chosen: Vec<&'a ReviewItem>,
    pub decision: ReviewDecision,
    pub note: &'a str,
}

pub fn preview_page(csrf: &str, preview: &Preview<'_>) -> AnyView {
    let line = &preview.review.line;
    let back = format!("/reviews/{}", line.id);
    let (button, what) = match preview.decision {
        ReviewDecision::Keep => ("Keep these", "Nothing changes for these people. It is written down that you reviewed it."),
        ReviewDecision::End => (
            "End these",
            "Roles end at once. Agreements are revoked: reads stop at once, and at the source within seconds. Their holders are told, with your note.",
        ),
        ReviewDecision::Ask => {
            ("Ask these people", "Each is asked whether it is still needed, and reads your note. The review waits until you decide.")
        }
    };
    let item = |item: &&ReviewItem| {
        let held = match &item.held {
            Holding::Role { role, scope_title, .. } => format!("{}, {scope_title}", role.label()),
            Holding::Agreement { product_title, team, .. } => team
                .as_ref()
                .map_or_else(|| format!("Agreement on {product_title}"), |team| format!("Agreement on {product_title}, of the team {team}")),
        };
        view! { <li><strong>{item.name.clone()}</strong>{format!(" – {held}")}{hidden("item", &item.id.to_string())}</li> }
    };
    let note = (!preview.note.is_empty()).then(|| view! { <p>"Note: "{preview.note.to_owned()}</p> });
    view! {
        {breadcrumbs(vec![("/reviews".into(), "Reviews of access".into()), (back.clone(), line.domain_title.clone())])}
        <h1>{format!("{}: {}?", preview.decision.label(), match preview.chosen.len() { 1 => "1 of them".to_owned(), many => format!("{many} of them") })}</h1>
        <p class="lead">{what}</p>
        <form method="post" action=format!("{back}/decide")>
            {csrf_field(csrf)}{hidden("decision", preview.decision.as_str())}{hidden("note", preview.note)}
            <ul class="plain-list">{preview.chosen.iter().map(item).collect_view()}</ul>
            {note}
            <button type="submit" class="button">{button}</button>
            " "
            <a href=back.clone()>"Choose again"</a>
        </form>
    }
    .into_any()
}
