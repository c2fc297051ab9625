//! What a dataset or a product takes from its columns: the highest of each dimension, named with the columns that cause it. Columns that
//! point to nobody alone may do so together, in one dataset or across datasets that share a key.

use super::ColumnClass;
use crate::catalogue::{Classification, PersonalCategory, Sensitivity};
use std::collections::{BTreeMap, BTreeSet};

/// A column that somebody has classified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassifiedColumn<'a> {
    pub dataset: &'a str,
    pub name: &'a str,
    pub key: bool,
    pub class: ColumnClass,
}

/// When columns that are joined are more than each alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JoinRule {
    /// So many indirect columns, at least.
    pub from: usize,
    pub classification: Classification,
    pub sensitivity: Sensitivity,
}

/// Why a level is what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// One column of that level, `dataset.column`: the first of them.
    Column(String),
    /// Columns that point to a person together.
    Joined(Vec<String>),
}

impl Cause {
    /// In words: because of staff.nric.
    pub fn words(&self) -> String {
        match self {
            Self::Column(name) => format!("because of {name}"),
            Self::Joined(names) => format!("because {} point to a person together", names.join(", ")),
        }
    }
}

/// The highest of some columns, each level with its cause. None of no column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highest {
    pub class: ColumnClass,
    pub classification_cause: Cause,
    pub sensitivity_cause: Cause,
    pub personal_cause: Cause,
}

/// The highest of these columns under a rule for joining.
pub fn highest(columns: &[ClassifiedColumn<'_>], rule: JoinRule) -> Option<Highest> {
    let first = columns.first()?;
    let mut found = Highest { class: first.class, classification_cause: named(first), sensitivity_cause: named(first), personal_cause: named(first) };
    for column in columns {
        if column.class.classification > found.class.classification {
            (found.class.classification, found.classification_cause) = (column.class.classification, named(column));
        }
        if column.class.sensitivity > found.class.sensitivity {
            (found.class.sensitivity, found.sensitivity_cause) = (column.class.sensitivity, named(column));
        }
        if column.class.personal > found.class.personal {
            (found.class.personal, found.personal_cause) = (column.class.personal, named(column));
        }
    }
    if let Some(together) = joined(columns, rule) {
        if rule.classification > found.class.classification {
            (found.class.classification, found.classification_cause) = (rule.classification, Cause::Joined(together.clone()));
        }
        if rule.sensitivity > found.class.sensitivity {
            (found.class.sensitivity, found.sensitivity_cause) = (rule.sensitivity, Cause::Joined(together));
        }
    }
    Some(found)
}

fn full(column: &ClassifiedColumn<'_>) -> String {
    format!("{}.{}", column.dataset, column.name)
}

fn named(column: &ClassifiedColumn<'_>) -> Cause {
    Cause::Column(full(column))
}

/// The indirect columns of the first group of datasets that has enough of them. Datasets belong together when a column that is a key
/// in one of them is in the other under the same name.
fn joined(columns: &[ClassifiedColumn<'_>], rule: JoinRule) -> Option<Vec<String>> {
    let mut group: BTreeMap<&str, usize> = BTreeMap::new();
    for column in columns {
        let next = group.len();
        group.entry(column.dataset).or_insert(next);
    }
    let keys: BTreeSet<&str> = columns.iter().filter(|column| column.key).map(|column| column.name).collect();
    for key in keys {
        let sharing: Vec<usize> =
            columns.iter().filter(|column| column.name == key).filter_map(|column| group.get(column.dataset).copied()).collect();
        let Some(least) = sharing.iter().min().copied() else { continue };
        for place in group.values_mut().filter(|place| sharing.contains(place)) {
            *place = least;
        }
    }
    let mut by_group: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let indirect = columns.iter().filter(|column| column.class.personal == PersonalCategory::Indirect);
    for column in indirect {
        if let Some(place) = group.get(column.dataset) {
            by_group.entry(*place).or_default().push(full(column));
        }
    }
    by_group.into_values().find(|names| names.len() >= rule.from)
}
