//! The two lists, each a section of another noun's page: what one asked for, and what waits for one's answer.

use crate::ui::{data_table, empty_state, moment};
use leptos::prelude::*;
use store::wanted::{WantedLine, WantedWork};

/// A section of `/requests`.
pub fn asked_section(asked: &[WantedLine]) -> impl IntoView + use<> {
    let body = if asked.is_empty() {
        let next = view! { <a href="/wanted/new">"Ask for data that does not exist yet"</a> }.into_any();
        empty_state("You have not asked for data that nobody has described.", "When a search finds nothing, ask whoever could have it.", next)
            .into_any()
    } else {
        let rows = asked
            .iter()
            .map(|line| {
                let state = line
                    .kind
                    .map_or_else(|| line.state.label().to_owned(), |kind| format!("{}: {}", line.state.label(), kind.label().to_lowercase()));
                vec![
                    view! { <a href=format!("/wanted/{}", line.id)>{line.words.clone()}</a> }.into_any(),
                    line.domain_title.clone().into_any(),
                    moment(line.asked_at).into_any(),
                    state.into_any(),
                ]
            })
            .collect();
        view! {
            {data_table("Your questions, newest first", &["What you look for", "Domain", "Asked", "State"], rows)}
            <p><a href="/wanted/new">"Ask for data that does not exist yet"</a></p>
        }
        .into_any()
    };
    view! { <section aria-labelledby="wanted"><h2 id="wanted">"Data you asked for"</h2>{body}</section> }
}

/// A section of `/work`, for those who may answer.
pub fn work_section(open: &[WantedWork]) -> impl IntoView + use<> {
    let body = if open.is_empty() {
        let text = "What officers look for in your domains and do not find will be listed here, oldest first.";
        empty_state("Nobody looks for data of yours.", text, ().into_any()).into_any()
    } else {
        let rows = open
            .iter()
            .map(|line| {
                let asker = line.agency.as_ref().map_or_else(|| line.asker.clone(), |agency| format!("{}, {agency}", line.asker));
                vec![
                    view! { <a href=format!("/wanted/{}", line.id)>{line.words.clone()}</a> }.into_any(),
                    line.domain_title.clone().into_any(),
                    asker.into_any(),
                    moment(line.asked_at).into_any(),
                ]
            })
            .collect();
        data_table("Questions that wait for you, oldest first", &["What they look for", "Domain", "Who", "Asked"], rows).into_any()
    };
    view! { <section aria-labelledby="wanted"><h2 id="wanted">"Data that people look for"</h2>{body}</section> }
}
