//! What tools say of a product's data, and what trusted centres expect of their sectors.

mod product;
mod rules;
mod sector;

pub use product::{product_quality_page, run_page};
pub use rules::{Rules, rule_page};
pub use sector::{Sector, report_page, sector_page, sectors_page};

use domain::quality::{Benchmark, Layer, Outcome, Passed, Shortfall};
use leptos::prelude::*;

/// "9 of 10 passed".
fn passed(passed: Passed) -> String {
    match passed.counted {
        0 => "Nothing that counts".into(),
        counted => format!("{} of {counted} passed", passed.passed),
    }
}

/// As word and shape; never colour alone.
pub(crate) fn outcome_badge(outcome: Outcome) -> AnyView {
    let (shape, style) = match outcome {
        Outcome::Passed => ("●", "level-state level-met"),
        Outcome::Warned => ("▲", "level-state level-risk"),
        Outcome::Failed | Outcome::Error => ("✖", "level-state level-breached"),
        Outcome::Skipped => ("○", "level-state level-unknown"),
    };
    view! { <span class=style><span aria-hidden="true">{shape}" "</span>{outcome.label()}</span> }.into_any()
}

pub(crate) fn share(share: f64) -> String {
    let text = format!("{share:.1}");
    format!("{} %", text.trim_end_matches(".0"))
}

/// "Schema: at least 95 % pass, within 7 days".
fn expectation(benchmark: &Benchmark) -> String {
    let about = benchmark.layer.map_or("All checks", Layer::label);
    format!("{about}: at least {} pass, checked within {} days", share(benchmark.at_least), benchmark.within_days)
}

fn shortfall(short: Option<Shortfall>) -> String {
    match short {
        None => "Met".into(),
        Some(Shortfall::NeverChecked) => "Falls short: nothing was checked".into(),
        Some(Shortfall::TooOld) => "Falls short: the latest run is too old".into(),
        Some(Shortfall::TooLow(reached)) => format!("Falls short: {} pass", share(reached)),
    }
}
