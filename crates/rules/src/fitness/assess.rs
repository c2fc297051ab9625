//! What the checks say of one product, and the scores that follow. Pure: the same input gives the same answer.

use super::{Check, NOT_APPLICABLE, checks};
use crate::input::Facts;
use crate::limits::Limits;
use crate::rule::Machine;
use crate::verdict::Verdict;
use domain::fitness::{CHARACTERISTICS, Characteristic, SIX, Scores};
use domain::text_enum;

text_enum! {
    /// How a check stands.
    State, "state of a check" {
        Met = "met", "Met";
        Unmet = "unmet", "Not met";
        /// Counts as not met: nobody may rely on it.
        CannotTell = "cannot-tell", "Cannot be told";
        NotApplicable = "not-applicable", "Does not apply";
    }
}

impl State {
    pub const fn counts(self) -> bool {
        !matches!(self, Self::NotApplicable)
    }

    /// Something is to be done, or nobody knows.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Unmet | Self::CannotTell)
    }
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Where, as a path of the product; empty for the product as a whole.
    pub field: String,
    pub message: String,
}

/// One check as it stands for a product.
#[derive(Debug, Clone)]
pub struct Checked {
    pub check: &'static Check,
    pub state: State,
    pub evidence: Vec<Evidence>,
}

/// All checks as they stand for a product.
#[derive(Debug, Clone)]
pub struct Assessed {
    pub checked: Vec<Checked>,
    pub scores: Scores,
}

impl Assessed {
    pub fn of(checked: Vec<Checked>) -> Self {
        let each: [f64; CHARACTERISTICS] = std::array::from_fn(|at| {
            let of = Characteristic::ALL[at];
            let (met, all) = (weight(&checked, of, |state| state == State::Met), weight(&checked, of, State::counts));
            // Where nothing is asked, nothing is missing.
            if all > 0.0 { met / all } else { 1.0 }
        });
        Self { scores: Scores::new(each), checked }
    }

    /// Those that are not met, each with what the whole score would gain if it were.
    pub fn open(&self) -> impl Iterator<Item = (&Checked, f64)> {
        self.checked.iter().filter(|one| one.state.is_open()).map(|one| (one, self.gain(one.check)))
    }

    fn gain(&self, check: &Check) -> f64 {
        let all = weight(&self.checked, check.characteristic, State::counts);
        if all > 0.0 { f64::from(check.weight) / all / SIX } else { 0.0 }
    }
}

fn weight(checked: &[Checked], of: Characteristic, counted: impl Fn(State) -> bool) -> f64 {
    checked.iter().filter(|one| one.check.characteristic == of && counted(one.state)).map(|one| f64::from(one.check.weight)).sum()
}

/// Machines to check many products with, on one thread.
#[derive(Debug)]
pub struct Assessor(Vec<(&'static Check, Machine<'static>)>);

impl Default for Assessor {
    fn default() -> Self {
        Self(checks().iter().map(|check| (check, check.rule.machine(Limits::default()))).collect())
    }
}

impl Assessor {
    pub fn assess(&mut self, facts: &Facts) -> Assessed {
        let checked = self.0.iter_mut().map(|one| {
            let (state, evidence) = said(one.1.evaluate(facts));
            Checked { check: one.0, state, evidence }
        });
        Assessed::of(checked.collect())
    }
}

fn said(verdict: Verdict) -> (State, Vec<Evidence>) {
    match verdict {
        Verdict::Met => (State::Met, vec![]),
        Verdict::CannotTell(why) => (State::CannotTell, vec![Evidence { field: String::new(), message: why.to_string() }]),
        Verdict::Violated(found) => {
            let state = if found.iter().any(|one| one.code == NOT_APPLICABLE) { State::NotApplicable } else { State::Unmet };
            (state, found.into_iter().map(|one| Evidence { field: one.field, message: one.message }).collect())
        }
    }
}
