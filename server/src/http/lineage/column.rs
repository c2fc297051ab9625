//! Where one column comes from and goes, for programs.

use super::query::of_today;
use super::said::Kind;
use serde_json::{Value, json};
use store::lineage::{Asked, ColumnGraph, SeenColumn};

pub fn said(graph: &ColumnGraph, asked: &Asked) -> Value {
    let nodes: Vec<Value> = graph.nodes.iter().enumerate().map(|(place, node)| self::node(place, node)).collect();
    let edges: Vec<Value> = graph
        .edges
        .iter()
        .map(|(from, to, how)| json!({ "from": format!("n{from}"), "to": format!("n{to}"), "direct": how.direct, "masked": how.masked }))
        .collect();
    json!({
        "direction": asked.direction, "hops": asked.hops, "as_of": asked.as_of, "truncated": graph.cut(), "nodes": nodes, "edges": edges,
        "of_today": of_today(asked),
    })
}

fn node(place: usize, node: &SeenColumn) -> Value {
    let mut body = json!(Kind::of(&node.what));
    body["id"] = format!("n{place}").into();
    body["hop"] = node.hop.into();
    body["column"] = json!(node.column);
    body["classification"] = json!(node.classification);
    body["personal"] = json!(node.personal);
    body["more_upstream"] = node.more_up.into();
    body["more_downstream"] = node.more_down.into();
    body
}
