//! `/quality-audits/{id}`: what an audit found, for paper too; and the latest of a product, in a line of its page.

use super::list::found;
use super::{expectation, home, reached, shortfall};
use crate::features::quality::outcome_badge;
use crate::ui::{breadcrumbs, count, data_table, day, deadline, empty_state, moment};
use domain::quality::Passed;
use domain::quality_audit::Criterion;
use domain::{calendar, quality};
use leptos::prelude::*;
use std::collections::BTreeMap;
use store::quality_audit::{AuditLine, AuditedCheck, Finding, Outcome};

/// An audit with everything that its reader may know of.
#[derive(Debug, Clone)]
pub struct Report {
    pub line: AuditLine,
    pub findings: Vec<Finding>,
    pub checks: Vec<AuditedCheck>,
    /// There are more checks than are listed.
    pub more: bool,
}

pub fn report_page(report: &Report) -> AnyView {
    let line = &report.line;
    let trail = breadcrumbs(vec![home(), (format!("/quality-audits/plans/{}", line.plan), line.name.clone())]);
    let title = format!("{}: audit of {}", line.name, line.due_on.format("%-d %b %Y"));
    let Some(done_at) = line.done_at else {
        let text = "It asked for fresh measurements, and is taken as soon as they have come, within minutes.";
        return view! { {trail}<h1>{title}</h1>{empty_state("This audit is being taken.", text, ().into_any())} }.into_any();
    };
    let before = line.before.map(|(id, due_on)| {
        view! { <p>"Compared with "<a href=format!("/quality-audits/{id}")>"the audit of "{day(due_on)}</a>"."</p> }
    });
    view! {
        {trail}
        <h1>{title}</h1>
        <p class="lead">{found(line)}"."</p>
        <p class="muted">{format!("{} sector, taken ", line.sector_title)}{moment(done_at)}". Of products that you may know of."</p>
        {before}
        <p class="no-print"><a href=format!("/quality-audits/{}/results.csv", line.id)>"Download as CSV"</a></p>
        <h2>"In all"</h2>
        {totals(&report.findings)}
        <h2>"Products against what is expected"</h2>
        {findings(&report.findings)}
        {datasets(report)}
        <h2>"Each check"</h2>
        {checks(report)}
    }
    .into_any()
}

fn totals(findings: &[Finding]) -> AnyView {
    let rows: Vec<Vec<AnyView>> = Criterion::ALL
        .iter()
        .filter_map(|criterion| {
            let of: Vec<&Finding> = findings.iter().filter(|one| one.criterion == *criterion).collect();
            let first = of.first()?;
            let number = |n: usize| count(i64::try_from(n).unwrap_or(i64::MAX));
            let short = of.iter().filter(|one| one.short.is_some()).count();
            let known = of.iter().filter(|one| one.before.is_some()).count();
            let before = of.iter().filter(|one| one.before.is_some_and(|(_, short)| short.is_some())).count();
            Some(vec![
                criterion.label().into_any(),
                expectation(first.expected).into_any(),
                number(of.len()).into_any(),
                number(short).into_any(),
                if known == 0 { "–".to_owned() } else { number(before) }.into_any(),
            ])
        })
        .collect();
    if rows.is_empty() {
        return empty_state("Nothing was looked at.", "No product that you may know of was in use and readable at a port.", ().into_any()).into_any();
    }
    data_table("What counts", &["What counts", "Expected", "Products", "Fall short", "Fell short before"], rows).into_any()
}

fn findings(findings: &[Finding]) -> AnyView {
    let rows: Vec<Vec<AnyView>> = findings
        .iter()
        .map(|one| {
            let task = one.task.map(|(id, state, due_on)| {
                let until = (!state.is_over()).then(|| view! { ", until "{day(due_on)} });
                view! { <a href=format!("/quality-tasks/{id}")>{state.label()}<span class="sr-only">{format!(": {}, {}", one.title, one.criterion.label())}</span></a>{until} }
            });
            vec![
                view! { <a href=format!("/products/{}/quality", one.address)>{one.title.clone()}</a> }.into_any(),
                one.domain.clone().into_any(),
                one.criterion.label().into_any(),
                expectation(one.expected).into_any(),
                reached(one.passed).into_any(),
                shortfall(one.expected, one.passed, one.short).into_any(),
                changed(one).into_any(),
                task.into_any(),
            ]
        })
        .collect();
    if rows.is_empty() {
        return ().into_any();
    }
    let heads = ["Product", "Domain", "What counts", "Expected", "Reached", "Outcome", "Before", "What becomes of it"];
    data_table("Products, those that fall short first", &heads, rows).into_any()
}

/// "8 of 10, 80 %: falls short now", as against the audit before.
fn changed(one: &Finding) -> String {
    let Some((passed, short)) = one.before else { return "Not looked at".into() };
    let change = match (short.is_some(), one.short.is_some()) {
        (false, true) => "; falls short now",
        (true, false) => "; mended",
        (true, true) => "; fell short then too",
        (false, false) => "",
    };
    format!("{}{change}", reached(passed))
}

/// Shares of each dataset and layer; nothing where checks are left out, since shares of a part say nothing.
fn datasets(report: &Report) -> AnyView {
    if report.more || report.checks.is_empty() {
        return ().into_any();
    }
    let mut groups: BTreeMap<(&str, &str, Option<&str>, Criterion), Vec<&AuditedCheck>> = BTreeMap::new();
    for one in &report.checks {
        groups.entry((one.product.as_str(), one.address.as_str(), one.dataset.as_deref(), one.of)).or_default().push(one);
    }
    let rows = groups
        .into_iter()
        .map(|((product, address, dataset, of), checks)| {
            let now = Passed::of(checks.iter().map(|one| one.outcome));
            let before = Passed::of(checks.iter().filter_map(|one| one.before));
            vec![
                dataset.map_or_else(|| "The product".into_any(), |dataset| view! { <code>{dataset.to_owned()}</code> }.into_any()),
                view! { <a href=format!("/products/{address}/quality")>{product.to_owned()}</a> }.into_any(),
                of.label().into_any(),
                reached(now).into_any(),
                reached(before).into_any(),
            ]
        })
        .collect();
    let heads = ["Dataset", "Product", "Layer", "Passed", "Of the same checks before"];
    view! { <h2>"Each dataset"</h2>{data_table("Datasets, by product and layer", &heads, rows)} }.into_any()
}

fn checks(report: &Report) -> AnyView {
    if report.checks.is_empty() {
        return empty_state("No check has been run.", "Neither a tool nor Pasar has said anything of these products.", ().into_any()).into_any();
    }
    let rows = report
        .checks
        .iter()
        .map(|one| {
            let place = match (&one.dataset, &one.column) {
                (Some(dataset), Some(column)) => view! { <code>{format!("{dataset}.{column}")}</code> }.into_any(),
                (Some(dataset), None) => view! { <code>{dataset.clone()}</code> }.into_any(),
                (None, _) => "The product".into_any(),
            };
            let unexpected = match (one.unexpected, one.looked) {
                (Some(n), Some(of)) => format!("{} of {}", count(n), count(of)),
                (Some(n), None) => count(n),
                (None, _) => "–".into(),
            };
            vec![
                one.title.clone().into_any(),
                one.product.clone().into_any(),
                place,
                one.of.label().into_any(),
                outcome_badge(one.outcome),
                unexpected.into_any(),
                one.before.map_or("–", quality::Outcome::label).into_any(),
                view! { {one.tool.map_or("Pasar", quality::Tool::label)}", "{moment(one.at)} }.into_any(),
            ]
        })
        .collect();
    let more = report.more.then(|| view! { <p>"There are more. The CSV file has all of them."</p> });
    let heads = ["Check", "Product", "Of what", "Layer", "Outcome", "Not as expected", "Before", "Said by"];
    view! { {data_table("Checks and promises as they stood, by product", &heads, rows)}{more} }.into_any()
}

/// For the product's own page: how its latest audit ended.
pub fn audit_line(outcome: Option<&Outcome>) -> AnyView {
    let Some(outcome) = outcome else { return ().into_any() };
    let said = match (outcome.expected, outcome.short) {
        (0, _) => "nothing was expected of it".to_owned(),
        (_, 0) => "meets everything that is expected".to_owned(),
        (all, short) => format!("falls short of {short} of {all} things that are expected"),
    };
    view! {
        <p>"Audit of quality "{deadline(calendar::day(outcome.done_at))}": "{said}". "<a href=format!("/quality-audits/{}", outcome.id)>{outcome.name.clone()}</a></p>
    }
    .into_any()
}
