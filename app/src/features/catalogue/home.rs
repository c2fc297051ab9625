//! `/`: the search box, what needs me today, what is new, how long sharing takes now.

use crate::features::mine::{News, news};
use crate::features::sharing::sharing_now;
use crate::ui::{deadline, empty_state};
use domain::access::Sharing;
use frontend::SearchBox;
use leptos::prelude::*;
use search::Hit;
use std::sync::Arc;
use store::access::Standing;
use store::notice::{ToDo, Waiting};

/// What the home page says to one person.
#[derive(Debug, Clone)]
pub struct Home {
    pub name: String,
    pub products: i64,
    pub standing: Standing,
    pub to_do: ToDo,
    pub news: News,
    pub described: Vec<Hit>,
    /// Of the last months, over what everybody may know of.
    pub sharing: Arc<Sharing>,
}

pub fn home_page(home: Home) -> AnyView {
    let tasks = tasks(&home.standing, &home.to_do);
    let products = home
        .described
        .iter()
        .map(|hit| {
            view! {
                <li>
                    <a href=format!("/products/{}", hit.address)>{hit.title.clone()}</a>
                    <p class="muted">{hit.summary.clone()}</p>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="home-search">
            <h1>"Find data, and ask for it"</h1>
            <p class="lead">{format!("{} products from across the public service. Each says what it is, who answers for it, and how to get it.", crate::ui::count(home.products))}</p>
            <form method="get" action="/products" role="search" aria-label="Products" class="search-large">
                <label for="home-words">"What data do you need?"</label>
                <div class="search-row">
                    <SearchBox id="home-words".to_owned() value=String::new() placeholder=String::new()/>
                    <button type="submit" class="button">"Search"</button>
                </div>
            </form>
        </div>
        <section aria-labelledby="today">
            <h2 id="today">{format!("For you today, {}", home.name)}</h2>
            {tasks}
        </section>
        {news(&home.news)}
        {sharing_now(&home.sharing)}
        <section aria-labelledby="described">
            <h2 id="described">"Described by their owners"</h2>
            <ul class="plain-list">{products}</ul>
            <p><a href="/products">"See all products"</a></p>
        </section>
    }
    .into_any()
}

/// What waits for somebody: decisions and questions, from the counts that the header has too, then everything else that is theirs to
/// do, each with the way there. What merely goes on comes last.
pub(crate) fn tasks(mine: &Standing, to_do: &ToDo) -> AnyView {
    let line = |count: i64, href: &'static str, one: &'static str, many: &'static str| {
        (count > 0).then(|| view! { <li><a href=href>{format!("{count} {}", if count == 1 { one } else { many })}</a></li> })
    };
    let counted = mine.waiting_for_me + mine.questions_for_me + mine.wanted_of_me + mine.my_open_requests + mine.my_agreements;
    if counted == 0 && to_do.is_empty() {
        let next = view! { <a href="/products">"Browse the catalogue"</a> }.into_any();
        return empty_state("Nothing waits for you.", "Requests that you make or must decide will be listed here.", next).into_any();
    }
    view! {
        <ul class="plain-list">
            {line(mine.questions_for_me, "/requests", "question about a request of yours waits for your answer", "questions about requests of yours wait for your answer")}
            {line(mine.waiting_for_me, "/work", "request waits for your decision", "requests wait for your decision")}
            {line(mine.wanted_of_me, "/work#wanted", "question for data waits for your answer", "questions for data wait for your answer")}
            {owed(to_do)}
            {line(mine.my_open_requests, "/requests", "request of yours is being decided", "requests of yours are being decided")}
            {line(mine.my_agreements, "/agreements", "agreement lets you read data", "agreements let you read data")}
        </ul>
    }
    .into_any()
}

/// One of a kind leads to itself, several to their list.
fn owed(to_do: &ToDo) -> impl IntoView + use<> {
    let line = |waiting: Option<Waiting>, list: &str, own: &str, one: &str, many: &str, when: &'static str| {
        waiting.map(|waiting| {
            let href = if waiting.count == 1 && !own.is_empty() { own.replace("{id}", &waiting.first.to_string()) } else { list.to_owned() };
            let words = format!("{} {}", waiting.count, if waiting.count == 1 { one } else { many });
            let by = waiting.by.map(|by| view! { <span class="muted">{format!(" – {when} ")}{deadline(by)}</span> });
            view! { <li><a href=href>{words}</a>{by}</li> }
        })
    };
    let asks = to_do.words.map(|waiting| format!("/agreements/{}", waiting.first)).unwrap_or_default();
    [
        line(
            to_do.terms,
            "/agreements",
            "/agreements/{id}/terms",
            "agreement has new terms to accept",
            "agreements have new terms to accept",
            "at the latest on",
        ),
        line(
            to_do.ending,
            "/agreements",
            "/agreements/{id}",
            "agreement ends soon: ask for it again",
            "agreements end soon: ask for them again",
            "first on",
        ),
        line(to_do.words, &asks, "", "product that you read: say how useful it was", "products that you read: say how useful they were", ""),
        line(
            to_do.asked,
            "/roles",
            "/reviews/asked/{id}",
            "question whether you still need what you hold waits for your answer",
            "questions whether you still need what you hold wait for your answer",
            "at the latest on",
        ),
        line(to_do.reviews, "/reviews", "/reviews/{id}", "review of access is open for you", "reviews of access are open for you", "due on"),
        line(
            to_do.subjects,
            "/subjects/tasks",
            "/subjects/tasks/{id}",
            "person asks about data of your domain",
            "persons ask about data of your domains",
            "due on",
        ),
        line(to_do.linkages, "/linkages", "/linkages/{id}", "linkage waits for your approval", "linkages wait for your approval", ""),
        line(
            to_do.flags,
            "/flows",
            "",
            "product of yours takes personal data without a policy",
            "products of yours take personal data without a policy",
            "",
        ),
        line(
            to_do.mending,
            "/quality-tasks",
            "/quality-tasks/{id}",
            "finding of an audit of quality is yours to mend",
            "findings of audits of quality are yours to mend",
            "first due on",
        ),
        line(
            to_do.disputes,
            "/quality-tasks",
            "/quality-tasks/{id}",
            "owner disagrees with an audit of quality: decide",
            "owners disagree with an audit of quality: decide",
            "",
        ),
        line(to_do.problems, "/problems", "/problems/{id}", "reported problem waits for an answer", "reported problems wait for an answer", ""),
        line(
            to_do.drift,
            "/admin/drift",
            "",
            "thing that a source grants was not agreed and cannot be taken back",
            "things that sources grant were not agreed and cannot be taken back",
            "",
        ),
        line(
            to_do.erasure,
            "/admin/retention",
            "",
            "event of the audit trail is older than its period: have erased who it was",
            "events of the audit trail are older than their period: have erased who it was",
            "",
        ),
    ]
    .into_iter()
    .flatten()
    .collect_view()
}
