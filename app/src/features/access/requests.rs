//! My requests: what was asked for, and when it is decided.

use super::ask::draft_notice;
use super::clock::{Today, deadline_with_clock};
use crate::features::wanted::asked_section;
use crate::ui::{data_table, deadline, empty_state, moment};
use leptos::prelude::*;
use store::access::{Draft, RequestLine};
use store::wanted::WantedLine;

/// Requests for what there is, then questions for what there is not.
pub fn requests_page(csrf: &str, draft: Option<&Draft>, requests: &[RequestLine], wanted: &[WantedLine], today: &Today) -> AnyView {
    let draft = draft.map(|draft| draft_notice(csrf, draft));
    view! { <h1>"Requests"</h1>{draft}{own_requests(requests, today)}{asked_section(wanted)} }.into_any()
}

fn own_requests(requests: &[RequestLine], today: &Today) -> AnyView {
    if requests.is_empty() {
        let next = view! { <a class="button" href="/products">"Find data"</a> }.into_any();
        return empty_state("You have not asked for data yet.", "Requests that you submit are listed here with their state.", next).into_any();
    }
    let rows = requests
        .iter()
        .map(|request| {
            let mut states: Vec<&str> = request.states.iter().map(|state| state.label()).collect();
            if request.asked {
                states.push("waits for your answer");
            }
            vec![
                view! { <a href=format!("/requests/{}", request.id)>{request.titles.join(", ")}</a>{request.team.as_ref().map(|team| format!(" for {team}"))} }.into_any(),
                moment(request.submitted_at).into_any(),
                states.join(", ").into_any(),
                decide_by(request, today),
            ]
        })
        .collect();
    data_table("Your requests", &["What you asked for", "Submitted", "State", "Decide by"], rows).into_any()
}

/// The clock of the part that is due first; of a request in which nothing is open, only the day that was.
fn decide_by(request: &RequestLine, today: &Today) -> AnyView {
    match (request.open_due_on, request.asked) {
        (Some(due), _) => deadline_with_clock(due, None, today),
        (None, true) => "The clock stands until you answer".into_any(),
        (None, false) => deadline(request.due_on).into_any(),
    }
}
