//! What holds for the rows of a dataset together: records left out, groups that must be large enough, counts instead of records.

use crate::{Violation, Violations};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Stored as JSON beside the dataset, and once more with an agreement that asks for more. Empty: every row as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatasetPolicy {
    /// Record suppression: a row that has one of these values in the column does not leave. Values are text, as the source writes them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub without: BTreeMap<String, BTreeSet<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k: Option<KAnonymity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aggregate: Option<Aggregation>,
}

/// Every combination of the identifiers, as the reader sees them, has `k` rows at least; smaller groups are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KAnonymity {
    pub k: u16,
    /// Names of the columns that could point to a person together.
    pub identifiers: BTreeSet<String>,
}

/// One row for each combination of `by`: how many records, and the mean of each number. Groups of fewer than `minimum` are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aggregation {
    pub minimum: u16,
    pub by: BTreeSet<String>,
}

/// The column of an aggregated answer that says how many records stand behind its row.
pub const GROUP_SIZE: &str = "group_size";

impl DatasetPolicy {
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// What fulfils both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut without = self.without.clone();
        for (column, values) in &other.without {
            without.entry(column.clone()).or_default().extend(values.iter().cloned());
        }
        let k = match (&self.k, &other.k) {
            (Some(one), Some(two)) => Some(KAnonymity { k: one.k.max(two.k), identifiers: &one.identifiers | &two.identifiers }),
            (one, two) => one.clone().or_else(|| two.clone()),
        };
        let aggregate = match (&self.aggregate, &other.aggregate) {
            (Some(one), Some(two)) => Some(Aggregation { minimum: one.minimum.max(two.minimum), by: &one.by & &two.by }),
            (one, two) => one.clone().or_else(|| two.clone()),
        };
        Self { without, k, aggregate }
    }

    /// Whether this leaves out whatever `other` leaves out.
    pub fn at_least_as_strict(&self, other: &Self) -> bool {
        self.and(other) == *self
    }

    /// What is wrong with it for a dataset of these columns.
    pub fn check(&self, columns: &BTreeSet<String>) -> Violations {
        let mut all = vec![];
        let without = self.without.keys().map(|name| ("policy_without", name));
        let k = self.k.iter().flat_map(|k| &k.identifiers).map(|name| ("policy_k", name));
        let by = self.aggregate.iter().flat_map(|group| &group.by).map(|name| ("policy_aggregate", name));
        all.extend(
            without
                .chain(k)
                .chain(by)
                .filter(|(_, name)| !columns.contains(*name))
                .map(|(field, name)| Violation::new(field, "policy_column", format!("“{name}” is not a column of this dataset"))),
        );
        if self.k.as_ref().is_some_and(|k| k.k < 2 || k.identifiers.is_empty()) {
            all.push(Violation::new("policy_k", "policy_k", "Say two rows or more, and the columns that could point to a person together"));
        }
        if self.aggregate.as_ref().is_some_and(|group| group.minimum < 2) {
            all.push(Violation::new("policy_aggregate", "policy_minimum", "The smallest group has two records or more"));
        }
        all
    }

    /// Each part in plain words.
    pub fn describe(&self) -> Vec<String> {
        let list = |names: &BTreeSet<String>| names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let mut all: Vec<String> =
            self.without.iter().map(|(column, values)| format!("Records with {column} {} are left out", list(values))).collect();
        all.extend(
            self.k.as_ref().map(|k| format!("At least {} rows for each combination of {}; smaller groups are left out", k.k, list(&k.identifiers))),
        );
        all.extend(self.aggregate.as_ref().map(|group| {
            let by = if group.by.is_empty() { "one row for everything".into() } else { format!("one row for each {}", list(&group.by)) };
            format!("Counts and means alone, {by}; groups of fewer than {} are left out", group.minimum)
        }));
        all
    }

    /// What it protects against.
    pub const fn protects() -> &'static str {
        "Finding somebody who is alone, or nearly, in a combination of columns that others know."
    }

    /// What it leaves open.
    pub const fn does_not() -> &'static str {
        "Learning what everybody in a group has in common, or subtracting one answer from another that was made of other rows."
    }
}
