//! Something that was measured again and again, against the line that it should keep to: a point for each time, those beyond marked, and
//! the moments marked at which the matter changed.

use crate::ink::Ink;
use crate::{Area, Drawn, WIDTH, Words, svg};
use plotters::chart::ChartBuilder;
use plotters::prelude::{Circle, Cross, LineSeries, PathElement, Text};
use plotters::style::text_anchor::{HPos, VPos};

/// A measurement; `across` grows with time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    pub across: f64,
    pub value: f64,
    /// It does not keep to the line.
    pub beyond: bool,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    /// In the order of time.
    pub marks: Vec<Mark>,
    /// Drawn as steps: what held from one mark to the next, with no dot on each.
    pub steps: bool,
    /// A line across, and what is said of it.
    pub line: Option<(f64, String)>,
    /// Moments at which something broke: upright lines.
    pub breaks: Vec<f64>,
    /// From where to where, as `across` counts.
    pub span: (f64, f64),
    /// What stands at either end.
    pub ends: (String, String),
    /// What is counted upwards, above the axis.
    pub unit: String,
}

const HEIGHT: i32 = 220;
/// Points that are drawn as points; more make a line alone.
const DOTS: usize = 120;

pub fn history(words: Words<'_>, plot: &History) -> String {
    svg(words, HEIGHT, |area| draw(area, plot))
}

fn draw(area: &Area<'_>, plot: &History) -> Drawn {
    let marks: Vec<Mark> = plot.marks.iter().copied().filter(|mark| mark.value.is_finite() && mark.across.is_finite()).collect();
    let values = || marks.iter().map(|mark| mark.value).chain(plot.line.iter().map(|(at, _)| *at)).filter(|value| value.is_finite());
    let (low, high) = (values().fold(0.0, f64::min), values().fold(0.0, f64::max));
    let room = ((high - low) * 0.1).max(0.5);
    let (from, until) = if plot.span.1 > plot.span.0 { plot.span } else { (0.0, 1.0) };
    let bottom = if low < 0.0 { low - room } else { 0.0 };
    let mut chart = ChartBuilder::on(area)
        .margin_top(26)
        .margin_right(8)
        .x_label_area_size(24)
        .y_label_area_size(44)
        .build_cartesian_2d(from..until, bottom..high + room)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(0)
        .y_labels(5)
        .y_label_style(Ink::Words.words(HPos::Right, VPos::Center))
        .y_label_formatter(&|value| if value.abs() >= 10.0 { format!("{value:.0}") } else { format!("{value:.1}") })
        .bold_line_style(Ink::Grid.stroke(1))
        .light_line_style(plotters::style::TRANSPARENT)
        .axis_style(Ink::Grid.stroke(1))
        .draw()?;
    area.draw(&Text::new(plot.unit.clone(), (0, 2), Ink::Words.words(HPos::Left, VPos::Top)))?;
    if let Some((at, said)) = &plot.line {
        chart.draw_series(LineSeries::new([(from, *at), (until, *at)], Ink::Target.stroke(2)))?;
        area.draw(&Text::new(said.clone(), (WIDTH - 8, 2), Ink::Words.words(HPos::Right, VPos::Top)))?;
    }
    for at in plot.breaks.iter().filter(|at| at.is_finite()) {
        chart.draw_series([PathElement::new(vec![(*at, bottom), (*at, high + room)], Ink::Beyond.stroke(2))])?;
    }
    let mut path: Vec<(f64, f64)> = vec![];
    for mark in &marks {
        if let (true, Some((_, before))) = (plot.steps, path.last().copied()) {
            path.push((mark.across, before));
        }
        path.push((mark.across, mark.value));
    }
    chart.draw_series(LineSeries::new(path, Ink::Line.stroke(2)))?;
    if !plot.steps {
        let few = marks.len() <= DOTS;
        chart.draw_series(marks.iter().filter(|mark| few && !mark.beyond).map(|mark| Circle::new((mark.across, mark.value), 3, Ink::Line.fill())))?;
        // Another shape, not another colour alone.
        chart.draw_series(marks.iter().filter(|mark| mark.beyond).map(|mark| Cross::new((mark.across, mark.value), 5, Ink::Beyond.stroke(3))))?;
    }
    area.draw(&Text::new(plot.ends.0.clone(), (44, HEIGHT - 4), Ink::Words.words(HPos::Left, VPos::Bottom)))?;
    area.draw(&Text::new(plot.ends.1.clone(), (WIDTH - 8, HEIGHT - 4), Ink::Words.words(HPos::Right, VPos::Bottom)))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: Words<'_> = Words { id: "age", title: "Too old on 2 of 3 days", description: "Hours" };

    fn mark(across: f64, value: f64, beyond: bool) -> Mark {
        Mark { across, value, beyond }
    }

    fn plot(marks: Vec<Mark>) -> History {
        let ends = ("1 Nov".to_owned(), "30 Nov".to_owned());
        History { marks, line: Some((24.0, "At most 24".into())), breaks: vec![2.0], span: (0.0, 3.0), ends, unit: "hours".into(), steps: false }
    }

    #[test]
    fn what_is_beyond_is_marked_otherwise_and_a_break_is_a_line() {
        let html = history(WORDS, &plot(vec![mark(0.5, 20.0, false), mark(1.5, 30.0, true), mark(2.5, 40.0, true)]));
        assert_eq!((html.matches("<circle").count(), html.matches("plot-stroke-target").count()), (1, 1), "{html}");
        // Two strokes a cross, and the break.
        assert_eq!(html.matches("plot-stroke-beyond").count(), 5, "{html}");
        assert!(["At most 24", "1 Nov", "30 Nov", "hours"].iter().all(|word| html.contains(word)), "{html}");
        assert!(!html.contains("=\"#") && !html.contains("style="), "{html}");
    }

    #[test]
    fn steps_have_no_dots_and_nothing_is_drawn_without_harm() {
        let steps = History { steps: true, ..plot(vec![mark(0.0, 1.0, false), mark(1.0, -0.5, true)]) };
        let html = history(WORDS, &steps);
        assert!(!html.contains("<circle") && html.contains("plot-stroke-line"), "{html}");
        assert!(history(WORDS, &History::default()).contains("</svg>"));
        let odd = history(WORDS, &plot(vec![mark(f64::NAN, 1.0, false), mark(0.0, f64::INFINITY, true)]));
        assert!(odd.contains("</svg>") && !odd.contains("NaN"), "{odd}");
    }
}
