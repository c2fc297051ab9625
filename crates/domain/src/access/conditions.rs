//! What an approval leaves of what was asked for, and what several approvals leave together. Techniques only become stricter.

use super::scope::{DatasetScope, RowScope};
use crate::id::{DatasetId, OutputPortId};
use crate::protection::Technique;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Of one approval. A dataset that is not named is left as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    /// The last day on which data may be read.
    pub until: NaiveDate,
    #[serde(default)]
    pub datasets: Vec<DatasetConditions>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetConditions {
    pub port: OutputPortId,
    pub dataset: DatasetId,
    pub columns: BTreeSet<String>,
    #[serde(default)]
    pub rows: RowScope,
    /// What is to be done to a column beyond what is done to it anyway.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub techniques: BTreeMap<String, Technique>,
}

/// What is agreed: never more than was asked for, nor than any approval left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    pub until: NaiveDate,
    /// Only datasets of which something is left.
    pub datasets: Vec<DatasetConditions>,
}

/// Takes what every approval leaves of what was asked.
pub fn granted(until: NaiveDate, asked: &[DatasetConditions], approvals: &[Conditions]) -> Granted {
    let datasets = asked
        .iter()
        .map(|asked| {
            let own = || {
                approvals.iter().filter_map(|approval| approval.datasets.iter().find(|left| (left.port, left.dataset) == (asked.port, asked.dataset)))
            };
            let techniques = own().fold(asked.techniques.clone(), |all, left| stricter(all, &left.techniques));
            let whole = DatasetScope { columns: asked.columns.clone(), rows: asked.rows.clone() };
            let left = own().fold(whole, |scope, left| scope.and(&DatasetScope { columns: left.columns.clone(), rows: left.rows.clone() }));
            // Two who ask for masks that cannot be had together leave nothing of the column.
            let columns =
                left.columns.into_iter().filter(|column| techniques.get(column).is_none_or(|technique| !technique.is_suppressed())).collect();
            DatasetConditions { port: asked.port, dataset: asked.dataset, columns, rows: left.rows, techniques }
        })
        .filter(|left| !left.columns.is_empty() && !left.rows.0.values().any(BTreeSet::is_empty))
        .collect();
    Granted { until: approvals.iter().map(|approval| approval.until).fold(until, NaiveDate::min), datasets }
}

/// Of each column what fulfils both.
fn stricter(mut all: BTreeMap<String, Technique>, more: &BTreeMap<String, Technique>) -> BTreeMap<String, Technique> {
    for (column, technique) in more {
        all.entry(column.clone()).and_modify(|known| *known = known.and(*technique)).or_insert(*technique);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protection::KeyScope;
    use proptest::collection::{btree_map, btree_set, vec};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn dataset(columns: BTreeSet<String>, values: BTreeSet<String>, techniques: BTreeMap<String, Technique>) -> DatasetConditions {
        let rows = RowScope(if values.is_empty() { [].into() } else { [("area".to_owned(), values)].into() });
        DatasetConditions { port: OutputPortId(Uuid::from_u128(1)), dataset: DatasetId(Uuid::from_u128(2)), columns, rows, techniques }
    }

    fn any_dataset() -> impl Strategy<Value = DatasetConditions> {
        let technique = prop_oneof![
            Just(Technique::LAST_FOUR),
            Just(Technique::Mask { first: 2, last: 0, shortest: 6 }),
            Just(Technique::Pseudonym { per: KeyScope::Purpose }),
            (2i64..9).prop_map(|width| Technique::Band { width }),
        ];
        (btree_set("[a-c]", 0..4), btree_set("[x-z]", 0..3), btree_map("[a-c]", technique, 0..3))
            .prop_map(|(columns, values, techniques)| dataset(columns, values, techniques))
    }

    fn day(n: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 1).unwrap() + chrono::Days::new(n)
    }

    proptest! {
        #[test]
        fn nobody_gets_more_than_was_asked_or_than_anybody_left(
            asked in any_dataset(), until in 0u64..60, approvals in vec((0u64..60, any_dataset()), 0..4)
        ) {
            let approvals: Vec<Conditions> = approvals.into_iter().map(|(n, left)| Conditions { until: day(n), datasets: vec![left] }).collect();
            let all = granted(day(until), std::slice::from_ref(&asked), &approvals);
            prop_assert!(all.until <= day(until));
            for left in &all.datasets {
                let scope = |d: &DatasetConditions| DatasetScope { columns: d.columns.clone(), rows: d.rows.clone() };
                prop_assert!(scope(left).within(&scope(&asked)));
                for (column, technique) in asked.techniques.iter().chain(approvals.iter().flat_map(|approval| &approval.datasets[0].techniques)) {
                    prop_assert!(left.techniques[column].at_least_as_strict(*technique), "{} is never looser than anybody asked for", column);
                }
                for approval in &approvals {
                    prop_assert!(all.until <= approval.until && scope(left).within(&scope(&approval.datasets[0])));
                }
            }
            let fewer = granted(day(until), std::slice::from_ref(&asked), &approvals[..approvals.len().saturating_sub(1)]);
            prop_assert!(all.datasets.len() <= fewer.datasets.len(), "one more approval never adds");
        }
    }
}
