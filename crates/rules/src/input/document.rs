//! From a product's document and what surrounds it to an input.

use super::parts::{Column, Dataset, InputPort, Lineage, OutputPort, People, Product, ServiceLevel, Terms, Time};
use super::{Input, Ports, SCHEMA_VERSION};
use chrono::NaiveDate;
use domain::catalogue::{Classification, ColumnDocument, DatasetDocument, ProductDocument, Sensitivity};

/// What a product's document does not say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Surroundings {
    pub sector: String,
    pub agency: String,
    pub privacy_policy: bool,
    pub lineage: Lineage,
    pub people: People,
}

/// Whole days from then to today; nothing for a day to come.
pub fn age_in_days(then: Option<NaiveDate>, today: NaiveDate) -> Option<i64> {
    then.map(|then| (today - then).num_days().max(0))
}

/// Words of a text that itself stays where it is.
pub fn words(text: &str) -> u32 {
    u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX)
}

/// 0 for the lowest class, 4 for the highest.
pub fn rank(class: Classification) -> u8 {
    Classification::ALL.iter().position(|own| *own == class).and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX)
}

impl Input {
    /// The input for a product as it is described, judged on a day. Techniques, terms of the glossary, measurements, an agreement
    /// and a request are filled in by whoever knows them.
    pub fn of_document(document: &ProductDocument, surroundings: Surroundings, today: NaiveDate) -> Self {
        let columns = || document.datasets.iter().flat_map(|dataset| &dataset.columns);
        let classification = columns().map(|column| column.classification).max().unwrap_or(Classification::OfficialOpen);
        let terms = &document.agreement;
        Self {
            schema_version: SCHEMA_VERSION,
            product: Product {
                address: format!("{}.{}", document.domain, document.name),
                domain: document.domain.clone(),
                name: document.name.clone(),
                sector: surroundings.sector,
                agency: surroundings.agency,
                title: document.title.clone(),
                summary: document.summary.clone(),
                description: document.description.clone(),
                product_type: document.product_type,
                version: document.version.clone(),
                status: document.status,
                visibility: document.visibility,
                tags: document.tags.clone(),
                frequency: document.frequency.clone(),
                coverage: document.coverage.clone(),
                coverage_start: document.coverage_start.map(day),
                coverage_end: document.coverage_end.map(day),
                updated_on: document.updated_on.map(day),
                days_since_update: age_in_days(document.updated_on, today),
                classification,
                classification_rank: rank(classification),
                sensitivity: columns().map(|column| column.sensitivity).max().unwrap_or(Sensitivity::NonSensitive),
                personal: columns().any(|column| column.personal.is_personal()),
                privacy_policy: surroundings.privacy_policy,
                terms: Terms {
                    sharing: terms.sharing,
                    purposes: terms.purposes.clone(),
                    forbidden: terms.forbidden.clone(),
                    distribution: terms.distribution,
                    onward: terms.onward,
                    retention_days: terms.retention_days.map(i64::from),
                    longest_days: i64::from(terms.longest_days),
                },
            },
            datasets: document.datasets.iter().map(|dataset| of_dataset(document, dataset, today)).collect(),
            ports: Ports {
                input: document.input_ports.iter().map(|port| InputPort { name: port.name.clone(), from: port.from.clone() }).collect(),
                output: document
                    .output_ports
                    .iter()
                    .map(|port| OutputPort {
                        name: port.name.clone(),
                        kind: port.kind.clone(),
                        description: port.description.clone(),
                        datasets: port.datasets.clone(),
                    })
                    .collect(),
            },
            lineage: surroundings.lineage,
            service_levels: document
                .service_levels
                .iter()
                .map(|level| ServiceLevel {
                    dimension: level.dimension.clone(),
                    objective: level.objective.clone(),
                    target: level.target,
                    unit: level.unit.clone(),
                    window: level.window.clone(),
                    measured: None,
                })
                .collect(),
            people: surroundings.people,
            agreement: None,
            request: None,
            time: Time { today: day(today) },
        }
    }
}

fn day(date: NaiveDate) -> String {
    date.format("%Y-%m-%d").to_string()
}

fn of_dataset(document: &ProductDocument, dataset: &DatasetDocument, today: NaiveDate) -> Dataset {
    let serves = document.output_ports.iter().filter(|port| port.datasets.contains(&dataset.name));
    Dataset {
        name: dataset.name.clone(),
        title: dataset.title.clone(),
        description: dataset.description.clone(),
        format: dataset.format.clone(),
        rows: dataset.rows,
        updated_on: dataset.updated_on.map(day),
        days_since_update: age_in_days(dataset.updated_on, today),
        served_at: serves.map(|port| port.name.clone()).collect(),
        columns: dataset.columns.iter().map(of_column).collect(),
    }
}

fn of_column(column: &ColumnDocument) -> Column {
    Column {
        name: column.name.clone(),
        column_type: column.column_type,
        description: column.description.clone(),
        nullable: column.nullable,
        key: column.key,
        classification: column.classification,
        classification_rank: rank(column.classification),
        sensitivity: column.sensitivity,
        personal: column.personal,
        classified: true,
        term: None,
        technique: None,
    }
}
