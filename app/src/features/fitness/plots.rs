//! Plots of scores, each with its table.

use super::words::{percent, scores_finding, trend_finding};
use crate::ui::{count, data_table, day, plot_with_table};
use charts::{Bar, Bars, Point, Trend, Words, bars, trend};
use domain::fitness::{Characteristic, Scores};
use leptos::prelude::*;
use store::fitness::TrendPoint;

/// Heads of the columns that hold scores: the whole first.
pub fn score_heads() -> Vec<&'static str> {
    std::iter::once("On the whole").chain(Characteristic::ALL.iter().map(|of| of.label())).collect()
}

/// The cells below [`score_heads`].
pub fn score_cells(scores: &Scores) -> Vec<AnyView> {
    let bold = view! { <strong>{percent(scores.overall)}</strong> }.into_any();
    std::iter::once(bold).chain(scores.each.iter().map(|score| percent(*score).into_any())).collect()
}

/// Six bars, with what each means beside it.
pub fn six_bars(scores: &Scores) -> AnyView {
    let bar = |(of, score): (Characteristic, f64)| Bar { label: of.label().to_owned(), value: Some(score * 100.0), said: percent(score) };
    let plot = Bars { bars: scores.by_characteristic().map(bar).collect(), target: Some((100.0, "All checks met".to_owned())) };
    let rows = scores.by_characteristic().map(|(of, score)| vec![of.label().into_any(), percent(score).into_any(), of.help().into_any()]).collect();
    let title = scores_finding(scores);
    let description = "Bars: the share of what the checks of each characteristic weigh that is met.";
    let svg = bars(Words { id: "plot-six", title: &title, description }, &plot);
    plot_with_table(svg, data_table("The six characteristics", &["Characteristic", "Score", "What it means"], rows).into_any()).into_any()
}

/// The whole score from day to day.
pub fn over_time(points: &[TrendPoint], of_many: bool) -> AnyView {
    let drawn = points
        .iter()
        .map(|point| Point {
            label: point.day.format("%-d %b").to_string(),
            lower: point.quartiles.map(|(lower, _)| lower * 100.0),
            middle: point.scores.map(|scores| scores.overall * 100.0),
            upper: point.quartiles.map(|(_, upper)| upper * 100.0),
        })
        .collect();
    let plot = Trend { points: drawn, unit: "%".into(), target: 100.0, target_label: "All checks met: 100".into(), small: true };
    let title = trend_finding(points);
    let description = if of_many {
        "Line: the mean of all products on each day. Band: the middle half of them. Days of which nothing is known are left out."
    } else {
        "Line: the score on each day. Days of which nothing is known are left out."
    };
    let rows = points
        .iter()
        .filter_map(|point| {
            let mut row = vec![day(point.day).into_any()];
            if of_many {
                row.push(count(point.products).into_any());
            }
            row.extend(score_cells(&point.scores?));
            Some(row)
        })
        .collect();
    let mut heads = vec!["Day"];
    if of_many {
        heads.push("Products");
    }
    heads.extend(score_heads());
    let svg = trend(Words { id: "plot-time", title: &title, description }, &plot);
    plot_with_table(svg, data_table("Scores over time", &heads, rows).into_any()).into_any()
}
