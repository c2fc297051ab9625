//! What a trusted centre expects of its sector's products, and how one falls short of it.

use super::{Layer, Passed};
use crate::{Violation, Violations};
use chrono::{DateTime, TimeDelta, Utc};

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Benchmark {
    /// None is all layers together.
    pub layer: Option<Layer>,
    /// Share of checks that pass, in %.
    pub at_least: f64,
    /// A run that is older says nothing any more.
    pub within_days: i32,
}

/// Why a product falls short.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shortfall {
    /// No run ever, or none with a check that counts.
    NeverChecked,
    /// The latest run is too old.
    TooOld,
    /// In %, what was reached.
    TooLow(f64),
}

/// Whether a product falls short, by its latest run that has checks of the benchmark's layer.
pub fn falls_short(benchmark: &Benchmark, latest: Option<(DateTime<Utc>, Passed)>, now: DateTime<Utc>) -> Option<Shortfall> {
    let Some((at, share)) = latest.and_then(|(at, passed)| passed.share().map(|share| (at, share))) else { return Some(Shortfall::NeverChecked) };
    if now - at > TimeDelta::days(i64::from(benchmark.within_days)) {
        return Some(Shortfall::TooOld);
    }
    (share < benchmark.at_least).then_some(Shortfall::TooLow(share))
}

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BenchmarkForm {
    /// A layer's word, or `all`.
    pub layer: String,
    pub at_least: String,
    pub within_days: String,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewBenchmark {
    pub benchmark: Benchmark,
    pub reason: String,
}

pub fn check_benchmark(form: &BenchmarkForm) -> Result<NewBenchmark, Violations> {
    let mut wrong = vec![];
    let layer = match form.layer.as_str() {
        "all" => Some(None),
        word => word.parse::<Layer>().ok().map(Some),
    };
    if layer.is_none() {
        wrong.push(Violation::new("layer", "layer_unknown", "Choose which checks it is about."));
    }
    let at_least = form.at_least.trim().parse::<f64>().ok().filter(|share| *share > 0.0 && *share <= 100.0);
    if at_least.is_none() {
        wrong.push(Violation::new("at_least", "share_wrong", "Enter a share above 0 and at most 100."));
    }
    let within_days = form.within_days.trim().parse::<i32>().ok().filter(|days| (1..=366).contains(days));
    if within_days.is_none() {
        wrong.push(Violation::new("within_days", "days_wrong", "Enter a number of days from 1 to 366."));
    }
    let reason = form.reason.trim();
    if !(5..=500).contains(&reason.chars().count()) {
        wrong.push(Violation::new("reason", "reason_missing", "Say in 5 to 500 characters why."));
    }
    match (layer, at_least, within_days, wrong.is_empty()) {
        (Some(layer), Some(at_least), Some(within_days), true) => {
            Ok(NewBenchmark { benchmark: Benchmark { layer, at_least, within_days }, reason: reason.to_owned() })
        }
        _ => Err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quality::Outcome;

    #[test]
    fn a_product_falls_short_by_share_by_age_or_by_silence() {
        use Outcome::{Error, Failed, Passed as Pass, Skipped, Warned};
        let now: DateTime<Utc> = "2026-11-23T02:00:00Z".parse().unwrap();
        let benchmark = Benchmark { layer: None, at_least: 90.0, within_days: 7 };
        let passed = |passed, counted| Some((now - TimeDelta::days(2), Passed { passed, counted }));
        assert_eq!(falls_short(&benchmark, passed(9, 10), now), None);
        assert_eq!(falls_short(&benchmark, passed(8, 10), now), Some(Shortfall::TooLow(80.0)));
        assert_eq!(falls_short(&benchmark, passed(0, 0), now), Some(Shortfall::NeverChecked));
        assert_eq!(falls_short(&benchmark, None, now), Some(Shortfall::NeverChecked));
        assert_eq!(falls_short(&benchmark, passed(10, 10), now + TimeDelta::days(6)), Some(Shortfall::TooOld));
        assert_eq!(Passed::of([Pass, Warned, Failed, Error, Skipped]), Passed { passed: 2, counted: 4 });
    }

    #[test]
    fn a_benchmark_that_was_typed_is_checked() {
        let form = BenchmarkForm { layer: "schema".into(), at_least: "95".into(), within_days: "7".into(), reason: "Agreed by the centre".into() };
        assert_eq!(check_benchmark(&form).unwrap().benchmark, Benchmark { layer: Some(Layer::Schema), at_least: 95.0, within_days: 7 });
        assert_eq!(check_benchmark(&BenchmarkForm { layer: "all".into(), ..form.clone() }).unwrap().benchmark.layer, None);
        assert_eq!(check_benchmark(&BenchmarkForm { at_least: "NaN".into(), ..form }).unwrap_err()[0].code, "share_wrong");
        assert_eq!(check_benchmark(&BenchmarkForm::default()).unwrap_err().len(), 4);
    }
}
