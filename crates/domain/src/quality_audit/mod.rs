//! Audits of quality that trusted centres plan: what counts, when each is due, how a product falls short, and what becomes of it.

mod plan;
mod task;

pub use plan::{Hearer, NewPlan, PlanForm, PlanScope, PlanState, Rhythm, check_plan};
pub use task::{TaskAnswer, TaskForm, TaskState, check_answer, check_decision};

use crate::quality::{Benchmark, Layer, Passed, Shortfall, falls_short};
use crate::text_enum;
use chrono::{DateTime, Utc};

text_enum! {
    /// What an audit compares with what is expected.
    Criterion, "criterion of an audit" {
        All = "all", "All checks together";
        Structural = "structural", "Structure";
        Schema = "schema", "Schema";
        Business = "business", "Rules of the business";
        Promises = "promises", "Promises";
    }
}

impl Criterion {
    /// The layer whose checks count; none where all do, or none.
    pub const fn layer(self) -> Option<Layer> {
        match self {
            Self::Structural => Some(Layer::Structural),
            Self::Schema => Some(Layer::Schema),
            Self::Business => Some(Layer::Business),
            Self::All | Self::Promises => None,
        }
    }

    /// Whether a check counts; `of` is its layer, or [`Criterion::Promises`] for a promise.
    pub const fn counts(self, of: Self) -> bool {
        match (self, of) {
            (Self::Promises, Self::Promises)
            | (Self::Structural, Self::Structural)
            | (Self::Schema, Self::Schema)
            | (Self::Business, Self::Business) => true,
            (Self::All, of) => !matches!(of, Self::Promises),
            _ => false,
        }
    }
}

text_enum! {
    /// Why a product falls short.
    Short, "shortfall" {
        NeverChecked = "never-checked", "Nothing was checked";
        TooOld = "too-old", "The latest run is too old";
        TooLow = "too-low", "Too few pass";
    }
}

/// What is expected. Every promise that is measured must be kept, however old its last measurement is: a promise says itself when it is not measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// Share that passes, in %.
    pub at_least: f64,
    /// A run that is older says nothing; none for promises.
    pub within_days: Option<i32>,
}

impl Expected {
    /// What is expected of promises, whatever a sector says.
    pub const PROMISES: Self = Self { at_least: 100.0, within_days: None };
}

/// Whether a product falls short of what is expected, by its checks that count and the latest run that has one.
pub fn short_of(expected: Option<Expected>, passed: Passed, latest: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<Short> {
    let expected = expected?;
    let Some(within_days) = expected.within_days else {
        return passed.share().filter(|share| *share < expected.at_least).map(|_| Short::TooLow);
    };
    let benchmark = Benchmark { layer: None, at_least: expected.at_least, within_days };
    falls_short(&benchmark, latest.map(|at| (at, passed)), now).map(|short| match short {
        Shortfall::NeverChecked => Short::NeverChecked,
        Shortfall::TooOld => Short::TooOld,
        Shortfall::TooLow(_) => Short::TooLow,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_check_counts_for_its_layer_and_for_all_and_a_promise_for_promises() {
        for of in Criterion::ALL.iter().filter(|of| **of != Criterion::All) {
            let counting: Vec<Criterion> = Criterion::ALL.iter().copied().filter(|one| one.counts(*of)).collect();
            let expected = if *of == Criterion::Promises { vec![*of] } else { vec![Criterion::All, *of] };
            assert_eq!(counting, expected, "{of}");
        }
    }

    #[test]
    fn nothing_is_short_where_nothing_is_expected() {
        let now: DateTime<Utc> = "2026-11-23T02:00:00Z".parse().unwrap();
        let expected = Some(Expected { at_least: 90.0, within_days: Some(7) });
        let (nine, eight) = (Passed { passed: 9, counted: 10 }, Passed { passed: 8, counted: 10 });
        let latest = Some(now - TimeDelta::days(2));
        assert_eq!(short_of(None, eight, latest, now), None);
        assert_eq!(short_of(expected, nine, latest, now), None);
        assert_eq!(short_of(expected, eight, latest, now), Some(Short::TooLow));
        assert_eq!(short_of(expected, nine, Some(now - TimeDelta::days(8)), now), Some(Short::TooOld));
        assert_eq!(short_of(expected, Passed::default(), None, now), Some(Short::NeverChecked));
        assert_eq!(short_of(Some(Expected::PROMISES), nine, latest, now), Some(Short::TooLow));
        assert_eq!(short_of(Some(Expected::PROMISES), Passed::default(), None, now), None);
    }
}
