//! The same graph as a table and as a tree.

use crate::ui::{classification_badge, count, data_table, day, moment, notice};
use domain::catalogue::PersonalCategory;
use leptos::prelude::*;
use std::collections::BTreeSet;
use store::lineage::{EdgeJob, EdgeJobs, Fresh, Graph, JobName, Seen, Told, Touch, Touched, What};

/// What a node is, as a link where there is one.
pub fn called(what: &What) -> AnyView {
    match what {
        What::Dataset(one) => {
            view! { <a href=format!("/products/{}/lineage", one.address)>{one.title.clone()}</a>" "<code>{one.dataset.clone()}</code> }.into_any()
        }
        What::Source(text) => text.clone().into_any(),
        What::Named { namespace, name } => view! { <code>{name.clone()}</code>" "<span class="muted">{namespace.clone()}</span> }.into_any(),
        What::Outside => "A dataset outside the catalogue".into_any(),
    }
}

fn where_(hop: i32) -> String {
    let steps = |n: i32| if n == 1 { "1 step".to_owned() } else { format!("{n} steps") };
    match hop {
        0 => "This product".into(),
        up if up < 0 => format!("{} before", steps(-up)),
        down => format!("{} after", steps(down)),
    }
}

/// At most so many rows; the first are the nearest.
pub fn nodes_table(graph: &Graph, most: usize) -> AnyView {
    let mut nodes: Vec<&Seen> = graph.nodes.iter().collect();
    nodes.sort_by_key(|node| (node.hop.abs(), node.hop));
    let rows = nodes
        .into_iter()
        .take(most)
        .map(|node| {
            let (class, personal, updated, fresh) = match &node.what {
                What::Dataset(one) => (
                    one.classification.map_or_else(|| "Not classified".into_any(), |class| classification_badge(class).into_any()),
                    one.personal.map(PersonalCategory::label).unwrap_or_default(),
                    one.updated_on.map_or_else(|| "Not stated".into_any(), |on| day(on).into_any()),
                    freshness(&one.fresh),
                ),
                _ => ("–".into_any(), "–", "–".into_any(), "–".into_any()),
            };
            let checks = match node.checks {
                Some((met, 0, at)) => view! { {format!("All {met} held, ")}{moment(at)} }.into_any(),
                Some((met, missed, at)) => view! { {format!("{missed} of {} missed, ", met + missed)}{moment(at)} }.into_any(),
                None => "None told".into_any(),
            };
            let more = match (node.more_up, node.more_down) {
                (false, false) => "",
                (true, false) => "More before it",
                (false, true) => "More after it",
                (true, true) => "More on both sides",
            };
            let name = view! { {called(&node.what)}{node.told.as_ref().map(described)} }.into_any();
            vec![name, where_(node.hop).into_any(), class, personal.into_any(), updated, fresh, checks, more.into_any()]
        })
        .collect();
    let heads = ["Dataset", "Where", "Classification", "Personal data", "Updated, as its document says", "Freshness", "Latest checks", "Not shown"];
    data_table("Datasets, the nearest first", &heads, rows).into_any()
}

/// What tools said of a table that no document describes.
fn described(told: &Told) -> AnyView {
    let version = told.version.as_ref().map(|version| format!("version {version}"));
    let columns = match (told.fields.len(), told.more_fields) {
        (0, _) => None,
        (1, false) => Some("1 column".to_owned()),
        (all, false) => Some(format!("{all} columns")),
        (all, true) => Some(format!("more than {all} columns")),
    };
    let words = columns.into_iter().chain(version).collect::<Vec<_>>().join(", ");
    let fields = told
        .fields
        .iter()
        .map(|(name, kind)| view! { <li><code>{name.clone()}</code>{kind.as_ref().map(|kind| format!(" {kind}"))}</li> })
        .collect_view();
    let all = if told.fields.is_empty() {
        view! { <span class="muted">{words}</span> }.into_any()
    } else {
        view! { <details><summary>{words}</summary><ul>{fields}</ul></details> }.into_any()
    };
    view! { <br/>{all}<span class="muted">" as a tool told "{moment(told.at)}</span> }.into_any()
}

/// What was measured of its promise, and when a pipeline last wrote it.
fn freshness(fresh: &Fresh) -> AnyView {
    let promise = fresh.promise.map(|(state, at)| {
        let at = at.map(|at| view! { ", measured "{moment(at)} });
        view! { <span>"Promise: "{state.label().to_lowercase()}{at}</span> }
    });
    let written = fresh.written_at.map(|at| view! { <span>"Last written "{moment(at)}</span> });
    match (promise, written) {
        (None, None) => "Not measured".into_any(),
        (Some(promise), Some(written)) => view! { {promise}<br/>{written} }.into_any(),
        (promise, written) => view! { {promise}{written} }.into_any(),
    }
}

/// Which job made each arrow and how it ran last, those nearest to the product first.
pub fn jobs_table(graph: &Graph, most: usize) -> AnyView {
    let away = |place: usize| graph.nodes.get(place).map_or(0, |node| node.hop.abs());
    let mut made: Vec<(&(usize, usize), &EdgeJobs)> = graph.edges.iter().zip(&graph.jobs).collect();
    made.sort_by_key(|((from, to), _)| away(*from).min(away(*to)));
    let left_out = made.len().saturating_sub(most);
    let cut = (left_out > 0).then(|| {
        let left_out = count(i64::try_from(left_out).unwrap_or(i64::MAX));
        notice(format!("This table has the {most} arrows that are nearest; {left_out} more are in the graph.").into_any())
    });
    let rows = made
        .into_iter()
        .take(most)
        .map(|((from, to), made)| {
            let (from, to) = (graph.nodes.get(*from), graph.nodes.get(*to));
            let jobs = made.jobs.iter().map(|one| view! { <li>{job(one)}</li> }).collect_view();
            let more = made.more.then(|| view! { <li>"and more"</li> });
            // Its runs stand with what it wrote, or else with what it read.
            let runs = [to, from].into_iter().flatten().find_map(|node| if let What::Dataset(one) = &node.what { Some(one) } else { None });
            let runs = runs.map(|one| view! { <a href=format!("/products/{}/lineage#runs", one.address)>"Runs of "{one.title.clone()}</a> });
            vec![
                from.map(|node| called(&node.what)).into_any(),
                to.map(|node| called(&node.what)).into_any(),
                view! { <ul>{jobs}{more}</ul> }.into_any(),
                runs.into_any(),
            ]
        })
        .collect();
    view! { {cut}{data_table("Which job made each arrow", &["From", "To", "Job and its last run", "All runs"], rows)} }.into_any()
}

fn job(one: &EdgeJob) -> AnyView {
    let name = match &one.name {
        JobName::Declared => "An input port says so".into_any(),
        JobName::Named(name) => view! { <code>{name.name.clone()}</code>" "<span class="muted">{name.namespace.clone()}</span> }.into_any(),
        JobName::Unnamed => "A job that touches what you may not know of".into_any(),
    };
    let last = one.last.map(|(at, state)| view! { ": "{state.label().to_lowercase()}", "{moment(at)} });
    view! { {name}{last} }.into_any()
}

/// What comes before or after, as a list in lists: each dataset where it is first reached.
pub fn tree(graph: &Graph, down: bool) -> AnyView {
    let mut seen: BTreeSet<usize> = graph.nodes.iter().enumerate().filter(|(_, node)| node.hop == 0).map(|(place, _)| place).collect();
    let start: Vec<usize> = seen.iter().copied().collect();
    let mut branches = vec![];
    for place in start {
        branches.extend(branch(graph, place, down, &mut seen));
    }
    if branches.is_empty() { ().into_any() } else { view! { <ul class="lineage-tree">{branches}</ul> }.into_any() }
}

fn branch(graph: &Graph, place: usize, down: bool, seen: &mut BTreeSet<usize>) -> Vec<AnyView> {
    let Some(here) = graph.nodes.get(place) else { return vec![] };
    let next = here.hop + if down { 1 } else { -1 };
    let beside = graph.edges.iter().filter_map(|(from, to)| match (down, *from == place, *to == place) {
        (true, true, _) => Some(*to),
        (false, _, true) => Some(*from),
        _ => None,
    });
    let children: Vec<usize> =
        beside.filter(|child| graph.nodes.get(*child).is_some_and(|node| node.hop == next)).filter(|child| seen.insert(*child)).collect();
    children
        .into_iter()
        .map(|child| {
            let below = branch(graph, child, down, seen);
            let name = graph.nodes.get(child).map(|child| called(&child.what));
            if below.is_empty() { view! { <li>{name}</li> }.into_any() } else { view! { <li>{name}<ul>{below}</ul></li> }.into_any() }
        })
        .collect()
}

/// Rows of what would be touched.
const PRODUCTS: usize = 200;

/// Agreements and people that a change here would touch.
pub fn touched_table(touch: &Touch) -> AnyView {
    let rows = touch
        .products
        .iter()
        .take(PRODUCTS)
        .map(|one| {
            vec![
                view! { <a href=format!("/products/{}", one.address)>{one.title.clone()}</a> }.into_any(),
                count(one.agreements).into_any(),
                count(one.people).into_any(),
                who(one).into_any(),
            ]
        })
        .collect();
    let left_out = touch.products.len().saturating_sub(PRODUCTS);
    let cut = (left_out > 0).then(|| {
        let left_out = count(i64::try_from(left_out).unwrap_or(i64::MAX));
        notice(format!("The table has the {PRODUCTS} products with the most agreements; {left_out} more are counted.").into_any())
    });
    view! {
        <p>{said(touch)}</p>
        {cut}
        {data_table("This product and what comes after it", &["Product", "Agreements in force", "People", "Who they are"], rows)}
    }
    .into_any()
}

fn said(touch: &Touch) -> String {
    let beyond = if touch.at_least { " The graph goes on beyond what is followed here: there may be more." } else { "" };
    let said = match (touch.agreements(), touch.people()) {
        (0, _) if touch.at_least => "No agreement in force would be touched as far as the graph is followed here.".to_owned(),
        (0, _) => "No agreement in force would be touched.".to_owned(),
        (1, 1) => "1 agreement in force would be touched, by which 1 person reads.".to_owned(),
        (a, p) => format!("{} agreements in force would be touched, by which {} people read, each product counted for itself.", count(a), count(p)),
    };
    let least = if touch.at_least && touch.agreements() > 0 { "At least " } else { "" };
    format!("{least}{said}{beyond}")
}

/// Names, and how many people are not named.
fn who(one: &Touched) -> String {
    match &one.names {
        Some(names) if names.is_empty() => "Nobody".to_owned(),
        Some(names) => {
            let more = one.people - i64::try_from(names.len()).unwrap_or(i64::MAX);
            if more > 0 { format!("{} and {} more", names.join(", "), count(more)) } else { names.join(", ") }
        }
        None => "Known to its owners".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_touched_is_never_less_than_is_said() {
        let one = |people, names: &[&str]| Touched {
            address: "a.b".into(),
            title: "A".into(),
            agreements: 2,
            people,
            names: Some(names.iter().map(|name| (*name).to_owned()).collect()),
        };
        let touch = |at_least| Touch { products: vec![one(3, &["Ann", "Bo"])], at_least };
        assert!(said(&touch(true)).starts_with("At least 2 agreements in force") && said(&touch(true)).ends_with("there may be more."));
        assert!(said(&touch(false)).starts_with("2 agreements in force") && said(&touch(false)).ends_with("counted for itself."));
        assert_eq!(said(&Touch::default()), "No agreement in force would be touched.");
        assert_eq!(who(&one(3, &["Ann", "Bo"])), "Ann, Bo and 1 more");
        assert_eq!((who(&one(2, &["Ann", "Bo"])), who(&one(0, &[]))), ("Ann, Bo".to_owned(), "Nobody".to_owned()));
    }
}
