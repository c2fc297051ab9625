//! `/reviews`, and the part of `/roles` that says what owners ask.

use super::state;
use crate::ui::{count, data_table, deadline, empty_state, moment, status_tag};
use chrono::NaiveDate;
use leptos::prelude::*;
use store::access_review::{AskedItem, ReviewLine};

pub fn reviews_page(reviews: &[ReviewLine], today: NaiveDate) -> AnyView {
    let list = if reviews.is_empty() {
        let text = "Each quarter the owners of a domain review who holds roles and agreements in it. Reviews of your domains, or of your sector, are listed here.";
        empty_state("No reviews.", text, view! { <a href="/work">"Go to your work"</a> }.into_any()).into_any()
    } else {
        let heads = ["Domain", "Quarter", "State", "Due", "Kept", "Ended", "Asked", "Not decided"];
        data_table("Reviews of access", &heads, reviews.iter().map(|line| row(line, today)).collect()).into_any()
    };
    view! {
        <h1>"Reviews of access"</h1>
        <p class="lead">"Each quarter owners say of everybody who holds a role or an agreement in their domain whether it stays."</p>
        {list}
    }
    .into_any()
}

fn row(line: &ReviewLine, today: NaiveDate) -> Vec<AnyView> {
    let ended = if line.gone > 0 { format!("{} ({} more otherwise)", count(line.ended), count(line.gone)) } else { count(line.ended) };
    vec![
        view! { <a href=format!("/reviews/{}", line.id)>{line.domain_title.clone()}<span class="sr-only">{format!(", {}", line.quarter)}</span></a> }
            .into_any(),
        line.quarter.to_string().into_any(),
        status_tag(state(line, today).label()).into_any(),
        deadline(line.due_on).into_any(),
        count(line.kept).into_any(),
        ended.into_any(),
        count(line.asked).into_any(),
        count(line.undecided).into_any(),
    ]
}

/// What owners ask the reader; nothing when nobody does.
pub fn asked_section(asked: &[AskedItem]) -> AnyView {
    if asked.is_empty() {
        return ().into_any();
    }
    let line = |item: &AskedItem| {
        let what = match item.agreement {
            Some(agreement) => view! { <a href=format!("/agreements/{agreement}")>{format!("Your agreement on {}", item.what)}</a> }.into_any(),
            None => format!("Your role as {}", item.what).into_any(),
        };
        let note = (!item.note.is_empty()).then(|| view! { <blockquote>{item.note.clone()}</blockquote> });
        let answered = item.answer.as_ref().map(|answer| {
            let says = if answer.said.needed { "It is still needed." } else { "It may end." };
            view! { <p>{format!("{} answered ", answer.by)}{moment(answer.at)}{format!(": {says} {}", answer.said.words)}</p> }
        });
        let press = if item.answer.is_some() { "Change the answer" } else { "Answer" };
        view! {
            <li>
                {what}{note}
                <p class="muted">"Asked by "{item.by.clone()}" on "{moment(item.at)}". Their mailbox is "{item.by_email.clone()}"."</p>
                {answered}
                <p><a href=format!("/reviews/asked/{}", item.id)>{press}<span class="sr-only">{format!(" about {}", item.what)}</span></a></p>
            </li>
        }
    };
    view! {
        <section aria-labelledby="asked">
            <h2 id="asked">"Do you still need it?"</h2>
            <p>"Owners review each quarter who has access, and ask you:"</p>
            <ul class="plain-list">{asked.iter().map(line).collect_view()}</ul>
        </section>
    }
    .into_any()
}
