//! `/products/{address}/quality` and one run of it.

use super::rules::{Rules, rules_section};
use super::{expectation, outcome_badge, passed, share, shortfall};
use crate::features::catalogue::ProductTab;
use crate::features::quality_audit::audit_line;
use crate::ui::{breadcrumbs, count, cut_notice, data_table, empty_state, moment, plot_with_table, summary_list};
use charts::{History, Mark, Words, history};
use chrono::{DateTime, Utc};
use domain::calendar::singapore;
use domain::quality::{Layer, Passed, Shortfall};
use leptos::prelude::*;
use store::catalogue::ProductView;
use store::quality::{BenchmarkLine, CheckLine, RunLine};
use store::quality_audit::Outcome;

fn back(product: &ProductView) -> Vec<(String, String)> {
    vec![
        (format!("/products/{}", product.address), product.title.clone()),
        (ProductTab::ServiceLevels.url(&product.address), ProductTab::ServiceLevels.label().to_owned()),
    ]
}

fn checks_table(caption: &str, checks: &[CheckLine]) -> AnyView {
    let rows = checks
        .iter()
        .map(|line| {
            let place = match (&line.dataset, &line.column) {
                (Some(dataset), Some(column)) => view! { <code>{format!("{dataset}.{column}")}</code> }.into_any(),
                (Some(dataset), None) => view! { <code>{dataset.clone()}</code> }.into_any(),
                (None, _) => "The product".into_any(),
            };
            let found = match (line.unexpected, line.looked, line.value, &line.why) {
                (Some(n), Some(of), ..) => format!("{} of {} not as expected", count(n), count(of)),
                (Some(n), None, ..) => format!("{} not as expected", count(n)),
                (None, _, Some(value), _) => format!("Measured: {value}"),
                (None, _, None, Some(why)) => why.clone(),
                (None, _, None, None) => "–".into(),
            };
            vec![
                line.title.clone().into_any(),
                outcome_badge(line.outcome),
                place,
                line.layer.label().into_any(),
                found.into_any(),
                view! { {line.tool.label()}", "{moment(line.at)} }.into_any(),
            ]
        })
        .collect();
    data_table(caption, &["Check", "Outcome", "Of what", "Layer", "What was found", "Run by"], rows).into_any()
}

/// `most` of the runs are shown; one more says that there are others.
pub fn product_quality_page(
    csrf: &str,
    product: &ProductView,
    rules: &Rules,
    checks: &[CheckLine],
    (runs, most): (&[RunLine], usize),
    expected: &[(BenchmarkLine, Option<Shortfall>)],
    audited: Option<&Outcome>,
) -> AnyView {
    let body = if runs.is_empty() {
        let text = "The product’s team sends what Great Expectations, dbt or an OpenLineage client found to /api/v1/products/{address}/quality.";
        empty_state("No checks yet.", &text.replace("{address}", &product.address), ().into_any()).into_any()
    } else {
        view! {
            {layers(checks)}
            {cut_notice(runs.len(), most)}
            {by_run(product, &runs[..runs.len().min(most)])}
            <h2>"Every check"</h2>
            {checks_table("As the latest runs say", checks)}
        }
        .into_any()
    };
    let rows: Vec<Vec<AnyView>> = expected
        .iter()
        .map(|(line, short)| vec![expectation(&line.benchmark).into_any(), shortfall(*short).into_any(), line.reason.clone().into_any()])
        .collect();
    let benchmarks = (!rows.is_empty()).then(|| {
        view! {
            {data_table("What the trusted centre expects", &["Expected", "This product", "Why"], rows)}
            <p><a href=format!("/quality/{}", product.at.sector_slug)>{format!("Quality of the {} sector", product.at.sector_title)}</a></p>
        }
    });
    view! {
        {breadcrumbs(back(product))}
        <h1>"Quality checks"</h1>
        {audit_line(audited)}
        {benchmarks}
        {rules_section(csrf, product, rules)}
        {body}
    }
    .into_any()
}

fn layers(checks: &[CheckLine]) -> AnyView {
    let rows = Layer::ALL
        .iter()
        .map(|layer| {
            let of = Passed::of(checks.iter().filter(|line| line.layer == *layer).map(|line| line.outcome));
            vec![layer.label().into_any(), passed(of).into_any(), of.share().map_or_else(|| "–".to_owned(), share).into_any()]
        })
        .collect();
    let all = Passed::of(checks.iter().map(|line| line.outcome));
    view! { <h2>{passed(all)}</h2>{data_table("By layer", &["Layer", "Checks", "Share"], rows)} }.into_any()
}

#[expect(clippy::cast_precision_loss, reason = "seconds of some years")]
fn by_run(product: &ProductView, runs: &[RunLine]) -> AnyView {
    let drawn: Vec<(DateTime<Utc>, f64)> = runs.iter().rev().filter_map(|run| run.passed.share().map(|share| (run.at, share))).collect();
    let rows = runs
        .iter()
        .map(|run| {
            vec![
                view! { <a href=format!("/products/{}/quality/{}", product.address, run.id)>{moment(run.at)}</a> }.into_any(),
                run.tool.label().into_any(),
                run.suite.clone().unwrap_or_else(|| "–".into()).into_any(),
                passed(run.passed).into_any(),
            ]
        })
        .collect();
    let table = data_table("Runs, newest first", &["When", "Tool", "Suite", "Checks"], rows).into_any();
    let (Some((from, _)), Some((until, latest))) = (drawn.first(), drawn.last()) else { return table };
    let day = |at: &DateTime<Utc>| at.with_timezone(&singapore()).format("%-d %b").to_string();
    let across = |at: &DateTime<Utc>| (*at - *from).num_seconds() as f64;
    let marks = drawn.iter().map(|(at, share)| Mark { across: across(at), value: *share, beyond: *share < 100.0 }).collect();
    let span = (0.0, across(until).max(1.0));
    let plot = History {
        marks,
        line: Some((100.0, "All checks pass".into())),
        span,
        ends: (day(from), day(until)),
        unit: "% passed".into(),
        ..History::default()
    };
    let title = format!("{} of the latest run’s checks passed", share(*latest));
    let description = "A point for each run, a cross where a check did not pass: the share of its checks that passed.";
    view! { <h2>{title.clone()}</h2>{plot_with_table(history(Words { id: "plot-runs", title: &title, description }, &plot), table)} }.into_any()
}

/// One run.
pub fn run_page(product: &ProductView, run: &RunLine, checks: &[CheckLine]) -> AnyView {
    let mut trail = back(product);
    trail.push((format!("/products/{}/quality", product.address), "Quality checks".to_owned()));
    let tool = format!("{} {}", run.tool.label(), run.tool_version.clone().unwrap_or_default());
    let facts = vec![
        ("When", moment(run.at).into_any()),
        ("Checks", passed(run.passed).into_any()),
        ("Tool", tool.trim().to_owned().into_any()),
        ("Suite", run.suite.clone().unwrap_or_else(|| "–".into()).into_any()),
        match run.said_by.clone() {
            Some(who) => ("Sent", view! { {moment(run.recorded_at)}", with a token of "{who} }.into_any()),
            None => ("Asked", "Pasar asked the source".into_any()),
        },
    ];
    view! {
        {breadcrumbs(trail)}
        <h1>"A run of checks"</h1>
        {summary_list(facts)}
        {checks_table("What this run said", checks)}
    }
    .into_any()
}
