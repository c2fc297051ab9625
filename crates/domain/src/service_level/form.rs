//! What an owner declares: an indicator, how good it must be, and for how much of which window.

use super::{Comparison, Dimension, Measure, minute_of};
use crate::{Violation, Violations};
use chrono::NaiveTime;

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LevelForm {
    pub dimension: String,
    pub objective: String,
    pub measure: String,
    /// A dataset, or `dataset.column`.
    pub about: String,
    pub low: String,
    pub high: String,
    pub comparison: String,
    pub bound: String,
    pub target: String,
    pub window_days: String,
    pub every_minutes: String,
    /// A time of the day in Singapore, or nothing.
    pub at: String,
}

/// An objective that may be declared.
#[derive(Debug, Clone, PartialEq)]
pub struct NewLevel {
    pub dimension: Dimension,
    pub objective: String,
    pub measure: Measure,
    pub dataset: Option<String>,
    pub column: Option<String>,
    /// Of values, for [`Measure::InRange`].
    pub range: Option<(f64, f64)>,
    pub comparison: Comparison,
    pub bound: f64,
    pub target: f64,
    pub window_days: i32,
    pub every_minutes: i32,
    /// Measured at this minute of the day in Singapore; none is whenever it is due.
    pub probe_minute: Option<i32>,
}

const LONGEST: usize = 200;
/// A source is asked no more often than this, in minutes.
pub const OFTENEST: i32 = 5;
pub const SELDOMEST: i32 = 31 * 24 * 60;
const LONGEST_WINDOW: i32 = 400;
const A_DAY: i32 = 24 * 60;

fn number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|number| number.is_finite())
}

/// Checks what was typed against what the product has: datasets, and `dataset.column`.
pub fn check_level(form: &LevelForm, datasets: &[String], columns: &[String]) -> Result<NewLevel, Violations> {
    let mut wrong = vec![];
    let mut fault = |field, code, message: &str| wrong.push(Violation::new(field, code, message));
    let dimension = form.dimension.parse::<Dimension>();
    if dimension.is_err() {
        fault("dimension", "dimension_unknown", "Choose what the promise is about.");
    }
    let objective = form.objective.split_whitespace().collect::<Vec<_>>().join(" ");
    if objective.is_empty() || objective.chars().count() > LONGEST || objective.chars().any(char::is_control) {
        fault("objective", "objective_missing", "Say in at most 200 characters what readers can rely on.");
    }
    let measure = form.measure.parse::<Measure>();
    if measure.is_err() {
        fault("measure", "measure_unknown", "Choose what is measured.");
    }
    let about = form.about.trim();
    let (dataset, column) = match about.split_once('.') {
        _ if about.is_empty() => (None, None),
        Some((dataset, column)) => (Some(dataset.to_owned()), Some(column.to_owned())),
        None => (Some(about.to_owned()), None),
    };
    let known = match &column {
        Some(_) => columns.iter().any(|one| one == about),
        None => dataset.as_ref().is_none_or(|name| datasets.contains(name)),
    };
    let needs = |of: fn(Measure) -> bool| measure.as_ref().is_ok_and(|measure| of(*measure));
    if !known {
        fault("about", "about_unknown", "Choose a dataset or a column of this product.");
    } else if needs(Measure::needs_column) && column.is_none() {
        fault("about", "column_missing", "Choose the column that is measured.");
    } else if needs(Measure::asks_source) && dataset.is_none() {
        fault("about", "dataset_missing", "Choose the dataset that is measured.");
    }
    let range = match measure {
        Ok(Measure::InRange) => {
            let range = number(&form.low).zip(number(&form.high)).filter(|(low, high)| low < high);
            if range.is_none() {
                fault("low", "range_wrong", "Enter the least and the greatest value that are right.");
            }
            range
        }
        _ => None,
    };
    let comparison = form.comparison.parse::<Comparison>();
    if comparison.is_err() {
        fault("comparison", "comparison_unknown", "Choose whether it must be at least or at most that much.");
    }
    let bound = number(&form.bound);
    if bound.is_none() {
        fault("bound", "bound_missing", "Enter the number that a good measurement keeps to.");
    }
    let target = number(&form.target).filter(|target| *target > 0.0 && *target <= 100.0);
    if target.is_none() {
        fault("target", "target_wrong", "Enter a share above 0 and at most 100.");
    }
    let window_days = form.window_days.trim().parse::<i32>().ok().filter(|days| (1..=LONGEST_WINDOW).contains(days));
    if window_days.is_none() {
        fault("window_days", "window_wrong", "Enter a number of days from 1 to 400.");
    }
    let every_minutes = form.every_minutes.trim().parse::<i32>().ok().filter(|minutes| (OFTENEST..=SELDOMEST).contains(minutes));
    if every_minutes.is_none() {
        fault("every_minutes", "every_wrong", "Enter a number of minutes from 5 to 44640.");
    }
    let probe_minute = match form.at.trim() {
        "" => None,
        text => {
            let time = NaiveTime::parse_from_str(text, "%H:%M").ok();
            if time.is_none() {
                fault("at", "at_wrong", "Enter a time of the day such as 09:00, or nothing.");
            } else if every_minutes.is_some_and(|minutes| minutes % A_DAY != 0) {
                fault(
                    "at",
                    "at_not_daily",
                    "Only what is measured every day, or every few days, has a time of the day: enter 1440 minutes or a multiple.",
                );
            }
            time.map(minute_of)
        }
    };
    match (dimension, measure, comparison, bound, target, window_days, every_minutes, wrong.is_empty()) {
        (Ok(dimension), Ok(measure), Ok(comparison), Some(bound), Some(target), Some(window_days), Some(every_minutes), true) => Ok(NewLevel {
            dimension,
            objective,
            measure,
            dataset,
            column,
            range,
            comparison,
            bound,
            target,
            window_days,
            every_minutes,
            probe_minute,
        }),
        _ => Err(wrong),
    }
}
