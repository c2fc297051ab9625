//! From a title to a whole document: description, tags, terms, datasets and ports.

use super::Generator;
use super::datasets;
use super::title::{Period, Title};
use super::vocabulary::KindName;
use crate::generated::permutation::mixed;
use chrono::{Days, NaiveDate};
use domain::catalogue::{
    AreaCode, ColumnFlowDocument, DataSharingAgreement, DatasetDocument, Distribution, InputPortDocument, OutputPortDocument, ProductDocument,
    ProductStatus, ProductType, ServiceLevelDocument, Sharing, SpatialCoverage, Visibility,
};
use domain::flow::Handling;
use domain::urn::LONGEST_PART;
use rand::seq::{IndexedRandom, IteratorRandom};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Codes in `sample/organisations.yaml`.
const PURPOSES: [&str; 5] = ["services", "policy", "planning", "statistics", "security"];

pub fn product(generator: &Generator, index: u64) -> Option<ProductDocument> {
    let vocabulary = &generator.vocabulary;
    let title = generator.titles.at(vocabulary, index)?;
    let mut rng = ChaCha8Rng::seed_from_u64(generator.seed);
    // A stream for each product: what one draws changes no other.
    rng.set_stream(index);
    let product_type = *[(ProductType::SourceAligned, 70), (ProductType::Aggregated, 20), (ProductType::ConsumerAligned, 10)].weighted(&mut rng)?;
    let status = *[(ProductStatus::Published, 94), (ProductStatus::Deprecated, 3), (ProductStatus::Draft, 2), (ProductStatus::Retired, 1)]
        .weighted(&mut rng)?;
    let visibility = if rng.random_bool(0.05) { Visibility::Hidden } else { Visibility::Listed };
    let sharing = if rng.random_bool(0.6) { Sharing::Open } else { Sharing::Approval };
    let frequency = frequency(title.period, &mut rng);
    let updated_on = updated_on(title.period, &mut rng);
    let datasets = datasets::datasets(vocabulary, &title, sharing, updated_on, &mut rng);
    Some(ProductDocument {
        domain: title.agency.slug.clone(),
        name: name(&title, index),
        summary: rng.random_bool(0.8).then(|| summary(&title)),
        description: Some(description(generator, &title, frequency, &mut rng)),
        product_type,
        version: format!("{}.{}.{}", rng.random_range(1..5), rng.random_range(0..10), rng.random_range(0..4)),
        status,
        visibility,
        tags: tags(generator, &title, &mut rng),
        frequency: Some(frequency.to_owned()),
        coverage: Some(title.place.unwrap_or("Whole country").to_owned()),
        place: Some(covered(title.place)),
        coverage_start: Some(NaiveDate::from_ymd_opt(title.period.years().map_or_else(|| rng.random_range(1990..2020), |(from, _)| from), 1, 1)?),
        coverage_end: title.period.years().and_then(|(_, to)| NaiveDate::from_ymd_opt(to, 12, 31)),
        updated_on: Some(updated_on),
        owner: None,
        steward: None,
        source: Some(generator.source()),
        source_id: Some(format!("p_{:016x}{:016x}", mixed(generator.seed ^ mixed(index)), mixed(index))),
        input_ports: input_ports(generator, &title, product_type, index, &mut rng),
        output_ports: output_ports(&datasets, &mut rng),
        agreement: agreement(sharing, &mut rng),
        service_levels: service_levels(&mut rng),
        links: vec![],
        quality_rules: vec![],
        datasets,
        title: title.text,
    })
}

/// A place that is no planning area is the whole country: titles also name towns and regions.
fn covered(place: Option<&str>) -> SpatialCoverage {
    let area = place.and_then(|place| AreaCode::by_name().into_iter().find(|area| area.name() == place));
    area.map_or(SpatialCoverage::Whole, |area| SpatialCoverage::Areas(vec![area]))
}

trait Weighted<T> {
    fn weighted(&self, rng: &mut ChaCha8Rng) -> Option<&T>;
}

impl<T, const N: usize> Weighted<T> for [(T, u32); N] {
    fn weighted(&self, rng: &mut ChaCha8Rng) -> Option<&T> {
        self.choose_weighted(rng, |(_, weight)| *weight).ok().map(|(value, _)| value)
    }
}

/// Words joined by `gap`, in lower case; whole words only, at most `longest` bytes.
pub fn slug(text: &str, gap: &str, longest: usize) -> String {
    let mut out = String::new();
    for word in text.to_lowercase().split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if out.len() + gap.len() + word.len() > longest {
            break;
        }
        if !out.is_empty() {
            out.push_str(gap);
        }
        out.push_str(word);
    }
    out
}

/// The title as an address; a title too long for one is cut, and its index keeps it unique.
fn name(title: &Title<'_>, index: u64) -> String {
    let whole = slug(&title.text, "-", usize::MAX);
    if whole.len() <= LONGEST_PART {
        return whole;
    }
    let ending = format!("-n{index}");
    format!("{}{ending}", slug(&title.text, "-", LONGEST_PART.saturating_sub(ending.len())))
}

fn frequency(period: Period, rng: &mut ChaCha8Rng) -> &'static str {
    match period {
        Period::Ongoing("Quarterly") | Period::During("Quarterly", _) => "quarterly",
        Period::Ongoing("Monthly") | Period::During("Monthly", _) => "monthly",
        Period::Ongoing("Weekly") => "weekly",
        Period::Ongoing("Daily") => "daily",
        Period::Ongoing("Annual") | Period::Years(..) => "annual",
        _ => ["ad-hoc", "annual", "half-yearly", "monthly", "real time"].choose(rng).copied().unwrap_or("ad-hoc"),
    }
}

/// Not after October 2026, and not before the time that the product is about.
fn updated_on(period: Period, rng: &mut ChaCha8Rng) -> NaiveDate {
    let year = period.years().map_or(2024, |(_, to)| to.clamp(2015, 2025));
    let from = NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or_default();
    let to = NaiveDate::from_ymd_opt(2026, 10, 31).unwrap_or_default();
    let span = u64::try_from((to - from).num_days()).unwrap_or_default();
    from + Days::new(rng.random_range(0..=span))
}

fn how_often(frequency: &str) -> &'static str {
    match frequency {
        "annual" => "every year",
        "half-yearly" => "twice a year",
        "quarterly" => "every quarter",
        "monthly" => "every month",
        "weekly" => "every week",
        "daily" => "every day",
        "real time" => "as it happens",
        _ => "from time to time",
    }
}

fn summary(title: &Title<'_>) -> String {
    let by = if title.breakdown.is_empty() { String::new() } else { format!(", by {}", title.breakdown.to_lowercase()) };
    let place = title.place.map(|place| format!(" in {place}")).unwrap_or_default();
    let measured = match title.kind_name {
        KindName::People | KindName::Events => "How many, and who or what they were",
        KindName::Places => "Where they are and what is there",
        KindName::Amounts => "How much, and how it changed",
        KindName::Levels => "What was measured, and when",
    };
    format!("{}{place}{by}. {measured}.", title.subject)
}

/// One to three sentences.
fn description(generator: &Generator, title: &Title<'_>, frequency: &str, rng: &mut ChaCha8Rng) -> String {
    let vocabulary = &generator.vocabulary;
    let mut sentences = vec![
        vocabulary
            .openings
            .choose(rng)
            .map(|opening| {
                opening
                    .replace("{what}", &title.what)
                    .replace("{subject}", &title.subject.to_lowercase())
                    .replace("{agency}", &title.agency.title)
                    .replace("{place}", title.place.unwrap_or("the whole country"))
                    .replace("{how-often}", how_often(frequency))
            })
            .unwrap_or_default(),
    ];
    if rng.random_bool(0.6) {
        sentences.extend(vocabulary.details.choose(rng).cloned());
    }
    if rng.random_bool(0.4) {
        sentences.extend(vocabulary.cautions.choose(rng).cloned());
    }
    sentences.join(" ")
}

fn tags(generator: &Generator, title: &Title<'_>, rng: &mut ChaCha8Rng) -> Vec<String> {
    let mut tags = vec![title.subject.to_lowercase(), title.agency.domain.to_lowercase()];
    let sector = generator.vocabulary.sectors.iter().find(|sector| sector.slug == title.agency.sector);
    tags.extend(sector.filter(|_| rng.random_bool(0.4)).map(|sector| sector.title.to_lowercase()));
    tags.extend(title.place.map(str::to_lowercase));
    if rng.random_bool(0.3) {
        tags.extend(["open data", "statistics", "reference", "planning", "dashboard"].choose(rng).map(|tag| (*tag).to_owned()));
    }
    tags.dedup();
    tags
}

/// What is put together from other products comes from products made before it.
fn input_ports(generator: &Generator, title: &Title<'_>, kind: ProductType, index: u64, rng: &mut ChaCha8Rng) -> Vec<InputPortDocument> {
    if kind == ProductType::SourceAligned || index == 0 {
        let description = Some(format!("{} as they come in.", title.subject));
        return vec![InputPortDocument {
            name: "records".into(),
            description,
            from: format!("{}'s own system", title.agency.abbreviation),
            columns: vec![],
        }];
    }
    let mut from: Vec<u64> = (0..rng.random_range(1..=3)).map(|_| rng.random_range(0..index)).collect();
    from.sort_unstable();
    from.dedup();
    from.iter()
        .enumerate()
        .filter_map(|(number, other)| {
            let other_title = generator.titles.at(&generator.vocabulary, *other)?;
            let from = format!("{}.{}", other_title.agency.slug, name(&other_title, *other));
            // Sums of others: nobody in particular comes in with them.
            let columns =
                vec![ColumnFlowDocument { from: "*".into(), to: None, handling: Handling::Dropped, statement: Some("Only sums are kept.".into()) }];
            Some(InputPortDocument { name: format!("input-port{}", number + 1), description: Some(other_title.text), from, columns })
        })
        .collect()
}

fn output_ports(datasets: &[DatasetDocument], rng: &mut ChaCha8Rng) -> Vec<OutputPortDocument> {
    let names: Vec<String> = datasets.iter().map(|dataset| dataset.name.clone()).collect();
    let kind = ["download", "download", "api", "postgres"].choose(rng).copied().unwrap_or("download");
    vec![OutputPortDocument { name: "output-port1".into(), kind: kind.into(), description: None, datasets: names }]
}

fn agreement(sharing: Sharing, rng: &mut ChaCha8Rng) -> DataSharingAgreement {
    let is_open = sharing == Sharing::Open;
    let drawn = rng.random_range(1..=3);
    let mut purposes: Vec<String> = PURPOSES.iter().map(|code| (*code).to_owned()).choose_multiple(rng, drawn);
    purposes.sort();
    let distribution =
        if is_open { Distribution::Modified } else { *[Distribution::None, Distribution::Unmodified].choose(rng).unwrap_or(&Distribution::None) };
    DataSharingAgreement {
        purposes: if is_open { vec![] } else { purposes },
        who_may: Some("Officers of any agency".into()),
        retention: (!is_open).then(|| "Delete copies when the agreement ends".into()),
        ..DataSharingAgreement::plain(sharing, distribution, [90, 180, 365, 730].choose(rng).copied().unwrap_or(365))
    }
}

fn service_levels(rng: &mut ChaCha8Rng) -> Vec<ServiceLevelDocument> {
    let level = |dimension: &str, objective: &str, target, measured_how: &str| ServiceLevelDocument {
        dimension: dimension.into(),
        objective: objective.into(),
        target,
        unit: "% of refreshes".into(),
        window: "90 days".into(),
        measured_how: measured_how.into(),
        indicator: None,
    };
    let mut levels = Vec::new();
    if rng.random_bool(0.4) {
        levels.push(level("Freshness", "Within two working days of the period's end", 95.0, "Time of the newest row against the promise"));
    }
    if rng.random_bool(0.2) {
        levels.push(level("Completeness", "No key column is empty", 99.5, "A check on each row when it is loaded"));
    }
    levels
}
