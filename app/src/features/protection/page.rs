//! `/products/{urn}/protection`: of every column what readers get and why, and what holds for rows.

use super::May;
use crate::ui::{breadcrumbs, classification_badge, count, data_table, data_table_under_heading, day, empty_state, moment, notice};
use domain::calendar;
use domain::id::AgreementId;
use domain::protection::{DatasetPolicy, Technique, default_for};
use leptos::prelude::*;
use store::catalogue::ProductView;
use store::protection::{ColumnLine, ProtectedDataset};

/// The k that readers under one agreement really have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Achieved {
    pub agreement: AgreementId,
    pub holder: String,
    /// Rows in the smallest group; none when there is no row.
    pub smallest: Option<i64>,
}

/// `achieved` has an entry for each dataset, in their order.
pub fn protection_page(
    product: &ProductView,
    datasets: &[ProtectedDataset],
    achieved: &[Vec<Achieved>],
    may: May,
    done: Option<&'static str>,
) -> AnyView {
    let at = format!("/products/{}", product.address);
    let body = if datasets.is_empty() {
        let next = view! { <a href=at.clone()>"See the product"</a> }.into_any();
        empty_state("Nothing to protect yet.", "Once a dataset of the product has columns, they are listed here.", next).into_any()
    } else {
        datasets.iter().zip(achieved).map(|(dataset, achieved)| of_dataset(&at, dataset, achieved, may)).collect_view().into_any()
    };
    let lead = summary(datasets);
    view! {
        {breadcrumbs(vec![(at.clone(), product.title.clone())])}
        <h1>"What readers get"</h1>
        {done.map(|text| view! { <div class="notice" role="status">{text}</div> })}
        <p class="lead">{lead}</p>
        {interrupted(&at, datasets)}
        {body}
        <p><a href=format!("{at}/classify")>"What columns are"</a>" says how far they must be protected."</p>
    }
    .into_any()
}

fn summary(datasets: &[ProtectedDataset]) -> String {
    let all: Vec<&ColumnLine> = datasets.iter().flat_map(|dataset| &dataset.columns).collect();
    let of = |test: fn(Technique) -> bool| count(i64::try_from(all.iter().filter(|one| test(one.held.effective(None))).count()).unwrap_or(i64::MAX));
    format!(
        "Of {} columns, {} leave the source as they are, {} are changed, and {} are left out.",
        count(i64::try_from(all.len()).unwrap_or(i64::MAX)),
        of(Technique::is_clear),
        of(|technique| !technique.is_clear() && !technique.is_suppressed()),
        of(Technique::is_suppressed)
    )
}

/// A change that was interrupted between hiding and holding.
fn interrupted(at: &str, datasets: &[ProtectedDataset]) -> Option<AnyView> {
    let columns = datasets.iter().flat_map(|dataset| dataset.columns.iter().filter(|one| one.held.pending.is_some()).map(|one| one.name.clone()));
    let rows = datasets.iter().filter(|dataset| dataset.pending.is_some()).map(|dataset| format!("rows of {}", dataset.name));
    let names: Vec<String> = columns.chain(rows).collect();
    (!names.is_empty()).then(|| {
        let text = format!(
            "A change of {} was interrupted. Readers get what both the old and the new allow, until it is made again here, or taken back ",
            names.join(", ")
        );
        notice(view! { {text}<a href=format!("{at}/classify")>"where columns are classified"</a>"." }.into_any()).into_any()
    })
}

fn of_dataset(at: &str, dataset: &ProtectedDataset, achieved: &[Achieved], may: May) -> AnyView {
    let path = format!("{at}/protection/{}", dataset.name);
    let rows = dataset.columns.iter().map(|line| row(&path, line, may)).collect();
    let id = format!("dataset-{}", dataset.name);
    let readers = match dataset.agreements {
        0 => "No agreement in force reads it.".to_owned(),
        1 => "One agreement in force reads it.".to_owned(),
        n => format!("{} agreements in force read it.", count(n)),
    };
    view! {
        <section aria-labelledby=id.clone()>
            <h2 id=id.clone()>{dataset.title.clone()}</h2>
            <p class="muted">{readers}</p>
            {data_table_under_heading(&format!("Columns of {}", dataset.title), &["Column", "Class", "What readers get", "Why", "Waiver", "Actions"], rows)}
            <h3>"Its rows"</h3>
            {policy(&dataset.policy)}
            {achieved_table(dataset, achieved)}
            <p><a href=path>{if may.protect { "Change what holds for rows" } else { "See what holds for rows" }}<span class="sr-only">{format!(" of {}", dataset.title)}</span></a></p>
        </section>
    }
    .into_any()
}

fn row(path: &str, line: &ColumnLine, may: May) -> Vec<AnyView> {
    let held = &line.held;
    let technique = held.effective(None);
    let default = default_for(held.classification, held.sensitivity, held.personal, held.column_type);
    let why = if held.chosen == Some(technique) { "Its steward chose this." } else { default.why };
    let class = if line.classified {
        view! { {classification_badge(held.classification)}<span class="muted">{format!(" {}", held.personal.label())}</span> }.into_any()
    } else {
        "Not classified".into_any()
    };
    let waiver = line.waiver.as_ref().map_or_else(
        || "–".into_any(),
        |waiver| view! { "Until "{day(calendar::last_day(waiver.until))}", by "{waiver.by.clone()}": "{waiver.reason.clone()} }.into_any(),
    );
    let action = if may.protect { "Change" } else { "Open" };
    let change = view! { <a href=format!("{path}/{}", line.name)>{action}<span class="sr-only">{format!(" {}", line.name)}</span></a> };
    vec![view! { <code>{line.name.clone()}</code> }.into_any(), class, technique.describe().into_any(), why.into_any(), waiver, change.into_any()]
}

fn policy(policy: &DatasetPolicy) -> AnyView {
    let rules = policy.describe();
    if rules.is_empty() {
        return view! { <p>"Every row is shown as it is."</p> }.into_any();
    }
    view! { <ul>{rules.into_iter().map(|rule| view! { <li>{rule}"."</li> }).collect_view()}</ul> }.into_any()
}

/// The k that was asked for beside the k that each agreement in force really has.
fn achieved_table(dataset: &ProtectedDataset, achieved: &[Achieved]) -> Option<AnyView> {
    let k = dataset.policy.k.as_ref()?;
    let rows = achieved
        .iter()
        .map(|one| {
            let smallest = one.smallest.map_or_else(|| "No row is shown".to_owned(), count);
            let link = view! { <a href=format!("/agreements/{}", one.agreement)>{one.holder.clone()}</a> };
            vec![link.into_any(), count(i64::from(k.k)).into_any(), smallest.into_any()]
        })
        .collect::<Vec<_>>();
    (!rows.is_empty())
        .then(|| data_table("Smallest group that readers see, counted now", &["Agreement of", "Asked for (k)", "Achieved"], rows).into_any())
}

/// When a waiver ends, said on the page of its column.
pub(super) fn waiver_words(line: &ColumnLine) -> Option<AnyView> {
    let waiver = line.waiver.as_ref()?;
    Some(view! { <p>{format!("{} allowed more than the rules do: {} It ends ", waiver.by, waiver.reason)}{moment(waiver.until)}"."</p> }.into_any())
}
