//! Columns with the answer written beside them, to measure how well personal data is found. Made from a fixed seed by rules and
//! lists of their own: nothing here is shared with the detectors that are measured, and nobody in it exists.
//!
//! A hard slice holds what misleads: names that say nothing or the wrong thing, mixed and missing values, other countries' forms,
//! look-alikes whose check is wrong, figures of many that are named like traits of one.

mod makers;
mod not_personal;
mod personal;

use domain::catalogue::PersonalCategory;
use makers::Make;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// One column and what a careful person would say of it.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelledColumn {
    pub id: String,
    pub table: String,
    pub name: String,
    pub values: Vec<Option<String>>,
    pub category: PersonalCategory,
    /// It is of the hard slice.
    pub hard: bool,
}

/// A family of columns: each is made with one of the tables, one of the names, and values of one make.
struct Family {
    category: PersonalCategory,
    hard: bool,
    /// Words with spaces between.
    tables: &'static str,
    names: &'static str,
    make: Make,
    /// The share of values that are missing.
    missing: f64,
}

/// How many columns each family gives.
const OF_EACH: usize = 6;

/// The labelled columns of a seed; the same for the same seed.
pub fn columns(seed: u64) -> Vec<LabelledColumn> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let families: Vec<Family> = personal::families().into_iter().chain(not_personal::families()).collect();
    let mut all = Vec::new();
    for (at, family) in families.iter().enumerate() {
        for copy in 0..OF_EACH {
            all.push(column(family, format!("c{at:03}-{copy}"), &mut rng));
        }
    }
    all
}

fn column(family: &Family, id: String, rng: &mut ChaCha8Rng) -> LabelledColumn {
    let word = |words: &str, rng: &mut ChaCha8Rng| {
        let all: Vec<&str> = words.split_whitespace().collect();
        all.choose(rng).copied().unwrap_or_default().to_owned()
    };
    let rows = rng.random_range(15..60);
    let table = word(family.tables, rng);
    let name = word(family.names, rng);
    let values = makers::values(&family.make, rows, rng).into_iter().map(|value| (!rng.random_bool(family.missing)).then_some(value)).collect();
    LabelledColumn { id, table, name, values, category: family.category, hard: family.hard }
}
