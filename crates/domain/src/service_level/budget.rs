//! The error budget: periods of the window that may be bad, and how fast they are used up. A period is bad when anything measured in
//! it was; a period that nobody measured uses nothing up.

use super::state::Burning;
use crate::calendar::singapore;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// What an objective allows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// Share of periods that must be good, in %: above 0, at most 100.
    pub target: f64,
    /// The rolling window, in days.
    pub window_days: i32,
    /// How often it is measured, in minutes: the length of a period.
    pub every_minutes: i32,
}

/// A measured period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub begins: DateTime<Utc>,
    pub good: bool,
}

/// The periods of a window, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Those that were measured.
    pub measured: usize,
    /// When the latest of these began.
    pub latest: Option<DateTime<Utc>>,
    /// When each began in which something was bad.
    pub bad: Vec<DateTime<Utc>>,
}

/// How an objective stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// Periods of the window that were measured, and those of them that were bad.
    pub measured: usize,
    pub bad: usize,
    /// Bad periods that the window allows; a fraction for short windows.
    pub allowed: f64,
    /// Of the budget, 1 being all of it; below 0 once more is used than there was.
    pub left: f64,
    /// How many times faster than allowed it was used up lately: 1 uses all of it in exactly one window. Infinite where nothing may be bad.
    pub fast: f64,
    pub slow: f64,
    /// The latest measurement is so old that nobody knows how it is now.
    pub silent: bool,
}

/// The fast window is a thirtieth of the whole, the slow one a fifth; neither is shorter than a period. At these rates a third, or
/// half, of the budget goes in that time.
const FAST: (f64, f64) = (30.0, 10.0);
const SLOW: (f64, f64) = (5.0, 2.5);
/// Periods without a measurement after which it is silent.
const SILENT_AFTER: i32 = 3;

impl Budget {
    pub fn window(&self) -> TimeDelta {
        TimeDelta::days(i64::from(self.window_days.max(1)))
    }

    fn period(&self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.every_minutes.max(1)))
    }

    /// Periods in a time, one at least.
    #[expect(clippy::cast_precision_loss, reason = "minutes of some years")]
    fn periods(&self, within: TimeDelta) -> f64 {
        (within.num_minutes() as f64 / self.period().num_minutes() as f64).max(1.0)
    }

    /// Periods of a time that may be bad, to a millionth: a tenth of thirty is three, whatever floats make of it.
    fn tolerated(&self, within: TimeDelta) -> f64 {
        let share = (100.0 - self.target).clamp(0.0, 100.0) / 100.0;
        (self.periods(within) * share * 1e6).round() / 1e6
    }

    pub fn allowed(&self) -> f64 {
        self.tolerated(self.window())
    }

    /// When the period began that a moment lies in: a day is one of Singapore, from midnight to midnight there.
    pub fn period_of(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let (seconds, east) = (self.period().num_seconds(), i64::from(singapore().local_minus_utc()));
        DateTime::from_timestamp((at.timestamp() + east).div_euclid(seconds) * seconds - east, 0).unwrap_or(at)
    }

    /// The measured periods of some measurements, oldest first: the order in which these came, and whether one came twice, is nothing to it.
    pub fn by_period(&self, measurements: impl IntoIterator<Item = (DateTime<Utc>, bool)>) -> Vec<Period> {
        let mut periods: BTreeMap<DateTime<Utc>, bool> = BTreeMap::new();
        for (at, good) in measurements {
            let all_good = periods.entry(self.period_of(at)).or_insert(true);
            *all_good &= good;
        }
        periods.into_iter().map(|(begins, good)| Period { begins, good }).collect()
    }

    fn share_used(&self, bad: usize, within: TimeDelta) -> f64 {
        if bad == 0 {
            return 0.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "as many periods as a window has")]
        let bad = bad as f64;
        // Infinite where a target of 100 allows none at all.
        bad / self.tolerated(within)
    }
}

/// How an objective stands at `now`, by the periods of its window.
pub fn stand(budget: &Budget, periods: &[Period], now: DateTime<Utc>) -> Standing {
    let window: Vec<&Period> = periods.iter().filter(|one| one.begins > now - budget.window() && one.begins <= now).collect();
    let tally = Tally {
        measured: window.len(),
        latest: window.iter().map(|one| one.begins).max(),
        bad: window.iter().filter(|one| !one.good).map(|one| one.begins).collect(),
    };
    stand_by(budget, &tally, now)
}

/// The same by what the periods of the window that ends now were counted to be.
pub fn stand_by(budget: &Budget, tally: &Tally, now: DateTime<Utc>) -> Standing {
    let bad = |within: TimeDelta| tally.bad.iter().filter(|begins| **begins > now - within && **begins <= now).count();
    let part = |of: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "minutes of a window")]
        let minutes = (budget.window().num_minutes() as f64 / of) as i64;
        TimeDelta::minutes(minutes).max(budget.period())
    };
    let whole = budget.window();
    Standing {
        measured: tally.measured,
        bad: bad(whole),
        allowed: budget.allowed(),
        left: match budget.share_used(bad(whole), whole) {
            used if used.is_finite() => 1.0 - used,
            // Where nothing may be bad there is no budget to be left of.
            _ => -1.0,
        },
        fast: budget.share_used(bad(part(FAST.0)), part(FAST.0)),
        slow: budget.share_used(bad(part(SLOW.0)), part(SLOW.0)),
        silent: tally.latest.is_none_or(|at| now - at > budget.period() * (SILENT_AFTER + 1)),
    }
}

impl Standing {
    pub fn burning(&self) -> Burning {
        if self.fast >= FAST.1 {
            Burning::Fast
        } else if self.slow >= SLOW.1 {
            Burning::Slow
        } else {
            Burning::No
        }
    }

    /// Share of measured periods that were good, in %.
    #[expect(clippy::cast_precision_loss, reason = "as many periods as a window has")]
    pub fn reached(&self) -> Option<f64> {
        (self.measured > 0).then(|| (self.measured - self.bad) as f64 * 100.0 / self.measured as f64)
    }
}
