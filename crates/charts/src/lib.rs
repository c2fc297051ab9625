//! Plots as SVG for a page: numbers and words in, text out. Colours are classes of the stylesheet, so that a plot follows the
//! page into the dark; nothing is drawn that a strict content security policy forbids. A plot never stands alone: whoever
//! shows one puts its numbers in a table beside it.

mod bars;
pub mod graph;
mod history;
mod ink;
mod trend;

pub use bars::{Bar, Bars, bars};
pub use history::{History, Mark, history};
pub use trend::{Point, Trend, trend};

use ink::Ink;
use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, IntoDrawingArea, SVGBackend};

/// Width of every plot in its own units; the page scales it. Narrow, so that words stay readable on a phone.
const WIDTH: i32 = 480;

/// What a plot says to those who do not see it.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// Unique on its page.
    pub id: &'a str,
    /// The finding.
    pub title: &'a str,
    /// What is drawn, and how.
    pub description: &'a str,
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn std::error::Error>>;

/// Draws, and puts the theme's classes and the words in. Drawing into a string does not fail; if it ever did, the plot would be
/// missing and the table beside it would still say everything.
fn svg(words: Words<'_>, height: i32, draw: impl FnOnce(&Area<'_>) -> Drawn) -> String {
    let mut drawing = String::new();
    let drawn = {
        let area = SVGBackend::with_string(&mut drawing, (WIDTH.unsigned_abs(), height.unsigned_abs())).into_drawing_area();
        draw(&area).and_then(|()| area.present().map_err(Into::into))
    };
    let inside = drawing.split_once('>').map(|(_, inside)| inside).filter(|_| drawn.is_ok());
    let Some(inside) = inside else { return String::new() };
    let Words { id, title, description } = words;
    format!(
        "<svg class=\"plot\" role=\"img\" aria-labelledby=\"{id}-title\" aria-describedby=\"{id}-words\" viewBox=\"0 0 {WIDTH} {height}\">\
         <title id=\"{id}-title\">{}</title><desc id=\"{id}-words\">{}</desc>{}",
        escaped(title),
        escaped(description),
        Ink::themed(inside)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A label that does not run out of the drawing.
fn short(label: &str) -> String {
    const LONGEST: usize = 60;
    if label.chars().count() <= LONGEST {
        return label.to_owned();
    }
    label.chars().take(LONGEST - 1).chain(['…']).collect()
}
