//! Boxes and arrows between them, from left to right: laid out by a library, drawn with classes of the stylesheet. Boxes are links
//! where there is somewhere to go; the drawing never stands alone.

mod draw;
mod layout;
mod measured;

pub use draw::graph;

/// How a box is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Where one stands.
    Here,
    Known,
    /// What is not in the catalogue.
    Outside,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub title: String,
    /// Smaller words under it.
    pub notes: Vec<String>,
    pub look: Look,
    pub href: Option<String>,
}

/// Boxes, and arrows as places in their list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Graph {
    pub nodes: Vec<Node>,
    pub arrows: Vec<(usize, usize)>,
}
