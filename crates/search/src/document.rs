//! A product's search document: what is found, counted and ranked, made from the record.

use crate::facet::FacetKind;
use crate::text::{lexemes, tokens};
use chrono::{Datelike, Days, NaiveDate};
use domain::catalogue::{Classification, ProductType, Sharing};
use std::collections::BTreeSet;

/// A product as the record has it, with everything that search looks at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Source {
    pub title: String,
    pub address: String,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub tags: Vec<String>,
    pub product_type: String,
    pub classification: Option<String>,
    pub frequency: Option<String>,
    pub updated_on: Option<NaiveDate>,
    pub coverage: Option<(NaiveDate, NaiveDate)>,
    pub sector: (String, String),
    pub agency: (String, String),
    pub agency_abbreviation: Option<String>,
    pub domain_title: String,
    pub sharing: String,
    pub datasets: Vec<String>,
    /// Its own and its datasets' ids at the place that they came from.
    pub ids_elsewhere: Vec<String>,
    pub formats: Vec<String>,
    pub columns: Vec<String>,
    /// It has columns, and somebody has said of each what it is.
    pub classified: bool,
    /// Names of the glossary's terms that its columns carry, with what else they are called.
    pub terms: Vec<String>,
    /// Descriptions of datasets and columns.
    pub notes: Vec<String>,
    /// Codes and names.
    pub places: Vec<(String, String)>,
    /// Something promised was measured, and all that was is kept.
    pub promises_kept: bool,
    pub promises_broken: bool,
    pub input_ports: i64,
    pub used_by: i64,
}

/// A value that the product is counted under, with its label.
pub(crate) type Value = (FacetKind, String, String);

/// Ready to be written.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub title_key: String,
    pub title: BTreeSet<String>,
    pub words: BTreeSet<String>,
    pub fields: String,
    pub vocabulary: BTreeSet<String>,
    pub values: Vec<Value>,
    pub trust: f32,
    pub freshness: f32,
    pub stale_on: Option<NaiveDate>,
}

/// Years of a coverage that are searched one by one; an older beginning is cut off.
const MOST_YEARS: i32 = 80;
/// Letters of a word with digits that is not a code: `2020`, `pm10`, `covid19`.
const LONGEST_NUMBER: usize = 8;
/// Words of one field that are kept; a longer text adds nothing that its beginning did not say.
const MOST_WORDS: usize = 600;

/// The title as somebody types it whole.
pub(crate) fn title_key(title: &str) -> String {
    tokens(title).join(" ")
}

impl Document {
    pub(crate) fn new(source: &Source, today: NaiveDate) -> Self {
        let names = [
            &source.datasets.join(" "),
            &source.tags.join(" "),
            &source.address,
            &source.ids_elsewhere.join(" "),
            &source.agency.1,
            source.agency_abbreviation.as_deref().unwrap_or_default(),
            &source.domain_title,
            &source.sector.1,
        ]
        .join(" ");
        // What officers say stands beside what columns are called.
        let columns = [source.columns.join(" "), source.terms.join(" ")].join(" ");
        let prose = [source.summary.as_deref(), source.description.as_deref()].into_iter().flatten().chain(source.notes.iter().map(String::as_str));
        let prose = prose.collect::<Vec<_>>().join(" ");
        let years = years(source.coverage);
        let title = lexemes(&source.title);
        // Each word once, in the first field that has it; the title keeps its order.
        let mut seen: BTreeSet<String> = title.iter().cloned().collect();
        let mut lines = vec![title.join(" ")];
        for text in [&names, &columns, &prose, &years] {
            let mut line = vec![];
            for lexeme in lexemes(text).into_iter().take(MOST_WORDS) {
                if seen.insert(lexeme.clone()) {
                    line.push(lexeme);
                }
            }
            lines.push(line.join(" "));
        }
        let vocabulary = [&source.title, &names, &columns, &prose, &years]
            .into_iter()
            .flat_map(|text| tokens(text).into_iter().take(MOST_WORDS))
            .filter(|word| !crate::text::is_stop_word(word) && !is_code(word))
            .collect();
        let (freshness, stale_on) = freshness(source.updated_on, today);
        Self {
            title_key: title_key(&source.title),
            title: title.into_iter().collect(),
            words: seen,
            fields: lines.join("\n"),
            vocabulary,
            values: values(source, today),
            trust: trust(source),
            freshness,
            stale_on,
        }
    }

    /// The order among products that the words do not tell apart.
    pub(crate) fn rank(&self) -> f32 {
        0.6 * self.trust + 0.4 * self.freshness
    }
}

/// An id rather than a word: nobody half types or misspells one, and each would be a word of its own in the vocabulary.
fn is_code(word: &str) -> bool {
    word.len() > LONGEST_NUMBER && word.bytes().any(|byte| byte.is_ascii_digit())
}

fn years(coverage: Option<(NaiveDate, NaiveDate)>) -> String {
    let Some((from, to)) = coverage else { return String::new() };
    let first = from.year().max(to.year() - MOST_YEARS);
    (first..=to.year()).map(|year| year.to_string()).collect::<Vec<_>>().join(" ")
}

/// Marks of trust that a product has, each with what it is called.
fn marks(source: &Source) -> Vec<(&'static str, &'static str)> {
    [
        (source.summary.is_some() || source.description.is_some(), "described", "Described by its owner"),
        (source.promises_kept, "promises-kept", "Promises measured and kept"),
        (source.classified, "classified", "Columns classified"),
        (source.input_ports > 0, "lineage", "Says where it comes from"),
        (source.used_by > 0, "in-use", "In use"),
    ]
    .into_iter()
    .filter_map(|(has, value, label)| has.then_some((value, label)))
    .collect()
}

fn trust(source: &Source) -> f32 {
    marks(source)
        .iter()
        .map(|(mark, _)| match *mark {
            "described" | "promises-kept" => 0.25,
            "classified" => 0.2,
            _ => 0.15,
        })
        .sum()
}

const MONTH: i64 = 31;
const YEAR: i64 = 366;

/// From 1 for today's to 0 for ten years and older, in steps, with the day when the next step comes.
fn freshness(updated_on: Option<NaiveDate>, today: NaiveDate) -> (f32, Option<NaiveDate>) {
    const STEPS: [(i64, f32); 5] = [(MONTH, 1.0), (YEAR, 0.8), (3 * YEAR, 0.5), (5 * YEAR, 0.3), (10 * YEAR, 0.1)];
    let Some(updated) = updated_on else { return (0.0, None) };
    let age = (today - updated).num_days().max(0);
    match STEPS.into_iter().find(|(days, _)| age <= *days) {
        Some((days, value)) => (value, updated.checked_add_days(Days::new(days.unsigned_abs() + 1))),
        None => (0.0, None),
    }
}

fn updated(updated_on: Option<NaiveDate>, today: NaiveDate) -> (&'static str, &'static str) {
    match updated_on.map(|day| (today - day).num_days()) {
        None => ("unknown", "Not known"),
        Some(age) if age <= MONTH => ("month", "Within a month"),
        Some(age) if age <= YEAR => ("year", "Within a year"),
        Some(age) if age <= 3 * YEAR => ("three-years", "Within three years"),
        Some(_) => ("older", "Longer ago"),
    }
}

fn values(source: &Source, today: NaiveDate) -> Vec<Value> {
    let mut values: Vec<Value> = vec![
        (FacetKind::Sector, source.sector.0.clone(), source.sector.1.clone()),
        (FacetKind::Agency, source.agency.0.clone(), source.agency.1.clone()),
    ];
    let mut add = |kind: FacetKind, value: &str, label: &str| {
        if !value.is_empty() && !values.iter().any(|(known, other, _)| *known == kind && other == value) {
            values.push((kind, value.to_owned(), label.to_owned()));
        }
    };
    if let Ok(kind) = source.product_type.parse::<ProductType>() {
        add(FacetKind::Type, kind.as_str(), kind.label());
    }
    if let Ok(sharing) = source.sharing.parse::<Sharing>() {
        add(FacetKind::Access, sharing.as_str(), sharing.label());
    }
    match source.classification.as_deref().map(str::parse::<Classification>) {
        Some(Ok(class)) => add(FacetKind::Classification, class.as_str(), class.label()),
        _ => add(FacetKind::Classification, "unknown", "Not classified yet"),
    }
    for (mark, label) in marks(source) {
        add(FacetKind::Trust, mark, label);
    }
    // To be found by it; it is no reason for trust, and gives nothing to the rank.
    if source.promises_broken {
        add(FacetKind::Trust, "promises-broken", "Promises broken");
    }
    let (value, label) = updated(source.updated_on, today);
    add(FacetKind::Freshness, value, label);
    if let Some(frequency) = &source.frequency {
        add(FacetKind::Frequency, &slug(frequency), &sentence(frequency));
    }
    for format in &source.formats {
        add(FacetKind::Format, &slug(format), &format.to_uppercase());
    }
    for (code, name) in &source.places {
        add(FacetKind::Place, code, name);
    }
    for tag in &source.tags {
        add(FacetKind::Tag, &slug(tag), tag);
    }
    values
}

fn slug(text: &str) -> String {
    tokens(text).join("-")
}

/// `half_year` as people read it.
fn sentence(text: &str) -> String {
    let text = text.replace(['_', '-'], " ");
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_document_says_each_word_once_where_it_tells_most() {
        let source = Source {
            title: "Bus routes".into(),
            address: "ssot-a.busroutes-dp".into(),
            summary: Some("Routes of every bus, by stop".into()),
            tags: vec!["bus".into(), "timetable".into()],
            columns: vec!["route_no".into()],
            classified: true,
            terms: vec!["Service number Line".into()],
            agency_abbreviation: Some("LTA".into()),
            coverage: Some((day("2019-05-01"), day("2021-01-01"))),
            updated_on: Some(day("2026-11-01")),
            ..Source::default()
        };
        let document = Document::new(&source, day("2026-11-21"));
        let lines: Vec<&str> = document.fields.split('\n').collect();
        assert_eq!(lines[0], "bus rout");
        assert!(lines[1].contains("timet") && lines[1].contains("lta") && !lines[1].contains("bus "));
        assert_eq!(lines[2], "no servic number line");
        assert_eq!(lines[4], "2019 2020 2021");
        assert!(document.vocabulary.contains("timetable") && !document.vocabulary.contains("of"));
        assert!((document.trust - 0.45).abs() < 0.001);
        let partly = Document::new(&Source { classified: false, ..source.clone() }, day("2026-11-21"));
        assert!((partly.trust - 0.25).abs() < 0.001);
        let kept = Document::new(&Source { promises_kept: true, ..source.clone() }, day("2026-11-21"));
        let broken = Document::new(&Source { promises_broken: true, ..source }, day("2026-11-21"));
        assert!(kept.trust > document.trust && (broken.trust - document.trust).abs() < 0.001);
        let trust = |document: &Document, value: &str| document.values.iter().any(|(kind, one, _)| *kind == FacetKind::Trust && one == value);
        assert!(trust(&kept, "promises-kept") && trust(&broken, "promises-broken") && !trust(&document, "promises-broken"));
        assert!(trust(&document, "classified") && !trust(&partly, "classified"));
    }

    #[test]
    fn freshness_says_when_it_changes() {
        let (fresh, next) = freshness(Some(day("2026-11-01")), day("2026-11-21"));
        assert!((fresh - 1.0).abs() < f32::EPSILON);
        let next = next.unwrap();
        assert!(freshness(Some(day("2026-11-01")), next).0 < 1.0);
        assert_eq!(freshness(None, day("2026-11-21")), (0.0, None));
        assert_eq!(freshness(Some(day("1990-01-01")), day("2026-11-21")).1, None);
    }
}
