//! The latest runs that read or wrote a product's datasets.

use crate::ui::{data_table, moment, notice, query_string};
use leptos::prelude::*;
use store::lineage::{Run, Runs, Side};

/// Datasets that are named in one cell; the others are counted.
const NAMED: usize = 10;

pub fn runs_table(address: &str, found: &Runs, later: bool) -> AnyView {
    let here = format!("/products/{address}/lineage");
    let first = later.then(|| view! { <p><a href=format!("{here}#runs")>"The latest runs"</a></p> });
    if found.runs.is_empty() {
        return view! { <p>"No pipeline has told of a run that reads or writes this data."</p>{first} }.into_any();
    }
    let cut = found.jobs_cut.then(|| notice("More jobs touch this data than are looked at here: these are runs of those that ran last.".into_any()));
    let rows = found
        .runs
        .iter()
        .map(|run| vec![job(run), run.state.label().into_any(), moment(run.at).into_any(), sides(&run.inputs), sides(&run.outputs)])
        .collect();
    let next = found.runs.last().filter(|_| found.more).map(|run| {
        let link = format!("{here}?{}#runs", query_string(&[("runs", &run.key.to_string())]));
        view! { <p><a rel="next" href=link>"Earlier runs"</a></p> }
    });
    view! { {cut}{data_table("Runs, the latest first", &["Job", "State", "When", "Reads", "Writes"], rows)}{first}{next} }.into_any()
}

fn job(run: &Run) -> AnyView {
    let Some(job) = &run.job else { return "A job that touches what you may not know of".into_any() };
    let parent = run.parent.as_ref().map(|parent| view! { " "<span class="muted">"started by "{parent.name.clone()}</span> });
    view! { <code>{job.name.clone()}</code>" "<span class="muted">{job.namespace.clone()}</span>{parent} }.into_any()
}

fn sides(all: &[Side]) -> AnyView {
    if all.is_empty() {
        return "Nothing that is told".into_any();
    }
    let items = all.iter().take(NAMED).map(|one| view! { <li>{side(one)}</li> }).collect_view();
    let more = (all.len() > NAMED).then(|| view! { <li>{format!("and {} more", all.len() - NAMED)}</li> });
    view! { <ul>{items}{more}</ul> }.into_any()
}

/// What a run or a neighbour is, as a link where there is one.
pub fn side(side: &Side) -> AnyView {
    match side {
        Side::Dataset { address, title, dataset } => {
            view! { <a href=format!("/products/{address}/lineage")>{title.clone()}</a>" "<code>{dataset.clone()}</code> }.into_any()
        }
        Side::Source(text) => text.clone().into_any(),
        Side::Named { namespace, name } => view! { <code>{name.clone()}</code>" "<span class="muted">{namespace.clone()}</span> }.into_any(),
        Side::Outside => "A dataset outside the catalogue".into_any(),
    }
}
