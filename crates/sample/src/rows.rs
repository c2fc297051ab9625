//! Invented rows: the same for the same address, whatever else the catalogue holds.

use crate::documents::Dataset;
use crate::people;
use chrono::{DateTime, Days, NaiveDate, TimeDelta};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;
use serde::de::IgnoredAny;
use sha2::{Digest, Sha256};

/// How one column's values are made.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Values {
    /// Counts up from a number.
    Serial(i64),
    /// `#` is a digit, `@` an upper-case letter, anything else itself.
    Pattern(String),
    Choice(Vec<String>),
    /// Smallest and largest.
    Integer(i64, i64),
    /// Smallest, largest, digits after the point.
    Decimal(f64, f64, usize),
    Date(NaiveDate, NaiveDate),
    Timestamp(NaiveDate, NaiveDate),
    Person(IgnoredAny),
    Nric(IgnoredAny),
    Email(IgnoredAny),
    Phone(IgnoredAny),
    PostalCode(IgnoredAny),
    PlanningArea(IgnoredAny),
    Latitude(IgnoredAny),
    Longitude(IgnoredAny),
    /// The share that is true.
    Boolean(f64),
    Constant(String),
}

/// Codes of planning areas, as in the Master Plan; a selection.
const PLANNING_AREAS: &[&str] =
    &["AM", "BD", "BK", "BM", "BS", "CC", "CK", "CL", "GL", "HG", "JE", "JW", "KL", "PG", "PR", "QT", "SB", "SE", "SG", "TM", "TP", "WD", "YS"];

/// Rows of a dataset of the product at `address`.
pub fn rows(address: &str, dataset: &Dataset) -> impl Iterator<Item = Vec<Option<String>>> + use<> {
    let seed = Sha256::digest(format!("{address}.{}", dataset.name).as_bytes());
    let mut rng = ChaCha8Rng::from_seed(seed.into());
    let columns = dataset.columns.clone();
    (0..dataset.rows).map(move |index| {
        columns
            .iter()
            .map(|(values, empty)| {
                // Drawn also when it stays empty, so that a change of the share changes no other value.
                let value = value(values, index, &mut rng);
                let absent = rng.random_bool(empty.clamp(0.0, 1.0));
                (!absent).then_some(value)
            })
            .collect()
    })
}

fn value(values: &Values, index: u32, rng: &mut ChaCha8Rng) -> String {
    match values {
        Values::Serial(first) => (first + i64::from(index)).to_string(),
        Values::Pattern(pattern) => pattern
            .chars()
            .map(|c| match c {
                '#' => char::from(rng.random_range(b'0'..=b'9')),
                '@' => char::from(rng.random_range(b'A'..=b'Z')),
                other => other,
            })
            .collect(),
        Values::Choice(all) => all.choose(rng).cloned().unwrap_or_default(),
        Values::Integer(least, most) => rng.random_range(*least..=(*most).max(*least)).to_string(),
        Values::Decimal(least, most, places) => format!("{:.places$}", rng.random_range(*least..=most.max(*least)), places = *places),
        Values::Date(from, to) => day(*from, *to, rng).to_string(),
        Values::Timestamp(from, to) => {
            let midnight = day(*from, *to, rng).and_time(chrono::NaiveTime::MIN).and_utc();
            let at: DateTime<chrono::Utc> = midnight + TimeDelta::seconds(rng.random_range(0..86_400));
            at.to_rfc3339()
        }
        Values::Person(_) => people::name(rng),
        Values::Nric(_) => people::nric(rng),
        Values::Email(_) => format!("{}.{index}@example.invalid", people::name(rng).to_lowercase().replace(' ', ".")),
        // No number in Singapore begins with 0.
        Values::Phone(_) => format!("+65 0{:03} {:04}", rng.random_range(0..1000), rng.random_range(0..10_000)),
        Values::PostalCode(_) => format!("{:02}{:04}", rng.random_range(1..=82), rng.random_range(0..10_000)),
        Values::PlanningArea(_) => PLANNING_AREAS.choose(rng).map(|code| (*code).to_owned()).unwrap_or_default(),
        Values::Latitude(_) => format!("{:.6}", rng.random_range(1.24..1.46)),
        Values::Longitude(_) => format!("{:.6}", rng.random_range(103.62..104.02)),
        Values::Boolean(share) => rng.random_bool(share.clamp(0.0, 1.0)).to_string(),
        Values::Constant(text) => text.clone(),
    }
}

fn day(from: NaiveDate, to: NaiveDate, rng: &mut ChaCha8Rng) -> NaiveDate {
    let span = u64::try_from((to - from).num_days()).unwrap_or_default();
    from.checked_add_days(Days::new(rng.random_range(0..=span))).unwrap_or(from)
}
