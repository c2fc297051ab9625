//! `/quality`: sectors, what each expects, who falls short, and the report that is printed.

use super::{expectation, shortfall};
use crate::ui::{breadcrumbs, csrf_field, cut_notice, data_table, day, empty_state, error_summary, hidden, moment, select_field, text_field};
use chrono::NaiveDate;
use domain::Violation;
use domain::id::SectorId;
use domain::quality::{BenchmarkForm, Layer, Shortfall};
use leptos::prelude::*;
use store::quality::{BenchmarkLine, ProductQuality};
use store::service_level::BreachLine;

/// A sector as it stands, or stood.
#[derive(Debug, Clone, PartialEq)]
pub struct Sector {
    pub id: SectorId,
    pub slug: String,
    pub title: String,
    pub benchmarks: Vec<BenchmarkLine>,
    pub products: Vec<ProductQuality>,
    /// For each product, for each benchmark, whether it falls short.
    pub short: Vec<Vec<Option<Shortfall>>>,
    pub broken: Vec<BreachLine>,
}

impl Sector {
    /// Products that fall short of something.
    pub fn falling_short(&self) -> usize {
        self.short.iter().filter(|all| all.iter().any(Option::is_some)).count()
    }

    fn finding(&self) -> String {
        match (self.benchmarks.len(), self.products.len(), self.falling_short()) {
            (0, ..) => "Nothing is expected of this sector yet".into(),
            (_, 0, _) => "No product of this sector is readable at a port".into(),
            (_, all, 0) => format!("All {all} products meet what is expected"),
            (_, all, short) => format!("{short} of {all} products fall short"),
        }
    }
}

/// Broken promises of a sector that are shown; one more says that there are others.
const BROKEN: usize = 500;

pub fn sectors_page(sectors: &[Sector]) -> AnyView {
    let rows = sectors
        .iter()
        .map(|sector| {
            vec![
                view! { <a href=format!("/quality/{}", sector.slug)>{sector.title.clone()}</a> }.into_any(),
                sector.finding().into_any(),
                if sector.broken.len() > BROKEN { format!("More than {BROKEN}") } else { sector.broken.len().to_string() }.into_any(),
            ]
        })
        .collect();
    view! {
        <h1>"Quality of sectors"</h1>
        <p class="lead">"Each trusted centre says what it expects of the data of its sector. Here is who meets it."</p>
        {data_table("Sectors", &["Sector", "Products", "Promises broken or at risk"], rows)}
        <p><a href="/service-levels">"Promises that are not kept"</a></p>
    }
    .into_any()
}

fn products(sector: &Sector) -> AnyView {
    if sector.benchmarks.is_empty() || sector.products.is_empty() {
        return empty_state("Nobody falls short.", "Products are compared with what the trusted centre expects, once it says so.", ().into_any())
            .into_any();
    }
    let mut rows: Vec<(bool, Vec<AnyView>)> = sector
        .products
        .iter()
        .zip(&sector.short)
        .map(|(product, short)| {
            let mut row = vec![
                view! { <a href=format!("/products/{}/quality", product.address)>{product.title.clone()}</a> }.into_any(),
                product.domain.clone().into_any(),
            ];
            row.extend(short.iter().map(|short| shortfall(*short).into_any()));
            (short.iter().all(Option::is_none), row)
        })
        .collect();
    // What falls short comes first.
    rows.sort_by_key(|(meets, _)| *meets);
    let expected: Vec<String> = sector.benchmarks.iter().map(|line| expectation(&line.benchmark)).collect();
    let heads: Vec<&str> = ["Product", "Domain"].into_iter().chain(expected.iter().map(String::as_str)).collect();
    data_table("Products against what is expected", &heads, rows.into_iter().map(|(_, row)| row).collect()).into_any()
}

fn broken(sector: &Sector) -> AnyView {
    if sector.broken.is_empty() {
        return view! { <p>"Every promise that is measured is kept."</p> }.into_any();
    }
    let rows = sector
        .broken
        .iter()
        .take(BROKEN)
        .map(|line| {
            vec![
                view! { <a href=format!("/products/{}/service-levels/{}", line.address, line.level)>{line.objective.clone()}</a> }.into_any(),
                line.title.clone().into_any(),
                line.domain.clone().into_any(),
                line.state.label().into_any(),
                line.since.map_or_else(|| "–".into_any(), |at| moment(at).into_any()),
            ]
        })
        .collect();
    let table = data_table("Promises that are broken or at risk", &["Promise", "Product", "Domain", "State", "Since"], rows);
    view! { {cut_notice(sector.broken.len(), BROKEN)}{table} }.into_any()
}

/// One sector; with a form for whoever may say what is expected.
pub fn sector_page(csrf: &str, sector: &Sector, form: Option<&BenchmarkForm>, wrong: &[Violation]) -> AnyView {
    let slug = &sector.slug;
    let rows: Vec<Vec<AnyView>> = sector
        .benchmarks
        .iter()
        .map(|line| {
            let end = form.map(|_| {
                view! {
                    <form method="post" action=format!("/quality/{slug}/end") class="inline">
                        {csrf_field(csrf)}{hidden("benchmark", &line.id.to_string())}
                        <button type="submit" class="button button-secondary">{format!("Expect no more of {}", line.benchmark.layer.map_or("all checks", Layer::label).to_lowercase())}</button>
                    </form>
                }
            });
            vec![
                expectation(&line.benchmark).into_any(),
                line.reason.clone().into_any(),
                view! { {line.set_by.clone()}", "{moment(line.set_at)} }.into_any(),
                end.into_any(),
            ]
        })
        .collect();
    let benchmarks = (!rows.is_empty()).then(|| data_table("What is expected", &["Expected", "Why", "Set by", "End"], rows));
    view! {
        {error_summary(wrong)}
        {breadcrumbs(vec![("/quality".to_owned(), "Quality of sectors".to_owned())])}
        <h1>{format!("Quality of the {} sector", sector.title)}</h1>
        <p class="lead">{sector.finding()}</p>
        <p><a href=format!("/quality/{slug}/report")>"The audit of today, to print"</a>" · "<a href="/quality-audits">"Audits that are planned, and were taken"</a></p>
        {benchmarks}
        <h2>"Products"</h2>
        {products(sector)}
        <h2>"Promises"</h2>
        {broken(sector)}
        {form.map(|form| set_form(csrf, slug, form, wrong))}
    }
    .into_any()
}

fn set_form(csrf: &str, slug: &str, form: &BenchmarkForm, wrong: &[Violation]) -> AnyView {
    let layers: Vec<(String, String)> = std::iter::once(("all".to_owned(), "All checks".to_owned()))
        .chain(Layer::ALL.iter().map(|layer| (layer.as_str().to_owned(), layer.label().to_owned())))
        .collect();
    view! {
        <h2>"Say what is expected"</h2>
        <form method="post" action=format!("/quality/{slug}") class="narrow" novalidate="">
            {csrf_field(csrf)}
            {select_field("layer", "Of which checks", "What is set here takes the place of what was expected of them.", &layers, &form.layer, wrong)}
            {text_field("at_least", "Share that must pass, in %", "", &form.at_least, wrong)}
            {text_field("within_days", "Checked within so many days", "", &form.within_days, wrong)}
            {text_field("reason", "Why", "Owners read it.", &form.reason, wrong)}
            <button type="submit" class="button">"Set"</button>
        </form>
    }
    .into_any()
}

/// The periodic audit of a sector, for paper.
pub fn report_page(sector: &Sector, until: NaiveDate) -> AnyView {
    let meets: Vec<String> = sector
        .products
        .iter()
        .zip(&sector.short)
        .filter(|(_, short)| !sector.benchmarks.is_empty() && short.iter().all(Option::is_none))
        .map(|(product, _)| product.title.clone())
        .collect();
    let announced = (!meets.is_empty()).then(
        || view! { <h2>"Meet everything that is expected"</h2><ul>{meets.into_iter().map(|title| view! { <li>{title}</li> }).collect_view()}</ul> },
    );
    view! {
        {breadcrumbs(vec![("/quality".to_owned(), "Quality of sectors".to_owned()), (format!("/quality/{}", sector.slug), sector.title.clone())])}
        <h1>{format!("Quality audit of the {} sector", sector.title)}</h1>
        <p class="lead">"As of the end of "{day(until)}". "{sector.finding()}"."</p>
        <h2>"Products"</h2>
        {products(sector)}
        <h2>"Promises, as they stand now"</h2>
        {broken(sector)}
        {announced}
        <form method="get" action=format!("/quality/{}/report", sector.slug) class="narrow no-print">
            {crate::ui::date_field("until", "As of the end of", "", &until.to_string(), &[])}
            <button type="submit" class="button button-secondary">"Show"</button>
        </form>
    }
    .into_any()
}
