//! Columns of one product's datasets, with what goes into them and what is made of them.

use crate::ui::{count, data_table, notice};
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
    let cut =
        (edges.len() > most).then(|| notice(format!("Only the first {} are shown.", count(i64::try_from(most).unwrap_or_default())).into_any()));
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
    view! { {cut}{scrolled(drawn(address, edges), "Drawing of the columns")}{data_table("Which columns become which", &["From", "To", "How"], rows)} }
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

fn drawn(address: &str, edges: &[ColumnEdge]) -> String {
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
    graph(words, &Graph { nodes, arrows })
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
