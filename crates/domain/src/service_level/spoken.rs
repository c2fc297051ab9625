//! What a product's document says in words, as numbers: "99.5 % of days, 30 days" is a share of days in a window.

use super::{Comparison, Dimension};

/// An objective as far as words tell it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spoken {
    /// Share of periods that must be good, in %.
    pub target: f64,
    pub window_days: i32,
    pub every_minutes: i32,
    /// What one measurement must keep to, where the target is no share of periods.
    pub bound: Option<(Comparison, f64)>,
}

const USUAL_TARGET: f64 = 99.0;
const USUAL_WINDOW: i32 = 30;
const A_DAY: i32 = 24 * 60;
const LONGEST_WINDOW: i32 = 400;

/// Reads dimension, target, unit and window; what cannot be read is the usual.
pub fn spoken(dimension: &str, target: f64, unit: &str, window: &str) -> Spoken {
    let unit = unit.to_lowercase();
    let time = |unit: &str| {
        let lengths = [("minute", 5), ("hour", 60), ("time", 60), ("day", A_DAY), ("week", 7 * A_DAY), ("month", 30 * A_DAY)];
        lengths.into_iter().find(|(word, _)| unit.contains(word)).map(|(_, minutes)| minutes)
    };
    let percent = unit.contains('%') || unit.contains("percent");
    let share = percent && target > 0.0 && target <= 100.0;
    let of_periods = share && (time(&unit).is_some() || unit.contains("refresh"));
    let lower = matches!(dimension.to_lowercase().parse(), Ok(Dimension::Freshness | Dimension::Latency | Dimension::Retention)) && !percent;
    let comparison = if lower { Comparison::AtMost } else { Comparison::AtLeast };
    Spoken {
        target: if of_periods { target } else { USUAL_TARGET },
        window_days: days(window).unwrap_or(USUAL_WINDOW),
        every_minutes: if of_periods { time(&unit).unwrap_or(A_DAY) } else { A_DAY },
        bound: (!of_periods && target.is_finite()).then_some((comparison, target)),
    }
}

/// "30 days", "4 weeks", "3 months".
fn days(window: &str) -> Option<i32> {
    let window = window.to_lowercase();
    let digits: String = window.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    let length = [("day", 1), ("week", 7), ("month", 30), ("quarter", 90), ("year", 365)].into_iter().find(|(word, _)| window.contains(word))?.1;
    let number: i32 = if digits.is_empty() { 1 } else { digits.parse().ok()? };
    number.checked_mul(length).filter(|days| (1..=LONGEST_WINDOW).contains(days))
}
