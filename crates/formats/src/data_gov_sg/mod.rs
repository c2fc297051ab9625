//! data.gov.sg's catalogue of collections (Singapore Open Data Licence): one JSON array of records.
//!
//! A file that is not such an array is refused whole, with the place where it broke. A record that does not fit is
//! refused alone, with its reason; the others go on.

mod agencies;

use agencies::abbreviation;
use chrono::NaiveDate;
use domain::catalogue::{
    DataSharingAgreement, DatasetDocument, Distribution, OutputPortDocument, ProductDocument, ProductStatus, ProductType, Sharing, Visibility,
};
use domain::urn::LONGEST_PART;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What imported products carry as their source.
pub const SOURCE: &str = "data.gov.sg";

/// Open data has no end date of its own; a year, renewable, keeps the list of users true.
const LONGEST_DAYS: i32 = 365;

/// A whole file, read.
#[derive(Debug, Default)]
pub struct Catalogue {
    pub records: Vec<Collection>,
    pub refused: Vec<Refused>,
}

/// A record that fits: the agency that publishes it and the product it becomes.
#[derive(Debug, Clone, PartialEq)]
pub struct Collection {
    pub agency_title: String,
    pub agency_slug: String,
    pub agency_abbreviation: Option<String>,
    pub product: ProductDocument,
}

/// A record that does not, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its place in the file, from 1.
    pub number: usize,
    pub id: Option<String>,
    pub reason: String,
}

/// The file is not a catalogue at all.
#[derive(Debug, thiserror::Error)]
#[error("the file broke at line {line}, column {column}: {reason}")]
pub struct Broken {
    pub line: usize,
    pub column: usize,
    pub reason: String,
}

#[derive(Deserialize)]
struct RawCollection {
    id: String,
    title: String,
    agency: String,
    #[serde(default)]
    frequency: Option<String>,
    #[serde(default)]
    updated: Option<NaiveDate>,
    #[serde(default)]
    coverage_start: Option<NaiveDate>,
    #[serde(default)]
    coverage_end: Option<NaiveDate>,
    #[serde(default)]
    datasets: Vec<RawDataset>,
}

#[derive(Deserialize)]
struct RawDataset {
    id: String,
    title: String,
    #[serde(default)]
    format: Option<String>,
    #[serde(default)]
    updated: Option<NaiveDate>,
}

/// Reads a file.
pub fn read(text: &str) -> Result<Catalogue, Broken> {
    let values: Vec<serde_json::Value> = serde_json::from_str(text).map_err(|error| {
        let reason = error.to_string();
        let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
        Broken { line: error.line(), column: error.column(), reason }
    })?;
    let mut catalogue = Catalogue::default();
    let mut ids = BTreeSet::new();
    let mut names = BTreeSet::new();
    for (index, value) in values.into_iter().enumerate() {
        let id = value.get("id").and_then(|id| id.as_str()).map(str::to_owned);
        let record = serde_json::from_value::<RawCollection>(value)
            .map_err(|error| error.to_string())
            .and_then(|raw| if ids.insert(raw.id.clone()) { collection(raw, &mut names) } else { Err("its id occurs twice in the file".to_owned()) });
        match record {
            Ok(record) => catalogue.records.push(record),
            Err(reason) => catalogue.refused.push(Refused { number: index + 1, id, reason }),
        }
    }
    Ok(catalogue)
}

fn collection(raw: RawCollection, names: &mut BTreeSet<String>) -> Result<Collection, String> {
    let title = line(&raw.title).ok_or("it has no title")?;
    let agency_title = line(&raw.agency).ok_or("it has no agency")?;
    let agency_abbreviation = abbreviation(&agency_title).map(str::to_owned);
    let agency_slug = slug(agency_abbreviation.as_deref().unwrap_or(&agency_title)).ok_or("its agency's name has no letters")?;
    let id = line(&raw.id).ok_or("it has no id")?;
    let base = slug(&title).ok_or("its title has no letters or digits")?;
    let name = if names.insert(format!("{agency_slug}.{base}")) {
        base
    } else {
        let ending = format!("-{}", slug(&id).ok_or("its id has no letters or digits")?);
        format!("{}{ending}", base.chars().take(LONGEST_PART.saturating_sub(ending.len())).collect::<String>())
    };
    let datasets = datasets(raw.datasets)?;
    let output_ports = if datasets.is_empty() {
        vec![]
    } else {
        vec![OutputPortDocument {
            name: "download".into(),
            kind: "download".into(),
            description: Some("Files that the agency publishes on data.gov.sg.".into()),
            datasets: datasets.iter().map(|d| d.name.clone()).collect(),
        }]
    };
    let product = ProductDocument {
        domain: agency_slug.clone(),
        name,
        title,
        summary: None,
        description: None,
        product_type: ProductType::SourceAligned,
        version: "1.0.0".into(),
        status: ProductStatus::Published,
        visibility: Visibility::Listed,
        tags: vec!["open-data".into()],
        frequency: raw.frequency.as_deref().and_then(line),
        coverage: None,
        // The catalogue's records name times and no places.
        place: None,
        coverage_start: raw.coverage_start,
        coverage_end: raw.coverage_end,
        updated_on: raw.updated,
        owner: None,
        steward: None,
        source: Some(SOURCE.into()),
        source_id: Some(id),
        datasets,
        input_ports: vec![],
        output_ports,
        agreement: DataSharingAgreement {
            who_may: Some("Anyone, under the Singapore Open Data Licence v1.0".into()),
            ..DataSharingAgreement::plain(Sharing::Open, Distribution::Modified, LONGEST_DAYS)
        },
        service_levels: vec![],
        quality_rules: vec![],
        links: vec![],
    };
    Ok(Collection { agency_title, agency_slug, agency_abbreviation, product })
}

fn datasets(raw: Vec<RawDataset>) -> Result<Vec<DatasetDocument>, String> {
    let mut names = BTreeSet::new();
    raw.into_iter()
        .map(|dataset| {
            let title = line(&dataset.title).ok_or("one of its datasets has no title")?;
            // The portal's own id of a dataset is already unique and never changes; titles repeat.
            let name = slug(&dataset.id).filter(|name| names.insert(name.clone())).ok_or("one of its datasets has no id of its own")?;
            Ok(DatasetDocument {
                name,
                title,
                description: None,
                format: dataset.format.as_deref().and_then(line),
                rows: None,
                updated_on: dataset.updated,
                source_id: Some(dataset.id),
                table: None,
                place: None,
                columns: vec![],
            })
        })
        .collect()
}

/// One line of text without control characters; none when nothing is left.
fn line(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    (!text.is_empty()).then_some(text)
}

/// A part of an address made from words: lower case, words joined by hyphens, at most 63 bytes.
fn slug(text: &str) -> Option<String> {
    let words: Vec<String> =
        text.to_lowercase().split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let mut out = String::new();
    for word in words {
        let gap = usize::from(!out.is_empty());
        if out.len() + gap + word.len() > LONGEST_PART {
            break;
        }
        if gap == 1 {
            out.push('-');
        }
        out.push_str(&word);
    }
    let out = out.trim_start_matches(['_', '-']).to_owned();
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GOOD: &str = r#"{"id":"7","title":"Bus Stops","agency":"Land Transport Authority","frequency":"ad-hoc","updated":"2024-02-19",
        "datasets":[{"id":"d_3f9","title":"Bus stops","format":"CSV","updated":"2024-02-19"}]}"#;

    #[test]
    fn a_record_becomes_a_product() {
        let catalogue = read(&format!("[{GOOD}]")).unwrap();
        let record = &catalogue.records[0];
        assert_eq!(record.product.urn().unwrap().to_string(), "lta.bus-stops");
        assert_eq!(record.product.source_id.as_deref(), Some("7"));
        assert_eq!(record.product.datasets[0].name, "d_3f9");
        assert_eq!(record.product.description, None);
    }

    #[test]
    fn a_bad_record_stops_no_other() {
        let text = format!(r#"[{{"id":"1","agency":"X"}}, {GOOD}, {{"id":"2","title":"  ","agency":"X"}}, {GOOD}, 5]"#);
        let catalogue = read(&text).unwrap();
        assert_eq!(catalogue.records.len(), 1);
        let numbers: Vec<_> = catalogue.refused.iter().map(|r| r.number).collect();
        assert_eq!(numbers, [1, 3, 4, 5]);
        assert!(catalogue.refused[0].reason.contains("title"));
        assert_eq!(catalogue.refused[2].reason, "its id occurs twice in the file");
    }

    #[test]
    fn a_broken_file_says_where() {
        let broken = read("[\n{\"id\":\"1\",]").unwrap_err();
        assert_eq!(broken.line, 2);
        assert!(read("{}").is_err());
        assert!(read("").is_err());
    }

    #[test]
    fn equal_titles_of_one_agency_get_their_own_names() {
        let again = GOOD.replace("\"7\"", "\"8\"");
        let catalogue = read(&format!("[{GOOD},{again}]")).unwrap();
        assert_eq!(catalogue.records[1].product.name, "bus-stops-8");
    }

    proptest! {
        #[test]
        fn whatever_the_title_the_address_is_valid_or_the_record_refused(title in ".{0,300}") {
            let record = serde_json::json!([{ "id": "1", "title": title, "agency": "Land Transport Authority" }]);
            let catalogue = read(&record.to_string()).unwrap();
            for record in &catalogue.records {
                prop_assert!(record.product.urn().unwrap().to_string().parse::<domain::Urn>().is_ok());
            }
            prop_assert_eq!(catalogue.records.len() + catalogue.refused.len(), 1);
        }
    }
}
