//! Plots of an objective, each with its table: what was measured against the line, and how the budget went down.

use super::History;
use super::words::number;
use crate::ui::{data_table, moment, notice, plot_with_table};
use charts::{Mark, Words, history};
use chrono::{DateTime, TimeDelta, Utc};
use domain::calendar::singapore;
use domain::service_level::{LevelState, stand};
use leptos::prelude::*;
use store::service_level::LevelView;

/// Rows of a table beside a plot, the latest.
const ROWS: usize = 30;
/// Steps of the budget's line.
const STEPS: i32 = 60;

fn across(at: DateTime<Utc>, from: DateTime<Utc>) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "seconds of some hundred days")]
    let seconds = (at - from).num_seconds() as f64;
    seconds / 86_400.0
}

fn short(at: DateTime<Utc>) -> String {
    at.with_timezone(&singapore()).format("%-d %b").to_string()
}

fn ends(from: DateTime<Utc>, until: DateTime<Utc>) -> (String, String) {
    (short(from), short(until))
}

fn breaks(told: &History, from: DateTime<Utc>) -> Vec<f64> {
    told.changes
        .iter()
        .filter(|change| change.to == LevelState::Breached && change.from != change.to && change.at > from)
        .map(|change| across(change.at, from))
        .collect()
}

/// What was measured within the window.
pub(super) fn measured(level: &LevelView, told: &History) -> AnyView {
    let from = told.now - level.budget.window();
    let lines: Vec<_> = told.measured.iter().filter(|line| line.at > from).collect();
    // Cut within this window, not in the one before it.
    let cut = told.cut && lines.len() == told.measured.len();
    let bad = lines.iter().filter(|line| !line.good).count();
    // Where only good and bad are said, these are the numbers.
    let value = |line: &store::service_level::MeasuredLine| line.value.unwrap_or(if line.good { 1.0 } else { 0.0 });
    let marks = lines.iter().map(|line| Mark { across: across(line.at, from), value: value(line), beyond: !line.good }).collect();
    let line = level.bound.map(|(comparison, bound)| (bound, format!("Objective: {} {}", comparison.label(), number(bound))));
    let unit = if level.bound.is_some() { level.measure.unit() } else { "1 is good" };
    let plot = charts::History {
        marks,
        steps: false,
        line,
        breaks: breaks(told, from),
        span: (0.0, across(told.now, from)),
        ends: ends(from, told.now),
        unit: unit.into(),
    };
    let title = match (lines.len(), bad) {
        (0, _) => "Nothing was measured in this window".to_owned(),
        (all, 0) if cut => format!("All of the latest {all} measurements were good"),
        (all, bad) if cut => format!("{bad} of the latest {all} measurements were not good"),
        (all, 0) => format!("All of {all} measurements were good"),
        (all, bad) => format!("{bad} of {all} measurements were not good"),
    };
    let description =
        "A point for each measurement; a cross where it did not keep to the objective, which is the dashed line. Upright lines: the promise broke.";
    let svg = history(Words { id: "plot-measured", title: &title, description }, &plot);
    let rows = lines
        .iter()
        .rev()
        .take(ROWS)
        .map(|line| {
            let value =
                line.value.map_or_else(|| "–".to_owned(), |value| format!("{} {}", number(value), level.measure.unit()).trim_end().to_owned());
            let by = line.tool.clone().unwrap_or_else(|| line.by.label().to_owned());
            vec![moment(line.at).into_any(), value.into_any(), (if line.good { "Good" } else { "Not good" }).into_any(), by.into_any()]
        })
        .collect();
    let caption = if lines.len() > ROWS { "The latest measurements" } else { "What was measured" };
    let table = data_table(caption, &["When", "Value", "Kept", "Measured by"], rows);
    let older = cut.then(|| {
        let (all, bad) = (level.standing.measured, level.standing.bad);
        notice(
            format!("Older measurements of this window are not drawn. The error budget counts all of it: {bad} of {all} periods were bad.")
                .into_any(),
        )
    });
    view! { <h2>{title.clone()}</h2>{older}{plot_with_table(svg, table.into_any())} }.into_any()
}

/// How the budget went down over the window, step by step.
#[expect(clippy::cast_precision_loss, reason = "as many periods as a window has")]
pub(super) fn burn_down(level: &LevelView, told: &History) -> AnyView {
    let (window, from) = (level.budget.window(), told.now - level.budget.window());
    let step = TimeDelta::seconds(window.num_seconds() / i64::from(STEPS));
    let steps: Vec<(DateTime<Utc>, domain::service_level::Standing)> =
        (0..=STEPS).map(|n| from + step * n).map(|at| (at, stand(&level.budget, &told.bad, at))).collect();
    // Nothing may go wrong: what is drawn is how much did.
    let strict = level.budget.allowed() <= 0.0;
    let left = |standing: &domain::service_level::Standing| if strict { -(standing.bad as f64) } else { standing.left * 100.0 };
    let marks = steps.iter().map(|(at, standing)| Mark { across: across(*at, from), value: left(standing), beyond: standing.left < 0.0 }).collect();
    let unit = if strict { "bad periods" } else { "% of the budget left" };
    let plot = charts::History {
        marks,
        steps: true,
        line: Some((0.0, "Nothing left".into())),
        breaks: breaks(told, from),
        span: (0.0, across(told.now, from)),
        ends: ends(from, told.now),
        unit: unit.into(),
    };
    let title = match level.standing.left {
        left if left < 0.0 => "The error budget is used up".to_owned(),
        left => format!("{} % of the error budget is left", number((left * 100.0).round())),
    };
    let description = "Line: what was left of the error budget at each moment, of the window before it. Below the dashed line the promise is broken.";
    let svg = history(Words { id: "plot-budget", title: &title, description }, &plot);
    // Where it changed; a table of every step would say the same over and over.
    let mut rows: Vec<Vec<AnyView>> = vec![];
    let mut before = None;
    for (at, standing) in steps.iter().rev() {
        if before != Some(standing.bad) || rows.is_empty() {
            let left = if standing.left < 0.0 { "none".to_owned() } else { format!("{} %", number((standing.left * 100.0).round())) };
            rows.push(vec![moment(*at).into_any(), standing.bad.to_string().into_any(), number(standing.allowed).into_any(), left.into_any()]);
        }
        before = Some(standing.bad);
    }
    rows.truncate(ROWS);
    let table = data_table("The budget at moments when it changed", &["When", "Bad periods of the window", "Allowed", "Left"], rows);
    view! { <h2>{title.clone()}</h2>{plot_with_table(svg, table.into_any())} }.into_any()
}
