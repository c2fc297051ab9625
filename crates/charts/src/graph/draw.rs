//! The drawing. Text is put in escaped; sizes are those of the layout.

use super::layout::{WIDTH, lay_out};
use super::measured::{Type, fitted};
use super::{Graph, Look, Node};
use crate::{Words, escaped};
use std::fmt::Write;

const LINE: f64 = 17.0;
const PAD: f64 = 9.0;
/// As the stylesheet has them.
const TITLE: Type = Type { size: 13.0, bold: true };
const NOTE: Type = Type { size: 12.0, bold: false };
/// Notes of one box.
const NOTES: usize = 7;
const EDGE: f64 = 2.0;

/// SVG in which links can be followed; empty when it cannot be drawn. The first box where one stands has the id `{id}-start`, so that a drawing larger
/// than its place can be opened there.
pub fn graph(words: Words<'_>, drawn: &Graph) -> String {
    let heights: Vec<f64> = drawn.nodes.iter().map(height).collect();
    let Some(laid) = lay_out(&heights, &drawn.arrows).filter(|_| !drawn.nodes.is_empty()) else { return String::new() };
    let (width, tall) = (laid.width + 2.0 * EDGE, laid.height + 2.0 * EDGE);
    let Words { id, title, description } = words;
    let mut svg = format!(
        "<svg class=\"graph\" role=\"group\" aria-labelledby=\"{id}-title\" aria-describedby=\"{id}-words\" width=\"{width:.0}\" height=\"{tall:.0}\" \
         viewBox=\"-{EDGE} -{EDGE} {width:.0} {tall:.0}\"><title id=\"{id}-title\">{}</title><desc id=\"{id}-words\">{}</desc>\
         <defs><marker id=\"{id}-tip\" class=\"graph-tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">\
         <path d=\"M0 0L8 4L0 8z\"/></marker></defs><g class=\"graph-arrows\" aria-hidden=\"true\">",
        escaped(title),
        escaped(description)
    );
    for (from, to) in &drawn.arrows {
        if let (Some(from), Some(to)) = (laid.middles.get(*from), laid.middles.get(*to))
            && from != to
        {
            let (x, y, end_x, end_y) = (from.0 + WIDTH / 2.0, from.1, to.0 - WIDTH / 2.0, to.1);
            // Leads back: out on the right, round, and in on the left.
            let bend = if end_x > x { (end_x - x) / 2.0 } else { 60.0 };
            let _ = write!(
                svg,
                "<path d=\"M{x:.1} {y:.1}C{:.1} {y:.1} {:.1} {end_y:.1} {end_x:.1} {end_y:.1}\" marker-end=\"url(#{id}-tip)\"/>",
                x + bend,
                end_x - bend
            );
        }
    }
    svg.push_str("</g>");
    let start = drawn.nodes.iter().position(|node| node.look == Look::Here);
    for (place, ((node, height), (x, y))) in drawn.nodes.iter().zip(&heights).zip(&laid.middles).enumerate() {
        let named = if start == Some(place) { format!(" id=\"{id}-start\"") } else { String::new() };
        draw(&mut svg, node, &named, (x - WIDTH / 2.0, y - height / 2.0), *height);
    }
    svg.push_str("</svg>");
    svg
}

fn height(node: &Node) -> f64 {
    let lines = u32::try_from(node.notes.len().min(NOTES) + 1).unwrap_or(1);
    f64::from(lines) * LINE + 2.0 * PAD
}

fn draw(svg: &mut String, node: &Node, named: &str, (x, y): (f64, f64), height: f64) {
    let look = match node.look {
        Look::Here => "graph-here",
        Look::Known => "graph-known",
        Look::Outside => "graph-outside",
    };
    match &node.href {
        Some(href) => {
            let _ = write!(svg, "<a class=\"{look}\"{named} href=\"{}\">", escaped(href).replace('"', "&quot;"));
        }
        None => {
            let _ = write!(svg, "<g class=\"{look}\"{named}>");
        }
    }
    let room = WIDTH - 2.0 * PAD;
    let title = fitted(&node.title, room, TITLE);
    let notes: Vec<(&String, String)> = node.notes.iter().take(NOTES).map(|note| (note, fitted(note, room, NOTE))).collect();
    // What is cut short is said whole to whoever points at it.
    let cut = notes.iter().filter(|(note, shown)| *note != shown).map(|(note, _)| note.as_str());
    let whole = std::iter::once(node.title.as_str()).chain(cut).collect::<Vec<_>>().join(", ");
    let _ = write!(svg, "<title>{}</title><rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{WIDTH}\" height=\"{height:.1}\" rx=\"4\"/>", escaped(&whole));
    let (at, mut line) = (x + PAD, y + PAD + 12.0);
    let _ = write!(svg, "<text class=\"graph-title\" x=\"{at:.1}\" y=\"{line:.1}\">{}</text>", escaped(&title));
    for (_, note) in &notes {
        line += LINE;
        let _ = write!(svg, "<text class=\"graph-note\" x=\"{at:.1}\" y=\"{line:.1}\">{}</text>", escaped(note));
    }
    svg.push_str(if node.href.is_some() { "</a>" } else { "</g>" });
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: Words<'_> = Words { id: "lineage", title: "A & B", description: "<Boxes>" };

    fn node(title: &str, href: Option<&str>) -> Node {
        Node { title: title.into(), notes: vec!["Restricted".into()], look: Look::Known, href: href.map(Into::into) }
    }

    #[test]
    fn boxes_are_links_and_text_is_escaped() {
        let mut long = node("A product whose title is longer than its box", None);
        long.notes.push("postgres://a.host.with.a.long.name.example:5432".into());
        let nodes = vec![node("<script>", Some("/products/a.b?x=\"1\"")), long];
        let svg = graph(WORDS, &Graph { nodes, arrows: vec![(0, 1), (1, 0), (1, 1)] });
        assert!(svg.contains("&lt;script&gt;") && !svg.contains("<script") && svg.contains("x=&quot;1&quot;"), "{svg}");
        assert!(svg.contains(">A product whose title is…<"), "{svg}");
        let whole = "<title>A product whose title is longer than its box, postgres://a.host.with.a.long.name.example:5432</title>";
        assert!(svg.contains(whole) && svg.contains(">postgres://a.host") && !svg.contains("example:5432</text>"), "{svg}");
        assert_eq!(svg.matches("marker-end").count(), 2, "an arrow to itself is none: {svg}");
        assert!(graph(WORDS, &Graph::default()).is_empty());
    }

    #[test]
    fn where_one_stands_can_be_led_to_and_is_one_place() {
        let here = |title: &str| Node { look: Look::Here, ..node(title, None) };
        let svg = graph(WORDS, &Graph { nodes: vec![node("Before", None), here("One"), here("Two")], arrows: vec![(0, 1), (0, 2)] });
        assert_eq!(svg.matches("id=\"lineage-start\"").count(), 1, "{svg}");
        assert!(svg.contains("<g class=\"graph-here\" id=\"lineage-start\"><title>One</title>"), "{svg}");
        assert!(!graph(WORDS, &Graph { nodes: vec![node("A", None)], arrows: vec![] }).contains("-start"));
    }
}
