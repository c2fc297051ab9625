//! `sample/products/<domain>/<product>.yaml`: one product a file.

use crate::rows::Values;
use crate::{Unreadable, read};
use chrono::{NaiveDate, NaiveTime};
use domain::access::Answer;
use domain::catalogue::{
    Classification, ColumnDocument, ColumnFlowDocument, ColumnType, DataSharingAgreement, DatasetDocument, Distribution, IndicatorDocument,
    InputPortDocument, LinkedTool, Onward, OutputPortDocument, PersonalCategory, ProductDocument, ProductStatus, ProductType, Sensitivity,
    ServiceLevelDocument, Sharing, SpatialCoverage, TermsText, ToolLink, Visibility, links_fault,
};
use domain::classification::ColumnClass;
use domain::flow::Handling;
use domain::quality::RuleDocument;
use domain::service_level::{Comparison, Measure};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

/// A product's document with what its rows are made from.
#[derive(Debug, Clone)]
pub struct Product {
    pub document: ProductDocument,
    /// In the document's order.
    pub datasets: Vec<Dataset>,
}

/// How a dataset's rows are made.
#[derive(Debug, Clone)]
pub struct Dataset {
    pub name: String,
    pub rows: u32,
    pub(crate) columns: Vec<(Values, f64)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProduct {
    title: String,
    /// A draft may have none yet.
    summary: Option<String>,
    description: String,
    r#type: ProductType,
    version: String,
    status: ProductStatus,
    #[serde(default = "listed")]
    visibility: Visibility,
    owner: String,
    steward: String,
    #[serde(default)]
    tags: Vec<String>,
    frequency: Option<String>,
    coverage: Option<String>,
    place: Option<SpatialCoverage>,
    coverage_start: Option<NaiveDate>,
    coverage_end: Option<NaiveDate>,
    updated_on: Option<NaiveDate>,
    #[serde(default)]
    input_ports: Vec<RawInput>,
    output_ports: Vec<RawOutput>,
    agreement: RawAgreement,
    #[serde(default)]
    service_levels: Vec<RawLevel>,
    #[serde(default)]
    links: Vec<RawLink>,
    #[serde(default)]
    quality_rules: Vec<RuleDocument>,
    datasets: Vec<RawDataset>,
}

const fn listed() -> Visibility {
    Visibility::Listed
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawInput {
    name: String,
    from: String,
    description: Option<String>,
    #[serde(default)]
    columns: Vec<RawFlow>,
}

/// `{from: staff.nric}` with one of: `to: roster.key`; `to: roster.key` and `protected: how`; `dropped: what is kept instead`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFlow {
    from: String,
    to: Option<String>,
    protected: Option<String>,
    dropped: Option<String>,
}

impl RawFlow {
    fn document(self) -> Result<ColumnFlowDocument, String> {
        let (to, handling, statement) = match (self.to, self.protected, self.dropped) {
            (Some(to), None, None) => (Some(to), Handling::Kept, None),
            (Some(to), Some(how), None) => (Some(to), Handling::Protected, Some(how)),
            (None, None, Some(instead)) => (None, Handling::Dropped, Some(instead)),
            _ => return Err(format!("{} must say what it becomes (to), how it is protected besides (protected), or that it is dropped", self.from)),
        };
        Ok(ColumnFlowDocument { from: self.from, to, handling, statement })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOutput {
    name: String,
    kind: String,
    description: Option<String>,
    datasets: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAgreement {
    sharing: Sharing,
    #[serde(default)]
    purposes: Vec<String>,
    #[serde(default)]
    forbidden: Vec<String>,
    who_may: Option<String>,
    who_may_not: Option<String>,
    distribution: Distribution,
    retention: Option<String>,
    longest_days: i32,
    #[serde(default)]
    agencies_may: Vec<String>,
    #[serde(default)]
    agencies_may_not: Vec<String>,
    onward: Option<Onward>,
    retention_days: Option<i32>,
    asks: Option<BTreeSet<Answer>>,
    #[serde(default)]
    introduction: String,
    #[serde(default)]
    obligations: String,
    #[serde(default)]
    safeguards: String,
    #[serde(default)]
    breach: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLevel {
    dimension: String,
    objective: String,
    target: f64,
    unit: String,
    window: String,
    measured_how: String,
    indicator: Option<RawIndicator>,
}

/// `{tool: airflow, title: The nightly pipeline, url: "https://airflow.example.invalid/dags/routes"}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLink {
    tool: LinkedTool,
    title: String,
    url: String,
}

/// `{measure: filled, dataset: sales, column: price, comparison: at-least, bound: 98, every_minutes: 60}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawIndicator {
    measure: Measure,
    dataset: String,
    column: Option<String>,
    low: Option<f64>,
    high: Option<f64>,
    comparison: Comparison,
    bound: f64,
    every_minutes: i32,
    /// `"09:00"`, in Singapore.
    at: Option<NaiveTime>,
}

impl From<RawIndicator> for IndicatorDocument {
    fn from(raw: RawIndicator) -> Self {
        let RawIndicator { measure, dataset, column, low, high, comparison, bound, every_minutes, at } = raw;
        Self { measure, dataset, column, low, high, comparison, bound, every_minutes, at }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDataset {
    name: String,
    title: String,
    description: Option<String>,
    rows: u32,
    place: Option<SpatialCoverage>,
    columns: Vec<RawColumn>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawColumn {
    name: String,
    r#type: ColumnType,
    description: Option<String>,
    #[serde(default)]
    nullable: bool,
    #[serde(default)]
    key: bool,
    #[serde(default)]
    scope: bool,
    #[serde(default = "open")]
    classification: Classification,
    #[serde(default = "not_sensitive")]
    sensitivity: Sensitivity,
    #[serde(default = "not_personal")]
    personal: PersonalCategory,
    /// Nobody has said yet what it is: the three words above are left out.
    #[serde(default)]
    unclassified: bool,
    values: Values,
    #[serde(default)]
    empty: f64,
}

const fn open() -> Classification {
    Classification::OfficialOpen
}
const fn not_sensitive() -> Sensitivity {
    Sensitivity::NonSensitive
}
const fn not_personal() -> PersonalCategory {
    PersonalCategory::None
}

/// Reads every product, in the order of addresses.
pub fn read_products(folder: &Path) -> Result<Vec<Product>, Unreadable> {
    let mut products = Vec::new();
    for domain in folders(&folder.join("products"))? {
        for file in files(&domain)? {
            let raw: RawProduct = read(&file)?;
            let named = |path: &Path| path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let unreadable = |reason| Unreadable { file: file.display().to_string(), reason };
            let product = product(named(&domain), named(&file), raw).map_err(unreadable)?;
            faults(&product).map_err(unreadable)?;
            products.push(product);
        }
    }
    Ok(products)
}

fn folders(path: &Path) -> Result<Vec<std::path::PathBuf>, Unreadable> {
    entries(path, Path::is_dir)
}

fn files(path: &Path) -> Result<Vec<std::path::PathBuf>, Unreadable> {
    entries(path, |path| path.extension().is_some_and(|extension| extension == "yaml"))
}

fn entries(path: &Path, fits: impl Fn(&Path) -> bool) -> Result<Vec<std::path::PathBuf>, Unreadable> {
    let unreadable = |error: std::io::Error| Unreadable { file: path.display().to_string(), reason: error.to_string() };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?.path();
        if fits(&entry) {
            found.push(entry);
        }
    }
    found.sort();
    Ok(found)
}

/// What types cannot say: names that must exist or must not repeat, and personal columns that must not be open.
fn faults(product: &Product) -> Result<(), String> {
    product.document.urn().map_err(|error| error.to_string())?;
    let names: BTreeSet<&str> = product.document.datasets.iter().map(|d| d.name.as_str()).collect();
    if names.len() != product.document.datasets.len() {
        return Err("two datasets have the same name".into());
    }
    for port in &product.document.output_ports {
        if let Some(missing) = port.datasets.iter().find(|name| !names.contains(name.as_str())) {
            return Err(format!("{} serves {missing}, which is no dataset", port.name));
        }
    }
    let columns: BTreeSet<String> =
        product.document.datasets.iter().flat_map(|d| d.columns.iter().map(move |c| format!("{}.{}", d.name, c.name))).collect();
    for port in &product.document.input_ports {
        if let Some(missing) = port.columns.iter().filter_map(|flow| flow.to.as_ref()).find(|to| !columns.contains(*to)) {
            return Err(format!("{} fills {missing}, which is no column of this product", port.name));
        }
    }
    if let Some(fault) = links_fault(&product.document.links) {
        return Err(fault);
    }
    product.document.checked_rules()?;
    for dataset in &product.document.datasets {
        if let Some(column) = dataset.columns.iter().find(|c| c.personal.is_personal() && c.classification < Classification::Restricted) {
            return Err(format!("{}.{} is personal and must be restricted at least", dataset.name, column.name));
        }
    }
    Ok(())
}

fn input_port(raw: RawInput) -> Result<InputPortDocument, String> {
    let columns = raw.columns.into_iter().map(RawFlow::document).collect::<Result<_, _>>()?;
    Ok(InputPortDocument { name: raw.name, description: raw.description, from: raw.from, columns })
}

fn product(domain: String, name: String, raw: RawProduct) -> Result<Product, String> {
    let schema = domain.replace('-', "_");
    let table = |dataset: &str| (schema.clone(), format!("{}_{dataset}", name.replace('-', "_")));
    let datasets = raw
        .datasets
        .iter()
        .map(|d| Dataset { name: d.name.clone(), rows: d.rows, columns: d.columns.iter().map(|c| (c.values.clone(), c.empty)).collect() })
        .collect();
    let documents = raw
        .datasets
        .into_iter()
        .map(|d| DatasetDocument {
            table: Some(table(&d.name)),
            name: d.name,
            title: d.title,
            description: d.description,
            format: None,
            rows: Some(i64::from(d.rows)),
            updated_on: raw.updated_on,
            source_id: None,
            place: d.place,
            columns: d
                .columns
                .into_iter()
                .map(|c| ColumnDocument {
                    name: c.name,
                    column_type: c.r#type,
                    description: c.description,
                    nullable: c.nullable,
                    key: c.key,
                    scope: c.scope,
                    classification: if c.unclassified { ColumnClass::UNKNOWN.classification } else { c.classification },
                    sensitivity: if c.unclassified { ColumnClass::UNKNOWN.sensitivity } else { c.sensitivity },
                    personal: if c.unclassified { ColumnClass::UNKNOWN.personal } else { c.personal },
                    unclassified: c.unclassified,
                })
                .collect(),
        })
        .collect();
    let document = ProductDocument {
        domain,
        name,
        title: raw.title,
        summary: raw.summary,
        description: Some(raw.description),
        product_type: raw.r#type,
        version: raw.version,
        status: raw.status,
        visibility: raw.visibility,
        tags: raw.tags,
        frequency: raw.frequency,
        coverage: raw.coverage,
        place: raw.place,
        coverage_start: raw.coverage_start,
        coverage_end: raw.coverage_end,
        updated_on: raw.updated_on,
        owner: Some(raw.owner),
        steward: Some(raw.steward),
        source: None,
        source_id: None,
        datasets: documents,
        input_ports: raw.input_ports.into_iter().map(input_port).collect::<Result<_, _>>()?,
        output_ports: raw
            .output_ports
            .into_iter()
            .map(|p| OutputPortDocument { name: p.name, kind: p.kind, description: p.description, datasets: p.datasets })
            .collect(),
        agreement: DataSharingAgreement {
            sharing: raw.agreement.sharing,
            purposes: raw.agreement.purposes,
            forbidden: raw.agreement.forbidden,
            who_may: raw.agreement.who_may,
            who_may_not: raw.agreement.who_may_not,
            distribution: raw.agreement.distribution,
            retention: raw.agreement.retention,
            longest_days: raw.agreement.longest_days,
            agencies_may: raw.agreement.agencies_may,
            agencies_may_not: raw.agreement.agencies_may_not,
            onward: raw.agreement.onward,
            retention_days: raw.agreement.retention_days,
            text: TermsText {
                introduction: raw.agreement.introduction,
                obligations: raw.agreement.obligations,
                safeguards: raw.agreement.safeguards,
                breach: raw.agreement.breach,
            },
            asks: raw.agreement.asks,
        },
        service_levels: raw
            .service_levels
            .into_iter()
            .map(|l| ServiceLevelDocument {
                dimension: l.dimension,
                objective: l.objective,
                target: l.target,
                unit: l.unit,
                window: l.window,
                measured_how: l.measured_how,
                indicator: l.indicator.map(IndicatorDocument::from),
            })
            .collect(),
        links: raw.links.into_iter().map(|link| ToolLink { tool: link.tool, title: link.title, url: link.url }).collect(),
        quality_rules: raw.quality_rules,
    };
    Ok(Product { document, datasets })
}
