//! How something went from one step to the next: a line for the middle, a band from the lower to the upper quarter, and a
//! line for the target.

use crate::ink::Ink;
use crate::{Area, Drawn, WIDTH, Words, svg};
use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{Cartesian2d, Circle, LineSeries, PathElement, Polygon, SVGBackend, Text};
use plotters::style::text_anchor::{HPos, VPos};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Point {
    pub label: String,
    pub lower: Option<f64>,
    pub middle: Option<f64>,
    /// None while it is not known how high: the band then leaves the drawing.
    pub upper: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trend {
    pub points: Vec<Point>,
    /// What is counted upwards, above the axis.
    pub unit: String,
    pub target: f64,
    pub target_label: String,
    /// For a page that says much else.
    pub small: bool,
}

/// Labels that fit below the drawing.
const LABELS: usize = 8;

type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

pub fn trend(words: Words<'_>, plot: &Trend) -> String {
    let height = if plot.small { 180 } else { 280 };
    svg(words, height, |area| draw(area, plot, height))
}

#[expect(clippy::cast_precision_loss, reason = "as many points as there are months")]
fn draw(area: &Area<'_>, plot: &Trend, height: i32) -> Drawn {
    let known = plot.points.iter().flat_map(|point| [point.lower, point.middle, point.upper]).flatten().filter(|value| value.is_finite());
    let top = (known.fold(plot.target, f64::max) * 1.15).ceil();
    let last = plot.points.len().saturating_sub(1) as f64;
    let mut chart = ChartBuilder::on(area)
        .margin_top(26)
        .margin_right(8)
        .x_label_area_size(24)
        .y_label_area_size(30)
        .build_cartesian_2d(-0.3..last + 0.3, 0.0..top)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(0)
        .y_labels(if plot.small { 4 } else { 6 })
        .y_label_style(Ink::Words.words(HPos::Right, VPos::Center))
        .y_label_formatter(&|value| format!("{value:.0}"))
        .bold_line_style(Ink::Grid.stroke(1))
        .light_line_style(plotters::style::TRANSPARENT)
        .axis_style(Ink::Grid.stroke(1))
        .draw()?;
    area.draw(&Text::new(plot.unit.clone(), (0, 2), Ink::Words.words(HPos::Left, VPos::Top)))?;
    bands(&mut chart, &plot.points, top)?;
    chart.draw_series(LineSeries::new([(-0.3, plot.target), (last + 0.3, plot.target)], Ink::Target.stroke(2)))?;
    area.draw(&Text::new(plot.target_label.clone(), (WIDTH - 8, 2), Ink::Words.words(HPos::Right, VPos::Top)))?;
    let middles = |point: &Point| point.middle;
    for run in runs(&plot.points, middles) {
        chart.draw_series(LineSeries::new(run.iter().copied(), Ink::Line.stroke(3)))?;
        chart.draw_series(run.iter().map(|at| Circle::new(*at, 4, Ink::Line.fill())))?;
    }
    let every = plot.points.len().div_ceil(LABELS).max(1);
    for (index, point) in plot.points.iter().enumerate().filter(|(index, _)| (plot.points.len() - 1 - index).is_multiple_of(every)) {
        let (across, _) = chart.backend_coord(&(index as f64, 0.0));
        // The first and the last stay within the drawing.
        let at = across.clamp(24, WIDTH - 24);
        area.draw(&Text::new(point.label.clone(), (at, height - 4), Ink::Words.words(HPos::Center, VPos::Bottom)))?;
    }
    Ok(())
}

/// The band over each run of points whose lower quarter is known; over a single point it is a stroke.
fn bands(chart: &mut Chart<'_, '_>, points: &[Point], top: f64) -> Drawn {
    for lower in runs(points, |point| point.middle.and(point.lower)) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is an index of the points")]
        let mut upper = lower.iter().map(|(at, _)| (*at, points.get(*at as usize).and_then(|point| point.upper).unwrap_or(top)));
        if let [(at, low)] = lower[..] {
            let high = upper.next_back().map_or(top, |(_, high)| high);
            chart.draw_series([PathElement::new(vec![(at, low), (at, high)], Ink::Band.stroke(12))])?;
        } else {
            let edge: Vec<(f64, f64)> = lower.iter().copied().chain(upper.rev()).collect();
            chart.draw_series([Polygon::new(edge, Ink::Band.fill())])?;
        }
    }
    Ok(())
}

/// Points beside each other that have a value: what lies between two runs is not drawn, for nobody knows it.
#[expect(clippy::cast_precision_loss, reason = "as many points as there are months")]
fn runs(points: &[Point], value: impl Fn(&Point) -> Option<f64>) -> Vec<Vec<(f64, f64)>> {
    let mut runs = vec![vec![]];
    for (index, point) in points.iter().enumerate() {
        match (value(point).filter(|value| value.is_finite()), runs.last_mut()) {
            (Some(value), Some(run)) => run.push((index as f64, value)),
            _ => runs.push(vec![]),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: Words<'_> = Words { id: "months", title: "Half were read within 4.2 days", description: "By month" };

    fn point(label: &str, values: [Option<f64>; 3]) -> Point {
        Point { label: label.into(), lower: values[0], middle: values[1], upper: values[2] }
    }

    fn plot(points: Vec<Point>) -> String {
        trend(WORDS, &Trend { points, unit: "Working days".into(), target: 7.0, target_label: "Target: 7".into(), small: false })
    }

    #[test]
    fn a_gap_stays_a_gap() {
        let known = |label| point(label, [Some(2.0), Some(4.0), Some(6.0)]);
        let html = plot(vec![known("Jan"), known("Feb"), point("Mar", [None; 3]), known("Apr"), known("May")]);
        assert_eq!((html.matches("<polygon").count(), html.matches("plot-fill-line").count()), (2, 4), "{html}");
        assert_eq!((html.matches("plot-stroke-line").count(), html.matches("plot-stroke-target").count()), (2, 1), "{html}");
        assert!(["Jan", "Mar", "May", "Working days", "Target: 7"].iter().all(|word| html.contains(word)), "{html}");
        assert!(!html.contains("=\"#") && !html.contains("style="), "{html}");
    }

    #[test]
    fn many_months_are_not_all_named_and_the_last_always_is() {
        let html = plot((0..36).map(|month| point(&format!("m{month:02}"), [Some(1.0), Some(2.0), None])).collect());
        assert!(html.contains("m35") && html.contains("m00") && !html.contains("m34"), "{html}");
    }

    #[test]
    fn nothing_and_one_point_are_drawn_without_harm() {
        assert!(plot(vec![]).contains("</svg>"));
        let html = plot(vec![point("Jan", [Some(1.0), Some(f64::NAN), None])]);
        assert!(html.contains("</svg>") && !html.contains("NaN"), "{html}");
        assert_eq!(plot(vec![point("Jan", [Some(1.0), Some(2.0), None])]).matches("<circle").count(), 1);
    }
}
