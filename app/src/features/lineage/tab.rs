//! `/products/{urn}/lineage`.

use super::beside::{BesideView, beside, ways};
use super::columns::{Asking, ColumnsView, columns, scrolled};
use super::drawing::drawing;
use super::runs::runs_table;
use super::tables::{jobs_table, nodes_table, touched_table, tree};
use crate::features::catalogue::tabs::ports_table;
use crate::ui::{count, data_table, empty_state, notice, query_string};
use chrono::NaiveDate;
use domain::lineage::{Direction, MOST_HOPS};
use frontend::GraphView;
use leptos::prelude::*;
use store::catalogue::{InputPortView, OutputPortView};
use store::lineage::{Claimed, Graph, Runs, Touch};

/// Datasets that are listed below the drawing at once; a longer list is opened.
const FEW: usize = 40;
/// Rows of the table.
const ROWS: usize = 200;

/// Everything that the tab shows.
pub struct LineageView {
    pub address: String,
    pub title: String,
    pub direction: Direction,
    pub hops: u8,
    /// A day, or nothing for now.
    pub as_of: String,
    pub graph: Graph,
    pub touch: Touch,
    /// None while they are not opened.
    pub columns: Option<ColumnsView>,
    /// One page of runs, and whether it is a later one.
    pub runs: Runs,
    pub later_runs: bool,
    /// All direct neighbours one way, when they are asked for.
    pub beside: Option<BesideView>,
    /// For those who look after the product.
    pub names: Option<Vec<Claimed>>,
}

impl LineageView {
    fn link(&self, columns: bool) -> String {
        let hops = self.hops.to_string();
        let open = if columns { "1" } else { "" };
        let pairs = [("direction", self.direction.as_str()), ("hops", &hops), ("as_of", &self.as_of), ("columns", open)];
        format!("/products/{}/lineage?{}", self.address, query_string(&pairs))
    }
}

pub fn lineage_tab(view: &LineageView, inputs: &[InputPortView], outputs: &[OutputPortView]) -> AnyView {
    let graph = if view.graph.edges.is_empty() { nothing(view) } else { drawn(view) };
    let hops = view.hops.to_string();
    let asking = Asking { direction: view.direction.as_str(), hops: &hops, as_of: &view.as_of };
    let columns = match &view.columns {
        Some(found) => {
            let one = found.one.as_ref().map(|(dataset, column)| {
                view! {
                    <h3>"Column "<code>{column.clone()}</code>" of "{dataset.clone()}</h3>
                    <p><a href=format!("{}#columns", view.link(true))>"All columns of this product"</a></p>
                }
            });
            view! {
                {one}
                <p><a href=view.link(false)>"Close the columns"</a></p>
                {columns(found, &asking, moving)}
            }
            .into_any()
        }
        None => view! { <p><a href=view.link(true)>"Open the columns"</a></p> }.into_any(),
    };
    let then = !view.as_of.is_empty();
    let of_now = || then.then(|| view! { <p class="muted">"As of now, and not of the day above."</p> });
    view! {
        <h2>"Where the data comes from and goes"</h2>
        {form(view)}
        {then.then(|| of_then(&view.as_of))}
        {graph}
        {ways(&view.address)}
        {view.beside.as_ref().map(|found| beside(&view.address, found))}
        <h2 id="columns">"Columns"</h2>
        {columns}
        <h2 id="runs">"Runs"</h2>
        {of_now()}
        {runs_table(&view.address, &view.runs, view.later_runs)}
        <h2>"What a change here would touch"</h2>
        {of_now()}
        {touched_table(&view.touch)}
        <h2>"What its team declares"</h2>
        {ports_table(inputs, outputs)}
        {view.names.as_ref().map(|names| known_as(&view.address, names))}
    }
    .into_any()
}

/// A drawing that one moves about in and searches, with scripting.
fn moving(frame: AnyView) -> AnyView {
    view! { <GraphView>{frame}</GraphView> }.into_any()
}

/// What of an older graph is old, and what is not.
fn of_then(day: &str) -> AnyView {
    let day = day.parse::<NaiveDate>().map(|on| on.format("%-d %b %Y").to_string()).unwrap_or_default();
    notice(
        format!(
            "Arrows, checks and freshness are those of the end of {day}. Titles, classification, personal data and what documents say of updates are of today: \
             the record keeps no older ones."
        )
        .into_any(),
    )
    .into_any()
}

fn form(view: &LineageView) -> AnyView {
    let directions =
        Direction::ALL.iter().map(|one| view! { <option value=one.as_str() selected=*one == view.direction>{one.label()}</option> }).collect_view();
    let hops = (1..=MOST_HOPS).map(|n| view! { <option value=n.to_string() selected=n == view.hops>{n}</option> }).collect_view();
    view! {
        <form method="get" action=format!("/products/{}/lineage", view.address) class="inline-form">
            <div class="field"><label for="direction">"Follow"</label><select id="direction" name="direction">{directions}</select></div>
            <div class="field"><label for="hops">"Steps"</label><select id="hops" name="hops">{hops}</select></div>
            <div class="field"><label for="as_of">"As of the end of (today when empty)"</label><input type="date" id="as_of" name="as_of" value=view.as_of.clone()/></div>
            {opened(view)}
            <button type="submit" class="button button-secondary">"Show"</button>
        </form>
    }
    .into_any()
}

/// What is open stays open.
fn opened(view: &LineageView) -> Option<AnyView> {
    let found = view.columns.as_ref()?;
    Some(match &found.one {
        Some((dataset, column)) => view! {
            <input type="hidden" name="dataset" value=dataset.clone()/>
            <input type="hidden" name="column" value=column.clone()/>
        }
        .into_any(),
        None => view! { <input type="hidden" name="columns" value="1"/> }.into_any(),
    })
}

fn nothing(view: &LineageView) -> AnyView {
    let title = if view.as_of.is_empty() { "Nothing is known of where this data comes from or goes." } else { "Nothing was known then." };
    let text = "Name products in its input ports, or let its pipelines tell: any OpenLineage client can, with an access token of its team.";
    empty_state(title, text, view! { <a href="/mine/tokens">"Make an access token"</a> }.into_any()).into_any()
}

fn drawn(view: &LineageView) -> AnyView {
    let graph = &view.graph;
    // One drawing at a time: opened to columns, it stands with them.
    let opened = view.columns.as_ref().is_some_and(ColumnsView::drawn);
    let (svg, left_out) = if opened { (String::new(), 0) } else { drawing(&view.address, &view.title, graph) };
    let mut cut = vec![];
    if graph.truncated {
        cut.push(format!(
            "There is more than one page holds: it shows the {} datasets that are nearest.",
            count(i64::try_from(graph.nodes.len()).unwrap_or_default())
        ));
    }
    if graph.nodes.iter().any(|node| node.more_up || node.more_down) {
        cut.push(
            "Some datasets have more before or after them than is shown; they say so. Take more steps, open one of them to follow it, or look through all direct neighbours below.".to_owned(),
        );
    }
    if left_out > 0 {
        cut.push(format!(
            "The drawing leaves out the {} boxes that are furthest away; the table has them.",
            count(i64::try_from(left_out).unwrap_or_default())
        ));
    }
    if graph.nodes.len() > ROWS {
        cut.push(format!("The table has the first {ROWS}."));
    }
    let cut = (!cut.is_empty()).then(|| notice(cut.join(" ").into_any()));
    let sides = [(false, "Before it"), (true, "After it")].map(|(down, title)| {
        let wanted = if down { Direction::Up } else { Direction::Down };
        (view.direction != wanted).then(|| view! { <section class="lineage-way"><h3>{title}</h3>{tree(graph, down)}</section> })
    });
    view! {
        {cut}
        {opened.then(|| view! { <p><a href="#columns">"The graph is drawn by its columns."</a></p> })}
        {scrolled(svg, "Drawing of the graph", ("lineage-start", "Go to this product in the drawing")).map(moving)}
        <details class="lineage-text" open=graph.nodes.len() <= FEW>
            <summary>"The same as a list"</summary>
            <div class="lineage-ways">{sides}</div>
        </details>
        {nodes_table(graph, ROWS)}
        {jobs_table(graph, ROWS)}
    }
    .into_any()
}

fn known_as(address: &str, names: &[Claimed]) -> AnyView {
    let rows = names
        .iter()
        .map(|one| {
            let said = match &one.claimed_by {
                Some(person) => format!("Claimed by {person}"),
                None => "Its table at the source".to_owned(),
            };
            vec![
                view! { <code>{one.name.name.clone()}</code> }.into_any(),
                view! { <code>{one.name.namespace.clone()}</code> }.into_any(),
                one.dataset.clone().into_any(),
                said.into_any(),
            ]
        })
        .collect();
    let table = if names.is_empty() {
        view! { <p>"No tool has told of its datasets under another name yet."</p> }.into_any()
    } else {
        data_table("Names that tools use", &["Name", "Namespace", "Dataset", "Why"], rows).into_any()
    };
    view! {
        <h2 id="names">"Names that tools use"</h2>
        {table}
        <p><a href=format!("/lineage/names?{}", query_string(&[("dataset", address)]))>"Claim another name"</a></p>
    }
    .into_any()
}
