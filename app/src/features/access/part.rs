//! One part of a request: what of a product is asked for, who must agree, and what was said.

use super::clock::{Today, clock_words, deadline_with_clock};
use crate::ui::{classification_badge, data_table, day, moment, status_tag, summary_list};
use domain::access::{PartState, StepState};
use domain::protection::Technique;
use leptos::prelude::*;
use std::cmp::Reverse;
use store::access::{HeldAgreement, MessageKind, PartColumn, PartDataset, PartView, StepView};

/// The state of a part, whose turn it is, and what of each dataset is asked for and agreed.
pub fn part_facts(part: &PartView, held: &[HeldAgreement], today: &Today) -> impl IntoView + use<> {
    let mut facts = vec![("State", status_tag(part.state.label()).into_any())];
    if let Some(class) = part.classification {
        facts.push(("Classification", classification_badge(class).into_any()));
    }
    facts.push(("They already hold", held_already(held)));
    if part.state == PartState::Submitted {
        facts.push(("Whose turn", whose_turn(part, today)));
    }
    if let Some(at) = part.decided_at {
        let by = part.decider.clone().unwrap_or_else(|| "Pasar, by the rules in force".into());
        facts.push(("Decided", view! { {by}", "{moment(at)} }.into_any()));
    }
    facts.extend(part.reason.clone().map(|reason| ("Reason", reason.into_any())));
    facts.extend(part.until.map(|until| ("Granted until", day(until).into_any())));
    facts.extend(part.agreement.map(|id| ("Next", view! { <a href=format!("/agreements/{id}")>"Open the agreement and connect"</a> }.into_any())));
    let rows = part.datasets.iter().map(dataset_row).collect();
    let heads = ["Dataset", "Columns", "Rows", "Agreed", "Never leave the source"];
    view! { {summary_list(facts)}{data_table("What they would see", &heads, rows)} }
}

/// Titles with purpose and end, for a decider who weighs what one more would add.
fn held_already(held: &[HeldAgreement]) -> AnyView {
    if held.is_empty() {
        return "No agreement in force that you may know of".into_any();
    }
    let lines = held
        .iter()
        .map(|one| {
            let at = format!("/products/{}", one.product_address);
            view! { <li><a href=at>{one.product_title.clone()}</a>{format!(" for {}, until ", one.purpose)}{moment(one.until)}</li> }
        })
        .collect_view();
    view! { <ul class="plain-list">{lines}</ul> }.into_any()
}

fn whose_turn(part: &PartView, today: &Today) -> AnyView {
    if let Some(since) = part.paused_at {
        let clock = clock_words(part.due_on, Some(since), today);
        return view! { "The requester is asked, since "{moment(since)}": "{clock}"." }.into_any();
    }
    let who: Vec<String> = part.steps.iter().filter(|step| step.open).map(|step| step.handed_to.clone().unwrap_or_else(|| step.who())).collect();
    view! { {who.join(" and ")}", by "{deadline_with_clock(part.due_on, None, today)} }.into_any()
}

fn dataset_row(dataset: &PartDataset) -> Vec<AnyView> {
    let or = |words: Vec<String>, nothing: &str| if words.is_empty() { nothing.to_owned() } else { words.join(", ") };
    let agreed = match &dataset.granted {
        None => "Not decided".to_owned(),
        Some((columns, _)) if columns.is_empty() => "Nothing".to_owned(),
        Some((columns, rows)) => {
            let all = columns.len() == dataset.columns.len();
            let columns = if all { "All of these columns".to_owned() } else { columns.join(", ") };
            rows.describe().map_or_else(|| format!("{columns}; every row"), |rows| format!("{columns}; {rows}"))
        }
    };
    vec![
        dataset.title.clone().into_any(),
        columns_shown(dataset),
        rows_shown(dataset),
        agreed.into_any(),
        or(dataset.absent.clone(), "none").into_any(),
    ]
}

/// Which rows are asked for, and what holds for them together.
fn rows_shown(dataset: &PartDataset) -> AnyView {
    let rows = dataset.rows.describe().unwrap_or_else(|| "every row".into());
    let rules = dataset.policy.describe();
    let rules = (!rules.is_empty()).then(|| {
        let lines = rules.into_iter().map(|rule| view! { <li class="muted">{rule}</li> }).collect_view();
        view! { <ul class="plain-list">{lines}</ul> }
    });
    view! { {rows}{rules} }.into_any()
}

/// How a column is classified, and what is done to it for everybody.
pub fn column_note(column: &PartColumn) -> String {
    match column.technique {
        Technique::Clear {} => column.classification.label().to_owned(),
        technique => format!("{}; {}", column.classification.label(), technique.describe()),
    }
}

/// Columns that are shown at once.
const HANDFUL: usize = 6;

/// Columns with their classification; of many a handful, the highest first, and the rest folded.
fn columns_shown(dataset: &PartDataset) -> AnyView {
    let item = |column: &&PartColumn| view! { <li>{column.name.clone()}" "<span class="muted">{column_note(column)}</span></li> };
    let mut columns: Vec<&PartColumn> = dataset.columns.iter().collect();
    if columns.len() <= HANDFUL + 1 {
        return view! { <ul class="plain-list">{columns.iter().map(item).collect_view()}</ul> }.into_any();
    }
    columns.sort_by_key(|column| Reverse(column.classification));
    let (first, rest) = columns.split_at(HANDFUL);
    view! {
        <ul class="plain-list">{first.iter().map(item).collect_view()}</ul>
        <details>
            <summary>{format!("{} more", rest.len())}<span class="sr-only">{format!(" columns of {}", dataset.title)}</span></summary>
            <ul class="plain-list">{rest.iter().map(item).collect_view()}</ul>
        </details>
    }
    .into_any()
}

/// Who must agree, why, and what they said.
pub fn steps_table(part: &PartView) -> impl IntoView + use<> {
    let said = |step: &StepView| {
        let Some(at) = step.decided_at else {
            let escalated = step.escalated_at.map(|at| view! { <span class="muted">" Passed up on "{moment(at)}</span> });
            let handed = step.handed_to.clone().map(|name| format!(" Handed to {name}."));
            let word = if step.state == StepState::Waiting && !step.open { "Comes later" } else { step.state.label() };
            return view! { {word}{handed}{escalated} }.into_any();
        };
        let stood = step.decided_for.clone().map(|name| format!(" for {name}")).unwrap_or_default();
        let by = step.decider.clone().unwrap_or_default();
        let note = step.note.clone().map(|note| format!(": {note}")).unwrap_or_default();
        view! { {format!("{} by {by}{stood}, ", step.state.label())}{moment(at)}{note} }.into_any()
    };
    let rows = part
        .steps
        .iter()
        .map(|step| vec![format!("Step {}", step.stage).into_any(), step.who().into_any(), step.why.clone().into_any(), said(step)])
        .collect::<Vec<_>>();
    (!rows.is_empty()).then(|| data_table("Who must agree", &["Step", "Who", "Why", "State"], rows))
}

/// Questions and answers, oldest first.
pub fn conversation(part: &PartView) -> impl IntoView + use<> {
    let lines = part
        .messages
        .iter()
        .map(|message| {
            let verb = if message.kind == MessageKind::Question { "asked" } else { "answered" };
            view! { <li><p><strong>{format!("{} {verb}", message.author)}</strong>", "{moment(message.at)}</p><p>{message.text.clone()}</p></li> }
        })
        .collect_view();
    (!part.messages.is_empty()).then(|| view! { <h3>"Questions"</h3><ol class="plain-list conversation">{lines}</ol> })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::RowScope;
    use domain::catalogue::{Classification, ColumnType};
    use domain::protection::DatasetPolicy;

    fn dataset(columns: usize) -> PartDataset {
        let column = |n: usize| PartColumn {
            name: format!("column{n}"),
            classification: if n + 1 == columns { Classification::Confidential } else { Classification::OfficialOpen },
            column_type: ColumnType::Text,
            technique: Technique::Clear {},
        };
        PartDataset {
            port: uuid::Uuid::nil().into(),
            dataset: uuid::Uuid::nil().into(),
            title: "Routes".into(),
            columns: (0..columns).map(column).collect(),
            scope_columns: vec![],
            absent: vec![],
            rows: RowScope::default(),
            policy: DatasetPolicy::default(),
            granted: None,
        }
    }

    #[test]
    fn of_many_columns_the_highest_are_seen_and_the_rest_is_folded() {
        let many = columns_shown(&dataset(24)).to_html();
        let (seen, folded) = many.split_once("<details").unwrap();
        assert!(seen.contains("column23") && seen.matches("<li").count() == HANDFUL, "{many}");
        assert!(folded.contains("18 more") && folded.contains("columns of Routes") && folded.matches("<li").count() == 18, "{many}");
        assert!(!columns_shown(&dataset(HANDFUL + 1)).to_html().contains("<details"), "one more needs no press");
    }
}
