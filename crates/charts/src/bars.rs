//! Lying bars, each under its own name, so that names may be long and the plot narrow.

use crate::ink::Ink;
use crate::{Area, Drawn, WIDTH, Words, short, svg};
use plotters::prelude::{PathElement, Rectangle, Text};
use plotters::style::text_anchor::{HPos, VPos};

#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    pub label: String,
    /// How long it is; none leaves room for what is said alone.
    pub value: Option<f64>,
    /// Stands at its end.
    pub said: String,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bars {
    pub bars: Vec<Bar>,
    /// A line across all bars, and what stands at it; longer bars are drawn otherwise.
    pub target: Option<(f64, String)>,
}

const ROW: i32 = 40;
const BAR: i32 = 13;
/// Room for what is said at the end of the longest bar.
const SAID: i32 = 150;
const TARGET: i32 = 20;

pub fn bars(words: Words<'_>, plot: &Bars) -> String {
    let rows = i32::try_from(plot.bars.len()).unwrap_or(i32::MAX / ROW).min(500);
    let height = rows * ROW + if plot.target.is_some() { TARGET } else { 4 };
    svg(words, height, |area| draw(area, plot, height))
}

fn draw(area: &Area<'_>, plot: &Bars, height: i32) -> Drawn {
    let target = plot.target.as_ref().map(|(value, _)| *value);
    let longest = plot.bars.iter().filter_map(|bar| bar.value).chain(target).fold(0.0, f64::max);
    let reach = |value: f64| {
        let share = if longest > 0.0 { (value / longest).clamp(0.0, 1.0) } else { 0.0 };
        #[expect(clippy::cast_possible_truncation, reason = "within the drawing's width")]
        let across = (share * f64::from(WIDTH - SAID)).round() as i32;
        across
    };
    if let Some((value, said)) = &plot.target {
        let at = reach(*value);
        area.draw(&PathElement::new(vec![(at, 0), (at, height - TARGET + 4)], Ink::Target.stroke(2)))?;
        area.draw(&Text::new(said.clone(), (at, height - 2), Ink::Words.words(HPos::Center, VPos::Bottom)))?;
    }
    for (top, bar) in (0i32..).step_by(ROW.unsigned_abs() as usize).zip(&plot.bars) {
        area.draw(&Text::new(short(&bar.label), (0, top + 4), Ink::Words.words(HPos::Left, VPos::Top)))?;
        let end = bar.value.map_or(0, reach);
        let (above, below) = (top + 20, top + 20 + BAR);
        if end > 0 {
            let ink = if target.is_some_and(|target| bar.value > Some(target)) { Ink::Beyond } else { Ink::Bar };
            area.draw(&Rectangle::new([(0, above), (end, below)], ink.fill()))?;
        }
        let beside = if end > 0 { end + 6 } else { 0 };
        area.draw(&Text::new(bar.said.clone(), (beside, top + 20 + BAR / 2), Ink::Words.words(HPos::Left, VPos::Center)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: Words<'_> = Words { id: "agencies", title: "A & B", description: "<Bars>" };

    fn bar(label: &str, value: Option<f64>) -> Bar {
        Bar { label: label.into(), value, said: value.map_or_else(|| "not yet".into(), |value| value.to_string()) }
    }

    #[test]
    fn bars_are_as_long_as_their_numbers() {
        let plot = Bars { bars: vec![bar("Water", Some(5.0)), bar("Parks", Some(10.0)), bar("Rail", None)], target: Some((7.0, "Target: 7".into())) };
        let html = bars(WORDS, &plot);
        assert!(html.contains("width=\"165\"") && html.contains("width=\"330\""), "{html}");
        assert_eq!((html.matches("plot-fill-bar").count(), html.matches("plot-fill-beyond").count()), (1, 1), "{html}");
        assert!(html.contains("not yet") && html.contains("Target: 7") && html.contains("plot-stroke-target"), "{html}");
    }

    #[test]
    fn a_plot_is_named_escaped_and_leaves_colours_to_the_stylesheet() {
        let html = bars(WORDS, &Bars { bars: vec![bar("<script>\"fill=\"#ABCD00\"", Some(1.0))], target: None });
        assert!(
            html.starts_with("<svg class=\"plot\" role=\"img\" aria-labelledby=\"agencies-title\" aria-describedby=\"agencies-words\""),
            "{html}"
        );
        assert!(html.contains("<title id=\"agencies-title\">A &amp; B</title><desc id=\"agencies-words\">&lt;Bars&gt;</desc>"), "{html}");
        assert!(html.trim_end().ends_with("</svg>") && !html.contains("<script") && !html.contains("style"), "{html}");
        assert!(!html.contains("=\"#") && !html.contains("font-"), "a colour or a font of the library's is left: {html}");
    }

    #[test]
    fn nothing_and_nonsense_are_drawn_without_harm() {
        assert!(bars(WORDS, &Bars::default()).contains("viewBox=\"0 0 480 4\""));
        let odd = bars(WORDS, &Bars { bars: vec![bar(&"x".repeat(900), Some(0.0)), bar("n", Some(f64::NAN))], target: None });
        assert!(odd.contains('…') && !odd.contains("NaN\""), "{odd}");
    }
}
