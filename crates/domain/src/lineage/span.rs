//! Since when and until when something flows into a dataset, from all writes of one job to it.

use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// One run's write to a dataset, and what went into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write<T> {
    pub at: DateTime<Utc>,
    /// Orders writes of the same moment.
    pub run: Uuid,
    pub from: BTreeSet<T>,
}

/// Something flows from `since` on, and no longer at `until`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span<T> {
    pub what: T,
    pub since: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
}

/// What each write said holds until the next write. The order in which writes are given does not matter; a write that another one
/// follows at the same moment never held.
pub fn spans<T: Ord + Clone>(writes: &[Write<T>]) -> Vec<Span<T>> {
    let mut ordered: Vec<&Write<T>> = writes.iter().collect();
    ordered.sort_by_key(|write| (write.at, write.run));
    let mut open: BTreeMap<&T, DateTime<Utc>> = BTreeMap::new();
    let mut found = vec![];
    for (index, write) in ordered.iter().enumerate() {
        if ordered.get(index + 1).is_some_and(|next| next.at == write.at) {
            continue;
        }
        open.retain(|what, since| {
            let stays = write.from.contains(*what);
            if !stays {
                found.push(Span { what: (*what).clone(), since: *since, until: Some(write.at) });
            }
            stays
        });
        for what in &write.from {
            open.entry(what).or_insert(write.at);
        }
    }
    found.extend(open.into_iter().map(|(what, since)| Span { what: what.clone(), since, until: None }));
    found.sort();
    found
}
