//! Audits of quality: what is planned, what was found, and what becomes of it.

mod list;
mod plan;
mod report;
mod task;

pub use list::{Listed, audits_page};
pub use plan::{Editing, plan_form_page, plan_page};
pub use report::{Report, audit_line, report_page};
pub use task::{Said, task_page, tasks_page, tasks_section};

use crate::features::quality::share;
use domain::quality::Passed;
use domain::quality_audit::{Criterion, Expected, PlanScope, Short};
use store::quality_audit::PlanView;

fn home() -> (String, String) {
    ("/quality-audits".to_owned(), "Audits of quality".to_owned())
}

/// "At least 95 % pass, checked within 7 days".
fn expectation(expected: Option<Expected>) -> String {
    match expected {
        None => "Nothing is expected".into(),
        Some(Expected { at_least, within_days: Some(days) }) => format!("At least {} pass, checked within {days} days", share(at_least)),
        Some(_) => "Every promise that is measured is kept".into(),
    }
}

/// "9 of 10, 90 %".
fn reached(passed: Passed) -> String {
    match passed.share() {
        Some(reached) => format!("{} of {}, {}", passed.passed, passed.counted, share(reached)),
        None => "–".into(),
    }
}

fn shortfall(expected: Option<Expected>, passed: Passed, short: Option<Short>) -> String {
    match (expected, short) {
        (None, _) => "–".into(),
        (_, Some(short)) => format!("Falls short: {}", short.label().to_lowercase()),
        // Of checks that would be a shortfall: it is promises of which none is measured.
        (_, None) if passed.counted == 0 => "No promise is measured".into(),
        (_, None) => "Met".into(),
    }
}

/// What of its sector a plan is about.
fn about(plan: &PlanView) -> String {
    match (plan.scope, &plan.domain) {
        (PlanScope::Sector, _) => format!("The {} sector", plan.sector_title),
        (PlanScope::Domain, Some((_, title))) => format!("The domain {title}"),
        (PlanScope::Domain, None) => "One domain".into(),
        (PlanScope::Products, _) if plan.products.len() == 1 => "1 product".into(),
        (PlanScope::Products, _) => format!("{} products", plan.products.len()),
    }
}

fn criteria(criteria: &[Criterion]) -> String {
    criteria.iter().map(|one| one.label()).collect::<Vec<_>>().join(", ")
}
