//! What things are drawn with. The drawing library knows colours, the page knows classes: each ink is drawn in a colour of its
//! own that nobody sees, and becomes a class of the stylesheet afterwards.

use plotters::prelude::{IntoFont, IntoTextStyle, RGBColor, TextStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, ShapeStyle};

/// Of words, for the room that the library leaves for them. It writes sizes a quarter smaller than it is told.
const SIZE: f64 = 16.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Words,
    Grid,
    Line,
    Band,
    Bar,
    /// Of a bar that is beyond the target.
    Beyond,
    Target,
}

impl Ink {
    const ALL: [Self; 7] = [Self::Words, Self::Grid, Self::Line, Self::Band, Self::Bar, Self::Beyond, Self::Target];

    const fn name(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Grid => "grid",
            Self::Line => "line",
            Self::Band => "band",
            Self::Bar => "bar",
            Self::Beyond => "beyond",
            Self::Target => "target",
        }
    }

    const fn colour(self) -> RGBColor {
        RGBColor(0xAB, 0xCD, self as u8)
    }

    pub fn fill(self) -> ShapeStyle {
        self.colour().filled()
    }

    pub fn stroke(self, width: u32) -> ShapeStyle {
        self.colour().stroke_width(width)
    }

    /// Words, hung up at that corner; the stylesheet says how large they are.
    pub fn words(self, across: HPos, down: VPos) -> TextStyle<'static> {
        ("sans-serif", SIZE).into_font().color(&self.colour()).into_text_style(&(480u32, 480u32)).pos(Pos::new(across, down))
    }

    /// The drawing with classes for colours. Words in it are escaped, so that none looks like an attribute.
    pub fn themed(drawing: &str) -> String {
        let size = format!(" font-size=\"{}\"", SIZE / 1.24);
        let plain =
            [" font-family=\"sans-serif\"", " opacity=\"1\"", &size].into_iter().fold(drawing.to_owned(), |drawing, said| drawing.replace(said, ""));
        Self::ALL.into_iter().fold(plain, |drawing, ink| {
            let RGBColor(r, g, b) = ink.colour();
            let class = |what: &str| (format!("{what}=\"#{r:02X}{g:02X}{b:02X}\""), format!("class=\"plot-{what}-{}\"", ink.name()));
            [class("fill"), class("stroke")].into_iter().fold(drawing, |drawing, (colour, class)| drawing.replace(&colour, &class))
        })
    }
}
