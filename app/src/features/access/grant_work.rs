//! Work at a source that fails and is tried again, on the agreement's page and for those who watch.

use crate::ui::{data_table, moment, notice};
use leptos::prelude::*;
use store::access::GrantWork;

/// What a job does, as people read it.
fn what(topic: &str) -> &'static str {
    match topic {
        "agreement.grant" => "Granting at the port",
        "agreement.hold" => "Stopping reads at the port",
        "agreement.resume" => "Letting reads go on at the port",
        "agreement.protect" => "Changing what is hidden at the port",
        "agreement.end" => "Removing it from the port",
        "credential.end" => "Removing a credential from the port",
        _ => "Work at the port",
    }
}

fn times(attempts: i32) -> String {
    if attempts == 1 { "once".into() } else { format!("{attempts} times") }
}

/// On the agreement's page: that it goes on, and when; what failed is for whoever looks after the product.
pub(super) fn work_notices(work: &[GrantWork], why: bool) -> Option<AnyView> {
    let lines = work
        .iter()
        .map(|one| {
            let error = (why && !one.error.is_empty()).then(|| view! { <br/><code>{one.error.clone()}</code> });
            view! {
                <p>
                    {format!("{} was tried {} since ", what(&one.topic), times(one.attempts))}{moment(one.since)}
                    " without success. It is tried again at "{moment(one.next_at)}", until it is done: nobody has to do anything."{error}
                </p>
            }
        })
        .collect_view();
    (!work.is_empty()).then(|| notice(lines.into_any()).into_any())
}

/// For those who watch all of it.
pub(super) fn work_table(work: &[GrantWork]) -> Option<AnyView> {
    let rows = work
        .iter()
        .map(|one| {
            vec![
                what(&one.topic).into_any(),
                view! { <a href=format!("/agreements/{}", one.agreement)>{one.product_address.clone()}</a> }.into_any(),
                times(one.attempts).into_any(),
                moment(one.since).into_any(),
                view! { <code>{one.error.clone()}</code> }.into_any(),
                moment(one.next_at).into_any(),
            ]
        })
        .collect();
    let heads = ["Work", "Agreement", "Tried", "Since", "What failed last", "Next"];
    (!work.is_empty())
        .then(|| view! { <h2>"Work that fails at the source"</h2>{data_table("Tried again until it is done", &heads, rows)} }.into_any())
}
