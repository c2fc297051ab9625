//! `/subjects/{id}`: what is held of a person, where, and what the domains did about it.

use crate::ui::{breadcrumbs, count, data_table, day, deadline, empty_state, moment, notice, status_tag, summary_list};
use domain::calendar;
use domain::subject::{Outcome, SubjectState};
use leptos::prelude::*;
use store::subject::{FindingView, RequestView};

pub fn report_page(view: &RequestView) -> AnyView {
    let line = &view.line;
    let (held, unlooked): (Vec<&FindingView>, Vec<&FindingView>) = view.findings.iter().partition(|one| one.outcome == Outcome::Found);
    let facts = vec![
        ("Person", format!("{} {}", line.kind.label(), line.mask).into_any()),
        ("Wants to", line.wish.label().into_any()),
        ("Legal basis", view.purpose.clone().into_any()),
        ("What was asked", view.reason.clone().into_any()),
        ("Looked for", view.sector.as_ref().map_or_else(|| "In every sector".to_owned(), |(_, title)| format!("In the sector {title}")).into_any()),
        ("Opened", view! { {moment(line.opened_at)}", by "{line.opened_by.clone()} }.into_any()),
        ("Answer due", deadline(line.due_on).into_any()),
        ("State", view! { {status_tag(line.state.label())}{view.closed_at.map(|at| view! { " "{moment(at)} })} }.into_any()),
    ];
    let failed = (line.state == SubjectState::Failed).then(|| {
        notice(view! { "A source could not be asked, so nothing is known. "<a href="/subjects/new">"Open it again"</a>" in a minute." }.into_any())
    });
    view! {
        {breadcrumbs(vec![("/subjects".to_owned(), "Requests of people".to_owned())])}
        <h1>"What is held of a person"</h1>
        {failed}
        {summary_list(facts)}
        <h2>"Where the person is held"</h2>
        {holds(view, &held)}
        {not_looked(&unlooked)}
        {tasks(view)}
        {earlier(view)}
    }
    .into_any()
}

fn product(finding: &FindingView) -> AnyView {
    view! {
        <a href=format!("/products/{}", finding.product_address)>{finding.product_title.clone()}</a><br/>
        <span class="muted">{finding.domain_title.clone()}</span>
    }
    .into_any()
}

fn column(finding: &FindingView) -> AnyView {
    view! { <code>{format!("{}.{}", finding.dataset, finding.column)}</code> }.into_any()
}

fn holds(view: &RequestView, held: &[&FindingView]) -> AnyView {
    let looked = count(i64::from(view.looked));
    if held.is_empty() {
        let text = format!("{looked} columns that name people were looked through, each by its index.");
        return empty_state("Not found.", &text, ().into_any()).into_any();
    }
    let rows = held.iter().map(|one| vec![product(one), column(one), count(one.rows.unwrap_or_default()).into_any()]).collect();
    view! {
        {data_table("Columns that hold the person", &["Product", "Column", "Rows"], rows)}
        <p class="muted">{format!("{looked} columns that name people were looked through, each by its index.")}</p>
    }
    .into_any()
}

fn not_looked(findings: &[&FindingView]) -> AnyView {
    if findings.is_empty() {
        return ().into_any();
    }
    let rows = findings.iter().map(|one| vec![product(one), column(one), one.outcome.label().into_any()]).collect();
    view! {
        <h2>"Where Pasar could not look"</h2>
        <p>"Their domains were asked to look by hand."</p>
        {data_table("Columns that were not looked through", &["Product", "Column", "Why"], rows)}
    }
    .into_any()
}

fn tasks(view: &RequestView) -> AnyView {
    if view.tasks.is_empty() {
        return ().into_any();
    }
    let rows = view
        .tasks
        .iter()
        .map(|task| {
            let ended = task.ended_at.map(|at| view! { {moment(at)}{task.ended_by.clone().map(|name| format!(", {name}"))} });
            vec![
                task.domain_title.clone().into_any(),
                status_tag(task.state.label()).into_any(),
                task.evidence.clone().unwrap_or_else(|| "–".into()).into_any(),
                ended.into_any(),
            ]
        })
        .collect();
    view! { <h2>"What the domains did"</h2>{data_table("Tasks", &["Domain", "State", "Evidence", "Ended"], rows)} }.into_any()
}

fn earlier(view: &RequestView) -> AnyView {
    if view.earlier.is_empty() {
        return ().into_any();
    }
    let items = view
        .earlier
        .iter()
        .map(|one| view! { <li><a href=format!("/subjects/{}", one.id)>{one.wish.label()}</a>", "{day(calendar::day(one.opened_at))}</li> })
        .collect_view();
    view! { <h2>"Asked before"</h2><ul>{items}</ul> }.into_any()
}
