//! What an engine is asked and what it answers: which products have the words and pass the filters, how many, and the best
//! of them to be looked at more closely. Order and words are not its business: those are the same whichever engine answers.

use crate::facet::{FacetKind, MINE, NOWHERE, WHOLE};
use crate::snapshot::Snapshot;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// One filter with the codes of its values; `mine` when the reader also wants what they hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filter {
    pub kind: FacetKind,
    pub codes: Vec<i32>,
    pub mine: bool,
}

impl Filter {
    pub(crate) fn all(chosen: &BTreeMap<FacetKind, Vec<String>>, snapshot: &Snapshot) -> Vec<Self> {
        chosen
            .iter()
            .filter(|(_, values)| !values.is_empty())
            .map(|(kind, values)| Self {
                kind: *kind,
                // A value that no product has leaves nothing.
                codes: values
                    .iter()
                    .map(String::as_str)
                    .chain(widened(*kind, values))
                    .map(|value| snapshot.values.code(*kind, value).unwrap_or(-1))
                    .collect(),
                mine: *kind == FacetKind::Access && values.iter().any(|value| value == MINE),
            })
            .collect()
    }
}

/// What also has the values of a filter: the whole country has every area, but not a place that is none.
fn widened(kind: FacetKind, values: &[String]) -> Option<&'static str> {
    (kind == FacetKind::Place && values.iter().any(|value| value != NOWHERE)).then_some(WHOLE)
}

/// What an engine answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Candidates {
    /// Those with the words in their titles first, then by rank.
    pub ids: Vec<Uuid>,
    pub total: i64,
    /// By code; for a facet with a filter as if that filter were not there.
    pub counts: HashMap<i32, i64>,
    /// How many the reader holds already.
    pub mine: i64,
}
