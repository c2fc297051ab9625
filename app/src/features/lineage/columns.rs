//! Columns of one product's datasets, with what goes into them and what is made of them.

use crate::ui::{count, cut_notice, data_table, notice};
use charts::Words;
use charts::graph::{Graph, Look, Node, graph};
use leptos::prelude::*;
use std::collections::BTreeMap;
use store::lineage::ColumnEdge;

/// Columns that are drawn.
const DRAWN: usize = 60;

/// `most` are shown; one more says that there are others.
pub fn columns(address: &str, edges: &[ColumnEdge], most: usize) -> AnyView {
    if edges.is_empty() {
        return view! { <p>"No pipeline and no input port says which columns become which."</p> }.into_any();
    }
    let cut = cut_notice(edges.len(), most);
    let (svg, left_out) = drawn(address, &edges[..edges.len().min(most)]);
    let undrawn = (left_out > 0).then(|| {
        let text = format!(
            "The drawing holds {DRAWN} columns and leaves out {} arrows; the table has them.",
            count(i64::try_from(left_out).unwrap_or_default())
        );
        notice(text.into_any())
    });
    let rows = edges
        .iter()
        .take(most)
        .map(|edge| {
            let how = match (edge.direct, edge.masked) {
                (true, false) => "Its values arrive",
                (true, true) => "Its values arrive masked",
                (false, _) => "It decides which rows arrive",
            };
            vec![spot(edge.from.as_ref()), spot(edge.to.as_ref()), how.into_any()]
        })
        .collect();
    view! { {cut}{undrawn}{scrolled(svg, "Drawing of the columns")}{data_table("Which columns become which", &["From", "To", "How"], rows)} }
        .into_any()
}

/// A drawing that may be wider than the page.
pub fn scrolled(svg: String, label: &'static str) -> Option<AnyView> {
    (!svg.is_empty()).then(|| view! { <div class="graph-frame" tabindex="0" role="region" aria-label=label inner_html=svg></div> }.into_any())
}

fn spot(spot: Option<&(String, String)>) -> AnyView {
    match spot {
        Some((dataset, column)) => view! { <code>{column.clone()}</code>" of "<span class="address">{dataset.clone()}</span> }.into_any(),
        None => "A column outside the catalogue".into_any(),
    }
}

/// The drawing, and how many arrows it had to leave out.
fn drawn(address: &str, edges: &[ColumnEdge]) -> (String, usize) {
    let mut order: BTreeMap<Option<&(String, String)>, usize> = BTreeMap::new();
    let (mut nodes, mut arrows) = (vec![], vec![]);
    for edge in edges {
        let ends = [edge.from.as_ref(), edge.to.as_ref()];
        if nodes.len() + 2 > DRAWN {
            continue;
        }
        let places = ends.map(|end| {
            // What is outside is another column each time, as far as anybody is told.
            if let Some(known) = end.and_then(|_| order.get(&end)) {
                return *known;
            }
            nodes.push(node(address, end));
            if end.is_some() {
                order.insert(end, nodes.len() - 1);
            }
            nodes.len() - 1
        });
        arrows.push((places[0], places[1]));
    }
    let words = Words { id: "columns", title: "Which columns become which", description: "Boxes are columns. The table below says the same." };
    let left_out = edges.len() - arrows.len();
    (graph(words, &Graph { nodes, arrows }), left_out)
}

fn node(address: &str, spot: Option<&(String, String)>) -> Node {
    let Some((dataset, column)) = spot else {
        return Node { title: "A column".into(), notes: vec!["Outside the catalogue".into()], look: Look::Outside, href: None };
    };
    let own = dataset.strip_prefix(address).is_some_and(|rest| rest.starts_with('.'));
    let product = dataset.rsplit_once('.').map_or(dataset.as_str(), |(product, _)| product);
    let href = (!own).then(|| format!("/products/{product}/lineage?columns=1"));
    let title = if column == "*" { "Every column".to_owned() } else { column.clone() };
    Node { title, notes: vec![dataset.clone()], look: if own { Look::Here } else { Look::Known }, href }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_drawing_leaves_out_is_said() {
        let edge = |n: usize| ColumnEdge {
            from: Some(("a.b.x".into(), format!("c{n}"))),
            to: Some(("c.d.y".into(), format!("c{n}"))),
            direct: true,
            masked: false,
        };
        let edges = |n: usize| (0..n).map(edge).collect::<Vec<_>>();
        assert_eq!((drawn("a.b", &edges(30)).1, drawn("a.b", &edges(40)).1), (0, 10));
        let said = columns("a.b", &edges(41), 40).to_html();
        assert!(said.contains("Only the first 40 are shown") && said.contains("leaves out 10 arrows"), "{said}");
        assert!(!columns("a.b", &edges(30), 40).to_html().contains("notice"));
    }
}
