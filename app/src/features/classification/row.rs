//! One column in the review: what it is, what is proposed and why, what readers see before and after, and the decision.

use crate::ui::{Advice, advice_block, moment, status_tag};
use domain::classification::{ColumnClass, Dimension, Evidence, Scheme, Typed, Verdict};
use leptos::prelude::*;
use std::collections::BTreeMap;
use store::classification::{ProposalView, ReviewColumn};
use store::protection::ProtectedColumn;

const HEADS: [&str; 5] = ["Column", "Proposal and evidence", "Sample, before and after", "Readers", "Decision"];

/// Of a dataset's heading on the page.
pub fn heading_id(dataset: &str) -> String {
    format!("dataset-{dataset}")
}

/// What the page was made from, so that a decision over something else is noticed.
pub fn seen(column: &ReviewColumn) -> String {
    let class = column.now.map_or_else(|| "-".to_owned(), |now| format!("{} {} {}", now.classification, now.sensitivity, now.personal));
    let proposal = column.proposal.as_ref().map_or_else(|| "-".to_owned(), |proposal| proposal.id.to_string());
    format!("{class}/{proposal}")
}

/// What standards say of a dataset or a column, with the id that what it is about names.
fn advised(name: &str, advice: &[Advice]) -> (Option<AnyView>, Option<String>) {
    let id = format!("advice-{name}");
    let block = advice_block(&id, advice.iter().filter(|one| one.field == name));
    let described = block.is_some().then_some(id);
    (block, described)
}

pub fn dataset_table(dataset: &str, columns: &[&ReviewColumn], scheme: &Scheme, typed: &BTreeMap<String, Typed>, advice: &[Advice]) -> AnyView {
    let caption = format!("Columns of {dataset}");
    let nothing = Typed::default();
    let rows = columns.iter().map(|column| row(column, scheme, typed.get(&column.full_name()).unwrap_or(&nothing), advice)).collect_view();
    let (block, described) = advised(dataset, advice);
    view! {
        {block}
        <div class="table-wrap" tabindex="0" role="region" aria-label=caption.clone() aria-describedby=described>
            <table class="labelled review">
                <caption class="sr-only">{caption.clone()}</caption>
                <thead><tr>{HEADS.into_iter().map(|head| view! { <th scope="col">{head}</th> }).collect_view()}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(column: &ReviewColumn, scheme: &Scheme, typed: &Typed, advice: &[Advice]) -> AnyView {
    let name = column.full_name();
    let (block, described) = advised(&name, advice);
    let [what, proposed, sample, readers, decision] = HEADS;
    let personal = column.proposal.as_ref().is_some_and(|proposal| proposal.class.personal.is_personal());
    view! {
        <tr data-review-row="" data-personal=personal.then_some("") tabindex="-1" aria-label=name.clone()>
            <th scope="row" data-label=what>
                <input type="hidden" name=format!("seen:{name}") value=seen(column)/>
                <code>{column.name.clone()}</code>
                <p class="muted">{column.column_type.label()}{column.key.then_some(", key")}</p>
                {column.description.clone().map(|text| view! { <p class="muted">{text}</p> })}
                <p>{column.now.map_or_else(|| status_tag("Not classified").into_any(), |now| scheme.words(now).into_any())}</p>
                {conflicts(column, scheme)}
            </th>
            <td data-label=proposed>{proposal(column, scheme)}</td>
            <td data-label=sample>{before_and_after(column)}</td>
            <td data-label=readers>{effect(column)}</td>
            <td data-label=decision>{block}{choices(column, scheme, typed, described)}</td>
        </tr>
    }
    .into_any()
}

fn conflicts(column: &ReviewColumn, scheme: &Scheme) -> AnyView {
    let decided = column.decided.as_ref().map(|decided| {
        view! { <p class="muted">{format!("{} by {}, ", decided.verdict.label(), decided.by)}{moment(decided.at)}</p> }
    });
    let said = column
        .conflicts
        .iter()
        .map(|(by, class)| view! { <p class="fault">{format!("Contradicted. {} now: {}. The decision stands.", by.label(), scheme.words(*class))}</p> })
        .collect_view();
    view! { {decided}{said} }.into_any()
}

/// A share as a whole percentage: 0.982 is 98 %.
fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn proposal(column: &ReviewColumn, scheme: &Scheme) -> AnyView {
    let Some(proposal) = &column.proposal else {
        return view! { <p class="muted">"Nobody has looked at it yet."</p> }.into_any();
    };
    let kind = proposal.kind.as_deref().map_or_else(String::new, |kind| format!(" ({})", kind.replace('-', " ")));
    let first = proposal.evidence.first().map(|piece| piece.note.clone()).unwrap_or_default();
    view! {
        <p><strong>{scheme.words(proposal.class)}</strong>{kind}", "{percent(proposal.confidence)}" sure"</p>
        <p>{first}</p>
        <details>
            <summary>"Evidence"<span class="sr-only">{format!(" for {}", column.full_name())}</span></summary>
            <ul class="plain-list">{proposal.evidence.iter().map(evidence).collect_view()}</ul>
            <p class="muted">{looked_at(proposal)}", by "{proposal.author.clone()}", "{moment(proposal.made_at)}</p>
        </details>
    }
    .into_any()
}

fn looked_at(proposal: &ProposalView) -> String {
    match proposal.sampled {
        0 => "From names alone: no value was looked at".to_owned(),
        n => format!("From names and {n} values"),
    }
}

fn evidence(piece: &Evidence) -> AnyView {
    let side = if piece.speaks_for { "For" } else { "Against" };
    let counted = (piece.of > 0).then(|| format!(" {} of {} values.", piece.matched, piece.of));
    let examples = (!piece.examples.is_empty()).then(|| view! { " Such as "<code>{piece.examples.join("  ")}</code> });
    view! { <li>{format!("{side}, by {}: {}", piece.detector, piece.note)}{counted}{examples}</li> }.into_any()
}

/// What readers get of a column of a class, by what was chosen for it or by default, and why.
fn shown_as(class: ColumnClass, column: &ReviewColumn) -> String {
    let default = class.protection(column.column_type);
    let ColumnClass { classification, sensitivity, personal } = class;
    let technique = column
        .protected
        .clone()
        .map_or(default.technique, |protected| ProtectedColumn { classification, sensitivity, personal, pending: None, ..protected }.effective(None));
    let why = if technique == default.technique { default.why } else { "Its steward chose this." };
    format!("{}. {why}", technique.describe())
}

/// Values are masked on this page; it is said how readers see them.
fn before_and_after(column: &ReviewColumn) -> AnyView {
    let examples = column.proposal.as_ref().map(|proposal| proposal.examples.as_slice()).unwrap_or_default();
    let form = match examples {
        [] => "No value was looked at.".into_any(),
        some => view! { "Values, masked here: "<code>{some.join("  ")}</code> }.into_any(),
    };
    let before = column.now.map_or_else(|| "Left out. Nobody has said what it is.".to_owned(), |now| shown_as(now, column));
    let after = column.proposal.as_ref().map_or_else(|| "–".to_owned(), |proposal| shown_as(proposal.class, column));
    view! { <p class="muted">{form}</p><p>"Readers now: "{before}</p><p>"As proposed: "{after}</p> }.into_any()
}

fn effect(column: &ReviewColumn) -> AnyView {
    let hidden_now = column.now.is_none_or(ColumnClass::is_withheld);
    let hidden_then = column.proposal.as_ref().is_some_and(|proposal| proposal.class.is_withheld());
    let agreements = |n: i64| if n == 1 { "1 agreement in force".to_owned() } else { format!("{n} agreements in force") };
    match (column.agreements, hidden_now, hidden_then) {
        (0, ..) => "No agreement in force has it.".into_any(),
        (n, false, true) => view! { <strong>{format!("{} would lose it at once.", agreements(n))}</strong> }.into_any(),
        (n, true, false) => format!("{} would get it.", agreements(n)).into_any(),
        (n, true, true) => format!("Hidden from {}.", agreements(n)).into_any(),
        (n, false, false) => format!("{} would keep it.", agreements(n)).into_any(),
    }
}

fn choices(column: &ReviewColumn, scheme: &Scheme, typed: &Typed, described: Option<String>) -> AnyView {
    let name = column.full_name();
    let said = typed.verdict.parse::<Verdict>().ok();
    let radio = |value: &'static str, label: &'static str, checked: bool| {
        let id = format!("v-{value}-{name}");
        view! {
            <div class="choice">
                <input type="radio" id=id.clone() name=format!("v:{name}") value=value checked=checked/>
                <label for=id>{label}<span class="sr-only">{format!(" {name}")}</span></label>
            </div>
        }
    };
    let base = column.now.or_else(|| column.proposal.as_ref().map(|proposal| proposal.class));
    let chosen = |dimension: Dimension| {
        let (typed, class) = match dimension {
            Dimension::Security => (&typed.classification, base.map(|class| class.classification.as_str())),
            Dimension::Sensitivity => (&typed.sensitivity, base.map(|class| class.sensitivity.as_str())),
            Dimension::Personal => (&typed.personal, base.map(|class| class.personal.as_str())),
        };
        if typed.is_empty() { class.unwrap_or_default().to_owned() } else { typed.clone() }
    };
    let selects = [("c", Dimension::Security), ("s", Dimension::Sensitivity), ("p", Dimension::Personal)]
        .into_iter()
        .map(|(field, dimension)| select(&name, field, dimension, &chosen(dimension), scheme))
        .collect_view();
    let proposed = column.proposal.is_some();
    view! {
        <fieldset class="review-choices" aria-describedby=described>
            <legend class="sr-only">{format!("Decision on {name}")}</legend>
            {proposed.then(|| radio("accepted", "Accept", said == Some(Verdict::Accepted)))}
            {radio("changed", "Change", said == Some(Verdict::Changed))}
            {proposed.then(|| radio("rejected", "Reject", said == Some(Verdict::Rejected)))}
            {radio("", "Later", said.is_none())}
        </fieldset>
        <details open=said == Some(Verdict::Changed) data-review-change="">
            <summary>"Levels and note"<span class="sr-only">{format!(" of {name}")}</span></summary>
            {selects}
            <label for=format!("n-{name}")>"Note"</label>
            <input type="text" id=format!("n-{name}") name=format!("n:{name}") value=typed.note.clone() maxlength="500"/>
        </details>
    }
    .into_any()
}

fn select(name: &str, field: &'static str, dimension: Dimension, chosen: &str, scheme: &Scheme) -> AnyView {
    let id = format!("{field}-{name}");
    // A level that is not given any longer stays while the column has it.
    let offered = scheme.of(dimension).filter(|level| level.in_use || level.code == chosen);
    let options =
        offered.map(|level| view! { <option value=level.code.clone() selected=level.code == chosen>{level.title.clone()}</option> }).collect_view();
    view! {
        <label for=id.clone()>{dimension.label()}</label>
        <select id=id name=format!("{field}:{name}")>{options}</select>
    }
    .into_any()
}
