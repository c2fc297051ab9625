//! The graph opened to columns: what goes into all columns of a product, or into one of them, over any number of products.

use super::tables::called;
use crate::ui::{count, data_table, notice, query_string};
use charts::Words;
use charts::graph::{Graph, Look, Node, graph};
use domain::catalogue::{Classification, PersonalCategory};
use leptos::prelude::*;
use std::collections::BTreeMap;
use store::lineage::{ColumnGraph, How, SeenColumn, What};

/// Columns that are drawn, and rows of the table.
const DRAWN: usize = 60;
const ROWS: usize = 300;

/// What is shown of columns.
pub struct ColumnsView {
    /// Dataset and column, where one is followed by itself.
    pub one: Option<(String, String)>,
    /// None when there is no such column.
    pub graph: Option<ColumnGraph>,
}

impl ColumnsView {
    /// Whether there is anything to draw: the graph is then drawn by columns, and not by products.
    pub fn drawn(&self) -> bool {
        self.graph.as_ref().is_some_and(|found| !found.edges.is_empty())
    }
}

/// How the page is asked for, so that links ask for the same of another column.
pub struct Asking<'a> {
    pub direction: &'a str,
    pub hops: &'a str,
    pub as_of: &'a str,
}

impl Asking<'_> {
    fn link(&self, product: &str, dataset: &str, column: &str) -> String {
        let pairs = [("direction", self.direction), ("hops", self.hops), ("as_of", self.as_of), ("dataset", dataset), ("column", column)];
        format!("/products/{product}/lineage?{}#columns", query_string(&pairs))
    }
}

/// `frame` is what the drawing stands in.
pub fn columns(view: &ColumnsView, asking: &Asking<'_>, frame: fn(AnyView) -> AnyView) -> AnyView {
    let Some(found) = &view.graph else { return view! { <p>"This product has no such column."</p> }.into_any() };
    if found.edges.is_empty() {
        let text = match &view.one {
            Some((dataset, column)) => format!("No pipeline and no input port says what goes into {column} of {dataset}, or what is made of it."),
            None => "No pipeline and no input port says which columns become which.".to_owned(),
        };
        return view! { <p>{text}</p> }.into_any();
    }
    let (svg, left_out) = drawn(view, found, asking);
    let mut cut = vec![];
    if found.cut() {
        cut.push(
            "Some columns have more before or after them than is shown here; those that are drawn say so. Follow one of them by itself to go on."
                .to_owned(),
        );
    }
    if left_out > 0 {
        let left_out = count(i64::try_from(left_out).unwrap_or_default());
        cut.push(format!("The drawing holds {DRAWN} columns and leaves out {left_out} that are further away; the table has them."));
    }
    if found.edges.len() > ROWS {
        cut.push(format!("The table has {ROWS} of {} arrows.", count(i64::try_from(found.edges.len()).unwrap_or_default())));
    }
    let cut = (!cut.is_empty()).then(|| notice(cut.join(" ").into_any()));
    let mut nearest: Vec<&(usize, usize, How)> = found.edges.iter().collect();
    let away = |place: usize| found.nodes.get(place).map_or(0, |node| node.hop.abs());
    nearest.sort_by_key(|(from, to, _)| away(*from).min(away(*to)));
    let rows = nearest
        .into_iter()
        .take(ROWS)
        .map(|(from, to, how)| {
            let how = match (how.direct, how.masked) {
                (true, false) => "Its values arrive",
                (true, true) => "Its values arrive masked",
                (false, _) => "It decides which rows arrive",
            };
            let spot = |place: usize| found.nodes.get(place).map(|node| spot(node, view, asking));
            vec![spot(*from).into_any(), spot(*to).into_any(), how.into_any()]
        })
        .collect();
    view! {
        {cut}
        {scrolled(svg, "Drawing of the columns", ("columns-start", "Go to this column, or the first of this product, in the drawing")).map(frame)}
        {data_table("Which columns become which", &["From", "To", "How"], rows)}
    }
    .into_any()
}

/// A drawing that may be wider than the page, under a link to the box where one stands: without scripting it opens at its corner.
pub fn scrolled(svg: String, label: &'static str, (id, lead): (&'static str, &'static str)) -> Option<AnyView> {
    let link = svg.contains(&format!("id=\"{id}\"")).then(|| view! { <p class="graph-lead"><a href=format!("#{id}")>{lead}</a></p> });
    (!svg.is_empty()).then(|| {
        view! {
            {link}
            <div class="graph-frame" tabindex="0" role="region" aria-label=label inner_html=svg></div>
        }
        .into_any()
    })
}

/// Where a column's name leads: to what goes into it and what is made of it. Every column together is none.
fn leads_to(node: &SeenColumn, view: &ColumnsView, asking: &Asking<'_>) -> Option<String> {
    let (What::Dataset(one), Some(column)) = (&node.what, &node.column) else { return None };
    let here = node.hop == 0 && view.one.as_ref().is_some_and(|(dataset, name)| *dataset == one.dataset && name == column);
    (!here && column != "*").then(|| asking.link(&one.address, &one.dataset, column))
}

fn name(column: &str) -> String {
    if column == "*" { "Every column".to_owned() } else { column.to_owned() }
}

fn spot(node: &SeenColumn, view: &ColumnsView, asking: &Asking<'_>) -> AnyView {
    let Some(column) = node.column.as_deref().map(name) else { return "A column outside the catalogue".into_any() };
    let column = match leads_to(node, view, asking) {
        Some(href) => view! { <a href=href><code>{column}</code></a> }.into_any(),
        None => view! { <code>{column}</code> }.into_any(),
    };
    match &node.what {
        What::Dataset(one) => view! { {column}" of "<span class="address">{format!("{}.{}", one.address, one.dataset)}</span> }.into_any(),
        other => view! { {column}" of "{called(other)} }.into_any(),
    }
}

/// The drawing of the nearest columns, and how many it had to leave out.
fn drawn(view: &ColumnsView, found: &ColumnGraph, asking: &Asking<'_>) -> (String, usize) {
    let mut nearest: Vec<usize> = (0..found.nodes.len()).collect();
    nearest.sort_by_key(|place| (found.nodes.get(*place).map(|node| node.hop.abs()), *place));
    nearest.truncate(DRAWN);
    let place: BTreeMap<usize, usize> = nearest.iter().enumerate().map(|(new, old)| (*old, new)).collect();
    let nodes: Vec<Node> = nearest.iter().filter_map(|old| found.nodes.get(*old)).map(|one| node(one, view, asking)).collect();
    let arrows = found.edges.iter().filter_map(|(from, to, _)| Some((*place.get(from)?, *place.get(to)?))).collect();
    let words = Words { id: "columns", title: "Which columns become which", description: "Boxes are columns. The table below says the same." };
    (graph(words, &Graph { nodes, arrows }), found.nodes.len() - nearest.len())
}

fn node(one: &SeenColumn, view: &ColumnsView, asking: &Asking<'_>) -> Node {
    let title = one.column.as_deref().map_or_else(|| "A column".to_owned(), name);
    let (mut notes, look) = match &one.what {
        What::Dataset(of) => (vec![format!("{}.{}", of.address, of.dataset)], if one.hop == 0 { Look::Here } else { Look::Known }),
        What::Named { namespace, name } => (vec![name.clone(), namespace.clone(), "Outside the catalogue".to_owned()], Look::Outside),
        What::Source(_) | What::Outside => (vec!["Outside the catalogue".to_owned()], Look::Outside),
    };
    notes.extend(one.classification.map(|class| Classification::label(class).to_owned()));
    notes.extend(one.personal.filter(|kind| *kind != PersonalCategory::None).map(|kind| kind.label().to_owned()));
    if one.more_up {
        notes.push("← and more before it".into());
    }
    if one.more_down {
        notes.push("and more after it →".into());
    }
    Node { title, notes, look, href: leads_to(one, view, asking) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::lineage::{Fresh, Product};

    const ASKING: Asking<'static> = Asking { direction: "both", hops: "3", as_of: "" };

    fn seen(hop: i32, product: &str, column: &str) -> SeenColumn {
        let what = What::Dataset(Box::new(Product {
            id: uuid::Uuid::nil().into(),
            address: product.into(),
            title: product.to_uppercase(),
            dataset: "x".into(),
            dataset_title: "X".into(),
            classification: None,
            personal: None,
            updated_on: None,
            frequency: None,
            fresh: Fresh::default(),
        }));
        SeenColumn { hop, what, column: Some(column.into()), classification: None, personal: None, more_up: false, more_down: false }
    }

    /// So many columns, each of which becomes one of another product.
    fn pairs(n: usize) -> ColumnGraph {
        let nodes = (0..n).map(|n| seen(0, "a.b", &format!("c{n}"))).chain((0..n).map(|n| seen(1, "c.d", &format!("c{n}")))).collect();
        let edges = (0..n).map(|one| (one, n + one, How { direct: true, masked: false })).collect();
        ColumnGraph { nodes, edges, truncated: false }
    }

    #[test]
    fn what_a_drawing_leaves_out_is_said() {
        let said = |n: usize| columns(&ColumnsView { one: None, graph: Some(pairs(n)) }, &ASKING, |frame| frame).to_html();
        assert!(!said(30).contains("notice"));
        assert!(said(40).contains("holds 60 columns and leaves out 20"), "{}", said(40));
        assert!(said(301).contains("The table has 300 of 301 arrows."));
    }

    #[test]
    fn a_columns_name_leads_to_its_own_lineage() {
        let mut graph = pairs(1);
        graph.nodes.push(seen(1, "c.d", "*"));
        graph.nodes.push(SeenColumn { what: What::Outside, column: None, ..seen(2, "", "") });
        graph.edges.extend([(0, 2, How { direct: false, masked: false }), (1, 3, How { direct: true, masked: true })]);
        let view = ColumnsView { one: Some(("x".into(), "c0".into())), graph: Some(graph) };
        let html = columns(&view, &ASKING, |frame| frame).to_html();
        assert!(html.contains("/products/c.d/lineage?direction=both&amp;hops=3&amp;dataset=x&amp;column=c0#columns"), "{html}");
        assert!(
            !html.contains("/products/a.b/lineage") && html.contains("Every column") && html.contains("A column outside the catalogue"),
            "{html}"
        );
        assert!(html.contains("It decides which rows arrive") && html.contains("Its values arrive masked"), "{html}");
    }
}
