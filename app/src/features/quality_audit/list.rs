//! `/quality-audits`: what is planned, and what was found.

use super::about;
use crate::ui::{breadcrumbs, count, cut_notice, data_table, deadline, empty_state};
use domain::quality_audit::PlanState;
use leptos::prelude::*;
use store::quality_audit::{AuditLine, PlanView};

/// Lines of one list; where one more was read, the page says that there are others.
pub(super) const SHOWN: usize = 200;

/// Everything that the page shows.
#[derive(Debug, Clone)]
pub struct Listed {
    pub plans: Vec<PlanView>,
    pub audits: Vec<AuditLine>,
    /// Short names and titles of sectors for which the reader may plan.
    pub keeps: Vec<(String, String)>,
}

pub fn audits_page(page: &Listed) -> AnyView {
    let plan = page
        .keeps
        .iter()
        .map(|(slug, title)| view! { <p><a class="button button-secondary" href=format!("/quality/{slug}/audits/new")>{format!("Plan an audit of the {title} sector")}</a></p> })
        .collect_view();
    view! {
        {breadcrumbs(vec![("/quality".to_owned(), "Quality of sectors".to_owned())])}
        <h1>"Audits of quality"</h1>
        <p class="lead">"Trusted centres plan when the data of their sector is held against what they expect. What falls short is followed up until it is met."</p>
        {plan}
        <p><a href="/quality-tasks">"What is to be mended"</a></p>
        <h2>"Planned"</h2>
        {plans_table(&page.plans)}
        <h2>"Taken"</h2>
        {audits_table(&page.audits)}
    }
    .into_any()
}

fn plans_table(plans: &[PlanView]) -> AnyView {
    let rows: Vec<Vec<AnyView>> = plans
        .iter()
        .take(SHOWN)
        .map(|plan| {
            vec![
                view! { <a href=format!("/quality-audits/plans/{}", plan.id)>{plan.name.clone()}</a> }.into_any(),
                plan.sector_title.clone().into_any(),
                about(plan).into_any(),
                plan.rhythm.label().into_any(),
                next(plan),
            ]
        })
        .collect();
    if rows.is_empty() {
        return empty_state("No audit is planned.", "Curators of a sector, and the data office, plan audits here.", ().into_any()).into_any();
    }
    let table = data_table("Plans, what comes next first", &["Name", "Sector", "About", "How often", "Next audit"], rows);
    view! { {cut_notice(plans.len(), SHOWN)}{table} }.into_any()
}

/// When the next audit is, or why there is none.
pub(super) fn next(plan: &PlanView) -> AnyView {
    match (plan.state, plan.next_on) {
        (PlanState::Active, Some(day)) => deadline(day).into_any(),
        (PlanState::Active, None) => "All were taken".into_any(),
        (state, _) => state.label().into_any(),
    }
}

/// Audits, each with what it found.
pub(super) fn audits_table(audits: &[AuditLine]) -> AnyView {
    let rows: Vec<Vec<AnyView>> = audits
        .iter()
        .take(SHOWN)
        .map(|audit| {
            let found = match audit.done_at {
                None => "Being taken".to_owned(),
                Some(_) => found(audit),
            };
            vec![
                view! { <a href=format!("/quality-audits/{}", audit.id)>{audit.name.clone()}", "{deadline(audit.due_on)}</a> }.into_any(),
                audit.sector_title.clone().into_any(),
                found.into_any(),
            ]
        })
        .collect();
    if rows.is_empty() {
        return empty_state("No audit was taken yet.", "Each is listed here with what it found, from its day on.", ().into_any()).into_any();
    }
    let table = data_table("Audits, newest first", &["Audit", "Sector", "Found"], rows);
    view! { {cut_notice(audits.len(), SHOWN)}{table} }.into_any()
}

/// "2 of 5 products fall short".
pub(super) fn found(audit: &AuditLine) -> String {
    match (audit.products, audit.short) {
        (0, _) => "No product that you may know of was looked at".into(),
        (1, 0) => "The one product that was looked at meets what is expected".into(),
        (all, 0) => format!("All {} products meet what is expected", count(all)),
        (1, _) => "The one product that was looked at falls short".into(),
        (all, 1) => format!("1 of {} products falls short", count(all)),
        (all, short) => format!("{} of {} products fall short", count(short), count(all)),
    }
}
