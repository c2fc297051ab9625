//! Datasets of a generated product with their columns: keys first, then figures of the subject's kind, then common columns.

use super::document::slug;
use super::title::{Period, Title};
use super::vocabulary::{Column, Vocabulary};
use chrono::NaiveDate;
use domain::catalogue::{Classification, ColumnDocument, ColumnType, DatasetDocument, PersonalCategory, Sensitivity, Sharing};
use rand::Rng;
use rand::seq::{IndexedRandom, IteratorRandom};
use rand_chacha::ChaCha8Rng;

const FEWEST_COLUMNS: usize = 5;
const MOST_COLUMNS: usize = 20;

/// One to four datasets: the product's own breakdown, then others of the same subject.
pub fn datasets(vocabulary: &Vocabulary, title: &Title<'_>, sharing: Sharing, updated_on: NaiveDate, rng: &mut ChaCha8Rng) -> Vec<DatasetDocument> {
    let others = rng.random_range(0..=3);
    let mut breakdowns = vec![title.breakdown];
    breakdowns.extend(title.kind.breakdowns.iter().map(String::as_str).filter(|other| *other != title.breakdown).choose_multiple(rng, others));
    // Some of what needs an approval is about persons, in its first dataset.
    let about_persons = sharing == Sharing::Approval && rng.random_bool(0.35);
    breakdowns
        .iter()
        .enumerate()
        .map(|(number, breakdown)| {
            let (name, by) = if breakdown.is_empty() {
                ("overall".to_owned(), String::new())
            } else {
                (format!("by_{}", slug(breakdown, "_", 50)), format!(" by {breakdown}"))
            };
            DatasetDocument {
                name,
                title: format!("{}{by}", title.subject),
                description: rng
                    .random_bool(0.5)
                    .then(|| format!("{} of {}.", if by.is_empty() { "Totals" } else { "A row for each group" }, title.what)),
                format: vocabulary.formats.choose(rng).cloned(),
                rows: Some(10_i64.pow(rng.random_range(1..6)) * rng.random_range(1..10)),
                updated_on: Some(updated_on),
                source_id: Some(format!("d_{:032x}", rng.random::<u128>())),
                // There is nothing to read: these products exist to be found.
                table: None,
                place: None,
                columns: columns(vocabulary, title, breakdown, sharing, about_persons && number == 0, rng),
            }
        })
        .collect()
}

fn columns(
    vocabulary: &Vocabulary,
    title: &Title<'_>,
    breakdown: &str,
    sharing: Sharing,
    about_persons: bool,
    rng: &mut ChaCha8Rng,
) -> Vec<ColumnDocument> {
    let wanted = rng.random_range(FEWEST_COLUMNS..=MOST_COLUMNS);
    let class = class(sharing, rng);
    let mut columns = keys(title, breakdown, class);
    if about_persons {
        let some = rng.random_range(1..=title.kind.personal.len());
        columns.extend(title.kind.personal.iter().take(some).map(|column| from(column, class, rng)));
    }
    // Figures first, then what any table has; both in the order of their list, as a team would set them down.
    for pool in [&title.kind.columns, &vocabulary.columns] {
        let mut chosen: Vec<usize> = (0..pool.len()).choose_multiple(rng, wanted.saturating_sub(columns.len()));
        chosen.sort_unstable();
        for column in chosen.into_iter().filter_map(|place| pool.get(place)) {
            if !columns.iter().any(|there| there.name == column.name) {
                columns.push(from(column, class, rng));
            }
        }
    }
    columns
}

fn class(sharing: Sharing, rng: &mut ChaCha8Rng) -> Classification {
    let choices = match sharing {
        Sharing::Open => [Classification::OfficialOpen, Classification::OfficialOpen, Classification::OfficialClosed],
        Sharing::Approval => [Classification::OfficialClosed, Classification::Restricted, Classification::Confidential],
    };
    choices.choose(rng).copied().unwrap_or(Classification::OfficialClosed)
}

fn keys(title: &Title<'_>, breakdown: &str, classification: Classification) -> Vec<ColumnDocument> {
    let time = match title.period {
        Period::Ongoing("Quarterly") | Period::During("Quarterly", _) => ("quarter", ColumnType::Text),
        Period::Ongoing("Monthly") | Period::During("Monthly", _) => ("month", ColumnType::Text),
        Period::Ongoing("Weekly") => ("epi_week", ColumnType::Text),
        Period::Ongoing("Daily") => ("date", ColumnType::Date),
        Period::AsAt(..) => ("as_at", ColumnType::Date),
        _ => ("year", ColumnType::Integer),
    };
    let mut named = vec![(time.0.to_owned(), time.1, "Period of the row".to_owned())];
    for part in breakdown.split(" and ").filter(|part| !part.is_empty()) {
        let name = slug(part, "_", 60);
        if name != time.0 {
            named.push((name, ColumnType::Text, part.to_owned()));
        }
    }
    if title.place.is_some() && !named.iter().any(|(name, ..)| name == "planning_area") {
        named.push(("planning_area".into(), ColumnType::Text, "Planning area".into()));
    }
    named
        .into_iter()
        .map(|(name, column_type, description)| ColumnDocument {
            scope: name == "planning_area",
            name,
            column_type,
            description: Some(description),
            nullable: false,
            key: true,
            classification,
            sensitivity: Sensitivity::NonSensitive,
            personal: PersonalCategory::None,
            unclassified: false,
        })
        .collect()
}

fn from(column: &Column, class: Classification, rng: &mut ChaCha8Rng) -> ColumnDocument {
    let (classification, sensitivity) = match column.category {
        PersonalCategory::None => (class, Sensitivity::NonSensitive),
        PersonalCategory::Sensitive => (class.max(Classification::Restricted), Sensitivity::SensitiveHigh),
        PersonalCategory::Indirect | PersonalCategory::Direct => (class.max(Classification::Restricted), Sensitivity::SensitiveNormal),
    };
    ColumnDocument {
        name: column.name.clone(),
        column_type: column.r#type,
        description: rng.random_bool(0.7).then(|| column.description.clone()),
        nullable: rng.random_bool(0.3),
        key: false,
        scope: false,
        classification,
        sensitivity,
        personal: column.category,
        unclassified: false,
    }
}
