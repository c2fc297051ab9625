//! What somebody asks for or gets of one dataset: columns and rows. Scopes are only ever narrowed: each decision takes the
//! intersection with what there was.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// For each named column the values that its rows may have; a column that is not named does not narrow. Values are text, as the
/// source writes them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RowScope(pub BTreeMap<String, BTreeSet<String>>);

impl RowScope {
    pub fn is_everything(&self) -> bool {
        self.0.is_empty()
    }

    /// Rows that both let through.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut both = self.0.clone();
        for (column, values) in &other.0 {
            both.entry(column.clone()).and_modify(|known| known.retain(|value| values.contains(value))).or_insert_with(|| values.clone());
        }
        Self(both)
    }

    /// Whether everything that this lets through, `other` lets through as well.
    pub fn within(&self, other: &Self) -> bool {
        self.0.values().any(BTreeSet::is_empty) || other.0.iter().all(|(column, values)| self.0.get(column).is_some_and(|own| own.is_subset(values)))
    }

    /// As people read it; none for every row.
    pub fn describe(&self) -> Option<String> {
        let part = |(column, values): (&String, &BTreeSet<String>)| match values.len() {
            0 => format!("no row, by {column}"),
            _ => format!("{column}: {}", values.iter().map(String::as_str).collect::<Vec<_>>().join(", ")),
        };
        (!self.is_everything()).then(|| self.0.iter().map(part).collect::<Vec<_>>().join("; "))
    }
}

/// Columns and rows of one dataset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DatasetScope {
    pub columns: BTreeSet<String>,
    pub rows: RowScope,
}

impl DatasetScope {
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self { columns: self.columns.intersection(&other.columns).cloned().collect(), rows: self.rows.and(&other.rows) }
    }

    pub fn within(&self, other: &Self) -> bool {
        self.columns.is_subset(&other.columns) && self.rows.within(&other.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::{btree_map, btree_set};
    use proptest::prelude::*;

    fn scope() -> impl Strategy<Value = DatasetScope> {
        let words = || btree_set("[a-d]", 0..4);
        (words(), btree_map("[x-z]", words(), 0..3)).prop_map(|(columns, rows)| DatasetScope { columns, rows: RowScope(rows) })
    }

    fn lets_through(rows: &RowScope, row: &BTreeMap<String, String>) -> bool {
        rows.0.iter().all(|(column, values)| values.contains(&row[column]))
    }

    proptest! {
        #[test]
        fn narrowing_never_widens(first in scope(), second in scope()) {
            let both = first.and(&second);
            prop_assert!(both.within(&first) && both.within(&second));
            prop_assert_eq!(both.and(&second), both.clone());
            prop_assert_eq!(second.and(&first), both);
        }

        #[test]
        fn a_row_passes_both_or_not(first in scope(), second in scope(), row in btree_map("[x-z]", "[a-d]", 3)) {
            let passes = lets_through(&first.rows, &row) && lets_through(&second.rows, &row);
            prop_assert_eq!(lets_through(&first.rows.and(&second.rows), &row), passes);
            if first.rows.within(&second.rows) && lets_through(&first.rows, &row) {
                prop_assert!(lets_through(&second.rows, &row));
            }
        }
    }

    #[test]
    fn it_is_said_in_words() {
        let rows: RowScope = serde_json::from_str(r#"{"area": ["AM", "BD"], "year": []}"#).unwrap();
        assert_eq!(rows.describe().unwrap(), "area: AM, BD; no row, by year");
        assert_eq!(RowScope::default().describe(), None);
    }
}
