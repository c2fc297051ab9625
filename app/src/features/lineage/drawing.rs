//! The graph folded for a drawing: one box for each product, and what is outside the catalogue folded where it stands in the same
//! place. However large the answer, the drawing stays one that can be read.

use crate::ui::count;
use charts::Words;
use charts::graph::{Graph as Drawn, Look, Node};
use chrono::NaiveDate;
use domain::calendar::singapore;
use domain::catalogue::{Classification, PersonalCategory};
use domain::service_level::LevelState;
use std::collections::{BTreeMap, BTreeSet};
use store::lineage::{Graph, Product, Seen, What};

/// Boxes of one drawing.
const BOXES: usize = 60;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Product(String),
    Source(String),
    Named(String, String),
    /// By place in the list, until it is folded.
    Outside(usize),
    /// By what is next to it.
    Folded(BTreeSet<usize>, BTreeSet<usize>),
}

/// The drawing, and how many boxes it had to leave out.
pub fn drawing(address: &str, title: &str, graph: &Graph) -> (String, usize) {
    let (boxes, arrows) = folded(graph);
    let mut nearest: Vec<usize> = (0..boxes.len()).collect();
    nearest.sort_by_key(|place| (boxes[*place].iter().map(|node| node.hop.abs()).min(), *place));
    nearest.truncate(BOXES);
    nearest.sort_unstable();
    let place: BTreeMap<usize, usize> = nearest.iter().enumerate().map(|(new, old)| (*old, new)).collect();
    let nodes: Vec<Node> = nearest.iter().map(|old| node(address, &boxes[*old])).collect();
    let arrows = arrows.iter().filter_map(|(from, to)| Some((*place.get(from)?, *place.get(to)?))).collect();
    let up = boxes.iter().filter(|all| all.iter().all(|node| node.hop < 0)).count();
    let down = boxes.iter().filter(|all| all.iter().all(|node| node.hop > 0)).count();
    let heading = format!("{title} has {} before it and {} after it", count_of(up), count_of(down));
    let words =
        Words { id: "lineage", title: &heading, description: "Boxes are products, arrows say where data goes. The table below says the same." };
    (charts::graph::graph(words, &Drawn { nodes, arrows }), boxes.len() - nearest.len())
}

fn count_of(n: usize) -> String {
    if n == 1 { "1 box".into() } else { format!("{} boxes", count(i64::try_from(n).unwrap_or(i64::MAX))) }
}

type Boxes<'a> = Vec<Vec<&'a Seen>>;

fn folded(graph: &Graph) -> (Boxes<'_>, BTreeSet<(usize, usize)>) {
    let keys: Vec<Key> = graph
        .nodes
        .iter()
        .enumerate()
        .map(|(place, node)| match &node.what {
            What::Dataset(one) => Key::Product(one.address.clone()),
            What::Source(text) => Key::Source(text.clone()),
            What::Named { namespace, name } => Key::Named(namespace.clone(), name.clone()),
            What::Outside => Key::Outside(place),
        })
        .collect();
    let (_, arrows) = gathered(graph, &keys);
    let order = numbered(&keys);
    // Placeholders with the same neighbours are one box.
    let folded: Vec<Key> = keys
        .iter()
        .map(|key| match (key, order.get(key)) {
            (Key::Outside(_), Some(own)) => {
                let before = arrows.iter().filter(|(_, to)| to == own).map(|(from, _)| *from).collect();
                let after = arrows.iter().filter(|(from, _)| from == own).map(|(_, to)| *to).collect();
                Key::Folded(before, after)
            }
            (other, _) => other.clone(),
        })
        .collect();
    gathered(graph, &folded)
}

/// Boxes in the order in which they first come.
fn numbered(keys: &[Key]) -> BTreeMap<&Key, usize> {
    let mut order = BTreeMap::new();
    for key in keys {
        let next = order.len();
        order.entry(key).or_insert(next);
    }
    order
}

fn gathered<'a>(graph: &'a Graph, keys: &[Key]) -> (Boxes<'a>, BTreeSet<(usize, usize)>) {
    let order = numbered(keys);
    let mut boxes: Boxes<'a> = vec![vec![]; order.len()];
    for (node, key) in graph.nodes.iter().zip(keys) {
        boxes[order[key]].push(node);
    }
    let arrows = graph.edges.iter().map(|(from, to)| (order[&keys[*from]], order[&keys[*to]])).filter(|(from, to)| from != to).collect();
    (boxes, arrows)
}

/// What was measured of freshness, or told of the last write; otherwise what the document says.
fn freshness(products: &[&Product]) -> Option<String> {
    let promise = products.iter().filter_map(|one| one.fresh.promise).map(|(state, _)| state).max();
    let written = products.iter().filter_map(|one| one.fresh.written_at).max().map(|at| at.with_timezone(&singapore()).date_naive());
    let updated = products.iter().filter_map(|one| one.updated_on).max();
    let on = |day: NaiveDate| day.format("%-d %b %Y");
    match (promise.filter(|state| *state != LevelState::NotMeasured), written, updated) {
        (Some(state), ..) => Some(format!("Freshness: {}", state.label().to_lowercase())),
        (None, Some(day), _) => Some(format!("Last written {}", on(day))),
        (None, None, Some(day)) => Some(format!("Updated {}", on(day))),
        (None, None, None) => None,
    }
}

fn node(address: &str, all: &[&Seen]) -> Node {
    let mut notes = vec![];
    let products: Vec<&Product> = all.iter().filter_map(|node| if let What::Dataset(one) = &node.what { Some(one.as_ref()) } else { None }).collect();
    let (title, look, href) = match (products.first(), all.first().map(|node| &node.what)) {
        (Some(one), _) => {
            let here = one.address == address;
            let names: Vec<&str> = products.iter().map(|one| one.dataset.as_str()).collect();
            notes.push(if names.len() == 1 { names.join("") } else { format!("{} datasets", names.len()) });
            notes.push(products.iter().filter_map(|one| one.classification).max().map_or("Not classified", Classification::label).to_owned());
            notes.extend(
                products
                    .iter()
                    .filter_map(|one| one.personal)
                    .max()
                    .filter(|kind| *kind != PersonalCategory::None)
                    .map(|kind| kind.label().to_owned()),
            );
            notes.extend(freshness(&products));
            (one.title.clone(), if here { Look::Here } else { Look::Known }, (!here).then(|| format!("/products/{}/lineage", one.address)))
        }
        (None, Some(What::Source(text))) => (text.clone(), Look::Outside, None),
        (None, Some(What::Named { namespace, name })) => {
            notes.push(namespace.clone());
            (name.clone(), Look::Outside, None)
        }
        _ if all.len() > 1 => (format!("{} datasets", all.len()), Look::Outside, None),
        _ => ("A dataset".to_owned(), Look::Outside, None),
    };
    if look == Look::Outside {
        notes.push("Outside the catalogue".into());
    }
    let checks: Vec<(u32, u32)> = all.iter().filter_map(|node| node.checks).map(|(met, missed, _)| (met, missed)).collect();
    if !checks.is_empty() {
        let (met, missed) = checks.iter().fold((0, 0), |(a, b), (met, missed)| (a + met, b + missed));
        notes.push(if missed == 0 { format!("✓ {met} checks held") } else { format!("✗ {missed} of {} checks missed", met + missed) });
    }
    if all.iter().any(|node| node.more_up) {
        notes.push("← and more before it".into());
    }
    if all.iter().any(|node| node.more_down) {
        notes.push("and more after it →".into());
    }
    Node { title, notes, look, href }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(hop: i32, what: What) -> Seen {
        Seen { hop, what, more_up: false, more_down: false, checks: None, told: None }
    }

    fn dataset(hop: i32, address: &str, name: &str) -> Seen {
        let product = Product {
            id: uuid::Uuid::nil().into(),
            address: address.into(),
            title: address.to_uppercase(),
            dataset: name.into(),
            dataset_title: name.into(),
            classification: Some(Classification::Restricted),
            personal: None,
            updated_on: None,
            frequency: None,
            fresh: store::lineage::Fresh::default(),
        };
        seen(hop, What::Dataset(Box::new(product)))
    }

    #[test]
    fn products_are_one_box_and_placeholders_in_one_place_too() {
        let nodes =
            vec![dataset(0, "a.b", "one"), dataset(0, "a.b", "two"), dataset(1, "c.d", "three"), seen(-1, What::Outside), seen(-1, What::Outside)];
        let graph = Graph { nodes, edges: vec![(3, 0), (4, 1), (0, 2), (1, 2), (0, 1)], ..Graph::default() };
        let (boxes, arrows) = folded(&graph);
        assert_eq!((boxes.len(), arrows.len()), (3, 2), "{boxes:?} {arrows:?}");
        let (svg, left_out) = drawing("a.b", "A.B", &graph);
        assert!(svg.contains("2 datasets") && svg.contains("href=\"/products/c.d/lineage\"") && svg.contains("Restricted"), "{svg}");
        assert!(!svg.contains("href=\"/products/a.b/lineage\"") && left_out == 0, "{svg}");
    }

    #[test]
    fn ten_thousand_nodes_fold_into_a_drawing_that_can_be_read() {
        let mut nodes = vec![dataset(0, "a.b", "one")];
        nodes.extend((0..10_000).map(|n| dataset(1 + n / 1_000, &format!("p{n:05}.dp"), "x")));
        let edges = (1..nodes.len()).map(|to| (to.saturating_sub(1_000), to)).collect();
        let (svg, left_out) = drawing("a.b", "A.B", &Graph { nodes, edges, truncated: true, ..Graph::default() });
        assert_eq!((left_out, svg.matches("<rect").count()), (10_001 - BOXES, BOXES));
    }
}
