//! `/linkages`.

use crate::ui::{data_table, empty_state, moment, status_tag};
use leptos::prelude::*;
use store::linkage::LinkageLine;

pub fn linkages_page(lines: &[LinkageLine]) -> AnyView {
    let table = if lines.is_empty() {
        let text = "Who holds two agreements may ask how many people both have in common; what waits for you as an owner is listed here too.";
        empty_state("No linkages.", text, ().into_any()).into_any()
    } else {
        let rows = lines
            .iter()
            .map(|line| {
                vec![
                    view! { <a href=format!("/linkages/{}", line.id)>{line.reason.clone()}</a> }.into_any(),
                    if line.mine { "You".into_any() } else { line.requester.clone().into_any() },
                    status_tag(line.state.label()).into_any(),
                    moment(line.requested_at).into_any(),
                ]
            })
            .collect();
        data_table("Linkages, those that wait first", &["What for", "Asked by", "State", "Asked"], rows).into_any()
    };
    view! {
        <h1>"Linkages"</h1>
        <p class="lead">"How many people two agreements have in common, without anybody learning who."</p>
        <p><a class="button" href="/linkages/new">"Ask how many are in both"</a></p>
        {table}
    }
    .into_any()
}
