//! What was found at a source that nobody agreed to, for those who watch.

use super::grant_work::work_table;
use crate::ui::{breadcrumbs, data_table, empty_state, moment, notice, status_tag};
use domain::access::DriftState;
use leptos::prelude::*;
use store::access::{DriftLine, GrantWork};

/// Findings, and the work that fails, which may be why something is not as it should be.
pub fn drift_page(lines: &[DriftLine], failing: &[GrantWork]) -> AnyView {
    let open = lines.iter().filter(|line| line.state == DriftState::Open).count();
    let table = if lines.is_empty() {
        let next = view! { <a href="/audit?action=drift.find">"Look in the audit trail"</a> }.into_any();
        empty_state("Nothing was found.", "Every grant at the source is what its agreement says. It is compared every minute.", next).into_any()
    } else {
        let rows = lines.iter().map(row).collect();
        data_table("Findings, those still open first", &["What", "Where", "What was there", "Agreement", "State", "Found"], rows).into_any()
    };
    view! {
        {breadcrumbs(vec![("/admin".into(), "Administration".into())])}
        <h1>"Drift at the source"</h1>
        <p class="lead">"Every minute Pasar compares what the source grants with what was agreed, takes back what is too much, and makes it as agreed again."</p>
        {(open > 0).then(|| {
            let count = if open == 1 { "1 finding is".to_owned() } else { format!("{open} findings are") };
            notice(format!("{count} still open: Pasar may not take it back. The reader concerned is locked out until the source’s administrator does, or it is gone.").into_any())
        })}
        {table}
        {work_table(failing)}
    }
    .into_any()
}

fn row(line: &DriftLine) -> Vec<AnyView> {
    let agreement = match (line.agreement, &line.product_address) {
        (Some(id), Some(address)) => view! { <a href=format!("/agreements/{id}")>{address.clone()}</a> }.into_any(),
        (Some(id), None) => view! { <code>{id.to_string()}</code> }.into_any(),
        (None, _) => "None".into_any(),
    };
    let found = if line.found.is_empty() { "Nothing".into_any() } else { view! { <code>{line.found.clone()}</code> }.into_any() };
    let state = view! {
        {status_tag(line.state.label())}
        {line.repaired_at.map(|at| view! { <br/><span class="muted">{moment(at)}</span> })}
    };
    vec![
        line.kind.label().into_any(),
        view! { {line.source.clone()}<br/><code>{line.object.clone()}</code> }.into_any(),
        found,
        agreement,
        state.into_any(),
        moment(line.found_at).into_any(),
    ]
}
