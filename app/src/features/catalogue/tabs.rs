//! What each tab of a product shows.

use super::place::{place_line, place_section};
use crate::features::catalogue::ProductTab;
use crate::ui::{classification_badge, count, data_table, day, empty_state, moment, query_string, summary_list};
use chrono::{DateTime, Utc};
use domain::audit::AuditAction;
use domain::catalogue::{AreaOutlines, LinkedTool, ToolLink};
use domain::protection::Technique;
use leptos::prelude::*;
use store::catalogue::{ColumnView, DatasetView, InputPortView, OutputPortView, ProductView};
use store::quality::RulePlace;

fn code(text: &str) -> AnyView {
    view! { <code>{text.to_owned()}</code> }.into_any()
}

pub fn overview(product: &ProductView, datasets: &[DatasetView], outlines: &AreaOutlines, links: &[ToolLink]) -> AnyView {
    let rows = datasets
        .iter()
        .map(|dataset| {
            let name =
                view! { <a href=format!("{}#{}", ProductTab::Schema.url(&product.address), dataset.name)><code>{dataset.name.clone()}</code></a> };
            let what = view! { {dataset.title.clone()}{dataset.description.clone().map(|d| view! { <br/><span class="muted">{d}</span> })}{own_place(dataset)} };
            let class = match dataset.classification.or(product.classification) {
                Some(class) => classification_badge(class).into_any(),
                None => "Not classified".into_any(),
            };
            vec![
                name.into_any(),
                what.into_any(),
                dataset.rows.map_or_else(|| "–".into(), count).into_any(),
                class,
                you_would_see(dataset).into_any(),
            ]
        })
        .collect();
    let table = if datasets.is_empty() {
        empty_state("No datasets yet.", "The product's team has not described what it holds.", ().into_any()).into_any()
    } else {
        data_table("Datasets", &["Dataset", "What it holds", "Rows", "Classification", "What you would see"], rows).into_any()
    };
    let coverage = match (product.coverage_start, product.coverage_end) {
        (Some(from), Some(to)) => Some(view! { {day(from)}" to "{day(to)} }.into_any()),
        (Some(from), None) => Some(view! { "from "{day(from)} }.into_any()),
        _ => None,
    };
    let mut facts: Vec<(&'static str, AnyView)> = vec![];
    facts.extend(coverage.map(|span| ("Time", span)));
    facts.push(("Agency", product.at.agency_title.clone().into_any()));
    if !product.tags.is_empty() {
        facts.push(("Tags", product.tags.join(", ").into_any()));
    }
    facts.extend(
        product
            .source
            .clone()
            .map(|source| ("Imported from", format!("{source}, number {}", product.source_id.clone().unwrap_or_default()).into_any())),
    );
    view! {
        {product.description.clone().map(|text| view! { <p class="prose">{text}</p> })}
        {table}
        {place_section(product, outlines)}
        {tools(links)}
        <h2>"About"</h2>
        {summary_list(facts)}
    }
    .into_any()
}

/// Pages of the product elsewhere, with the host that each leads to.
fn tools(links: &[ToolLink]) -> Option<AnyView> {
    if links.is_empty() {
        return None;
    }
    let each = links
        .iter()
        .map(|link| {
            let name = if link.tool == LinkedTool::Other { link.host().to_owned() } else { format!("{}, {}", link.tool.label(), link.host()) };
            view! {
                <li>
                    <a href=link.url.clone() rel="noopener noreferrer external">{link.title.clone()}</a>
                    <br/><span class="muted">{name}</span>
                </li>
            }
        })
        .collect_view();
    Some(view! { <h2>"In its team’s tools"</h2><ul class="plain-list">{each}</ul> }.into_any())
}

/// Where a dataset applies, when it says so itself.
fn own_place(dataset: &DatasetView) -> Option<impl IntoView + use<>> {
    dataset.place.as_ref().map(|place| view! { <br/><span class="muted">{format!("Place: {}", place_line(place))}</span> })
}

fn you_would_see(dataset: &DatasetView) -> String {
    if dataset.table.is_none() {
        return match &dataset.format {
            Some(format) => format!("a {format} file from its agency"),
            None => "not readable here".into(),
        };
    }
    match dataset.personal_columns {
        0 => format!("all {} columns", dataset.columns),
        n => format!("{} whole, {n} never", dataset.columns - n),
    }
}

pub fn schema(address: &str, datasets: &[DatasetView], columns: &[ColumnView], rules: &[RulePlace]) -> AnyView {
    if columns.is_empty() {
        let text = "The columns of this product have not been described. Its agency's files have headers of their own.";
        return empty_state("No columns described yet.", text, ().into_any()).into_any();
    }
    datasets
        .iter()
        .map(|dataset| {
            let rows = columns
                .iter()
                .filter(|column| column.dataset == dataset.id)
                .map(|column| {
                    let kind = format!("{}{}", column.column_type.label(), if column.key { ", key" } else { "" });
                    let personal = match column.technique {
                        _ if !column.classified => "Not said yet: absent at the port".to_owned(),
                        Technique::Clear {} => column.personal.label().to_owned(),
                        Technique::Suppress {} => format!("{}: absent at the port", column.personal.label()),
                        technique => format!("{}: {}", column.personal.label(), technique.describe()),
                    };
                    vec![
                        lineage_of(address, &dataset.name, &column.name),
                        kind.into_any(),
                        match rules_of(address, rules, &dataset.name, Some(&column.name)) {
                            Some(link) => view! { {column.description.clone()}" "{link} }.into_any(),
                            None => column.description.clone().unwrap_or_default().into_any(),
                        },
                        if column.classified { classification_badge(column.classification).into_any() } else { "Not classified".into_any() },
                        personal.into_any(),
                        report(address, &format!("{}.{}", dataset.name, column.name), "values"),
                    ]
                })
                .collect();
            let heads = ["Column", "Type", "What it holds", "Classification", "Personal data", "Wrong?"];
            view! {
                <section id=dataset.name.clone()>
                    <h2>{dataset.title.clone()}</h2>
                    <p>{rows_of(dataset)}" "{report(address, &dataset.name, "rows")}" "{rules_of(address, rules, &dataset.name, None)}{own_place(dataset)}</p>
                    {data_table(&format!("Columns of {}", dataset.name), &heads, rows)}
                </section>
            }
        })
        .collect_view()
        .into_any()
}

/// The number that a reader may find wrong: also that nobody says one.
fn rows_of(dataset: &DatasetView) -> String {
    dataset.rows.map_or_else(|| "The number of rows is not said.".to_owned(), |rows| format!("{} rows.", count(rows)))
}

/// Leads to the rules that are declared of a dataset as a whole, or of a column; nothing where there are none.
fn rules_of(address: &str, rules: &[RulePlace], dataset: &str, column: Option<&str>) -> Option<AnyView> {
    let place = rules.iter().find(|place| place.dataset == dataset && place.column.as_deref() == column)?;
    let said = if place.rules == 1 { "1 rule of quality".to_owned() } else { format!("{} rules of quality", count(place.rules)) };
    let of = column.map_or_else(|| format!(" of {dataset}"), |column| format!(" of {dataset}.{column}"));
    Some(view! { <a href=format!("/products/{address}/quality#rules")>{said}<span class="sr-only">{of}</span></a> }.into_any())
}

/// A column's name, which leads to what goes into it and what is made of it.
fn lineage_of(address: &str, dataset: &str, column: &str) -> AnyView {
    let query = query_string(&[("dataset", dataset), ("column", column)]);
    let url = ProductTab::Lineage.url(address);
    view! { <a href=format!("{url}?{query}#columns")>{code(column)}<span class="sr-only">": lineage"</span></a> }.into_any()
}

/// Leads to the form that reports a problem of exactly this.
fn report(address: &str, place: &str, about: &str) -> AnyView {
    let query = query_string(&[("place", place), ("about", about)]);
    view! { <a href=format!("/products/{address}/problems/new?{query}")>"Report"<span class="sr-only">{format!(" a problem of {place}")}</span></a> }
        .into_any()
}

/// Rows of one dataset, as this reader would get them.
pub struct Sample {
    pub dataset: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Option<String>>>,
}

pub fn sample(samples: Vec<Sample>, withheld: &[String]) -> AnyView {
    let nothing = samples.is_empty();
    let tables = samples
        .into_iter()
        .map(|sample| {
            let heads: Vec<&str> = sample.columns.iter().map(String::as_str).collect();
            let rows =
                sample.rows.into_iter().map(|row| row.into_iter().map(|cell| cell.unwrap_or_else(|| "–".into()).into_any()).collect()).collect();
            data_table(&format!("First rows of {}", sample.dataset), &heads, rows)
        })
        .collect_view();
    let withheld = (!withheld.is_empty()).then(|| {
        view! { <p>{format!("No sample is shown of {}: its rows are restricted. The schema says what it holds.", withheld.join(", "))}</p> }
    });
    if nothing && withheld.is_none() {
        return empty_state("No sample.", "The rows of this product are not readable through Pasar.", ().into_any()).into_any();
    }
    view! { {tables}{withheld} }.into_any()
}

/// What comes in through input ports, as the product's own document says it.
pub fn ports_table(inputs: &[InputPortView], outputs: &[OutputPortView]) -> AnyView {
    if inputs.is_empty() {
        return empty_state("No lineage declared.", "The product's team has not said where the data comes from.", ().into_any()).into_any();
    }
    let rows = inputs
        .iter()
        .map(|port| {
            let from = match (&port.product_title, port.concealed) {
                (Some(title), _) => view! { <a href=format!("/products/{}", port.from)>{title.clone()}</a> }.into_any(),
                (None, true) => "A source that is not listed".into_any(),
                (None, false) => port.from.clone().into_any(),
            };
            vec![code(&port.name), from, port.description.clone().unwrap_or_default().into_any()]
        })
        .collect();
    let serves: Vec<String> = outputs.iter().map(|port| port.name.clone()).collect();
    view! {
        {data_table("Where the data comes from", &["Input port", "From", "What arrives"], rows)}
        <p>{format!("It leaves through {}.", if serves.is_empty() { "no output port yet".to_owned() } else { serves.join(", ") })}</p>
    }
    .into_any()
}

pub fn ports(product: &ProductView, outputs: &[OutputPortView]) -> AnyView {
    if outputs.is_empty() {
        return empty_state("No output ports.", "There is no way to read this product yet.", ().into_any()).into_any();
    }
    outputs
        .iter()
        .map(|port| {
            let rows = port
                .datasets
                .iter()
                .map(|dataset| {
                    let address = format!("{}.{}.{}", product.address, port.name, dataset.name);
                    let ask = if dataset.readable {
                        view! { <a href=format!("/requests/new?port={address}")>"Request access"</a> }.into_any()
                    } else {
                        "Published by its agency".into_any()
                    };
                    vec![dataset.title.clone().into_any(), code(&address), ask]
                })
                .collect();
            view! {
                <section>
                    <h2>{port.name.clone()}</h2>
                    <p class="muted">{port.description.clone()}</p>
                    {data_table(&format!("Datasets at {}", port.name), &["Dataset", "Address", "Access"], rows)}
                </section>
            }
        })
        .collect_view()
        .into_any()
}

pub fn versions(product: &ProductView) -> AnyView {
    let rows = vec![vec![product.version.clone().into_any(), product.status.label().into_any(), moment(product.changed_at).into_any()]];
    data_table("Version now in the catalogue", &["Version", "Status", "Recorded"], rows).into_any()
}

pub fn activity(events: &[(DateTime<Utc>, AuditAction)]) -> AnyView {
    if events.is_empty() {
        return empty_state("Nothing has happened yet.", "Publishing, grants and their end will be listed here.", ().into_any()).into_any();
    }
    let rows = events.iter().map(|(at, action)| vec![moment(*at).into_any(), action.label().into_any()]).collect();
    data_table("What happened", &["When", "What"], rows).into_any()
}
