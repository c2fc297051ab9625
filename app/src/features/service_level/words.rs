//! Objectives, numbers and states in words.

use domain::service_level::{Budget, Burning, Dimension, LevelState, Standing, time_of_day};
use leptos::prelude::*;
use store::service_level::LevelView;

/// A state as word and shape; never colour alone.
pub(super) fn state_badge(state: LevelState) -> AnyView {
    let (shape, style) = match state {
        LevelState::NotMeasured => ("○", "level-state level-unknown"),
        LevelState::Met => ("●", "level-state level-met"),
        LevelState::AtRisk => ("▲", "level-state level-risk"),
        LevelState::Breached => ("✖", "level-state level-breached"),
    };
    view! { <span class=style><span aria-hidden="true">{shape}" "</span>{state.label()}</span> }.into_any()
}

/// A number without needless digits.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.to_owned() }
}

fn every(minutes: i32) -> String {
    match minutes {
        1440 => "day".into(),
        60 => "hour".into(),
        10_080 => "week".into(),
        n if n % 1440 == 0 => format!("{} days", n / 1440),
        n if n % 60 == 0 => format!("{} hours", n / 60),
        n => format!("{n} minutes"),
    }
}

/// "At most 24 hours, for 99.5 % of days in 30 days".
pub(super) fn objective(level: &LevelView) -> String {
    let Budget { target, window_days, every_minutes } = level.budget;
    let periods = match every_minutes {
        1440 => "days".into(),
        60 => "hours".into(),
        10_080 => "weeks".into(),
        minutes => format!("periods of {}", every(minutes)),
    };
    let share = format!("in {} % of {periods}, over {window_days} days", number(target));
    match level.bound {
        Some((comparison, bound)) => format!("{} {} {}, {share}", comparison.label(), number(bound), level.measure.unit()).replace(" ,", ","),
        None => format!("good {share}"),
    }
}

pub(super) fn measured_by(level: &LevelView) -> String {
    let about = match (&level.dataset, &level.column) {
        (Some(dataset), Some(column)) => format!(" of {dataset}.{column}"),
        (Some(dataset), None) => format!(" of {dataset}"),
        (None, _) => String::new(),
    };
    if level.measure.is_probed() {
        let at = level.probe_minute.map(|minute| format!(" at {}", time_of_day(minute))).unwrap_or_default();
        let whom = if level.measure.asks_source() { "asks the source" } else { "looks in its own record" };
        format!("{}{about}; Pasar {whom} every {}{at}", level.measure.label(), every(level.budget.every_minutes))
    } else {
        format!("{}; reported by a tool or a person", level.measured_how)
    }
}

/// Of a promise that is reported, whether Pasar could measure it instead.
pub(super) fn could_measure(level: &LevelView) -> Option<String> {
    if level.measure.is_probed() {
        return None;
    }
    let probes = level.dimension.to_lowercase().parse::<Dimension>().map(Dimension::probes).unwrap_or_default();
    let labels: Vec<String> = probes.iter().map(|measure| measure.label().to_lowercase()).collect();
    Some(if labels.is_empty() {
        "Pasar has no measure of its own for this: it needs reports from a tool or a person".into()
    } else {
        format!("Not asked to. It could measure: {}", labels.join("; "))
    })
}

/// What is left of the budget, in words.
pub(super) fn budget(standing: &Standing) -> String {
    if standing.measured == 0 {
        return "Nothing was measured in this window".into();
    }
    let allowed = number(standing.allowed);
    if standing.left < 0.0 {
        format!("Used up: {} bad periods, {allowed} allowed", standing.bad)
    } else {
        format!("{} % left: {} bad periods of {allowed} allowed", number((standing.left * 100.0).round()), standing.bad)
    }
}

pub(super) fn burning(burning: Burning, standing: &Standing) -> Option<String> {
    let rate = |rate: f64| if rate.is_finite() { format!("{} times as fast as allowed", number(rate)) } else { "though nothing may go wrong".into() };
    match burning {
        Burning::No => None,
        Burning::Slow => Some(format!("The budget burns {}, over a fifth of the window.", rate(standing.slow))),
        Burning::Fast => Some(format!("The budget burns {}, over a thirtieth of the window.", rate(standing.fast))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_periods_are_short() {
        assert_eq!((number(99.5), number(3.0), number(-0.001), number(0.154)), ("99.5".into(), "3".into(), "0".into(), "0.15".into()));
        assert_eq!(
            (every(1440), every(60), every(2880), every(120), every(5)),
            ("day".into(), "hour".into(), "2 days".into(), "2 hours".into(), "5 minutes".into())
        );
    }
}
