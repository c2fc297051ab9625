//! `/notices`: what waits, then what was told. Unread ones come first; each day's are put together by what they are about.

use crate::features::catalogue::home::tasks;
use crate::ui::{count, csrf_field, deadline, empty_state, hidden, moment, notice};
use chrono::{DateTime, Utc};
use domain::calendar;
use leptos::prelude::*;
use store::access::Standing;
use store::mail::Refused;
use store::notice::{NoticeView, ToDo};

#[derive(Debug, Clone, Default)]
pub struct Notices {
    pub standing: Standing,
    pub to_do: ToDo,
    /// Unread ones first, newest first among each.
    pub notices: Vec<NoticeView>,
    pub unread: i64,
    /// E-mails that could not be delivered.
    pub refused: Vec<Refused>,
    pub shown: DateTime<Utc>,
}

pub fn notices_page(csrf: &str, page: &Notices) -> AnyView {
    let (unread, read): (Vec<_>, Vec<_>) = page.notices.iter().partition(|one| one.read_at.is_none());
    let told = if page.notices.is_empty() {
        let next = view! { <a href="/products">"Find data"</a> }.into_any();
        empty_state("No notices yet.", "Decisions on your requests, agreements that end, and what others ask of you will be told here.", next)
            .into_any()
    } else if unread.is_empty() {
        view! { <p>"You have read everything."</p> }.into_any()
    } else {
        view! {
            <form method="post" action="/notices/read">
                {csrf_field(csrf)}{hidden("shown", &page.shown.to_rfc3339())}
                <button type="submit" class="button button-secondary">"Mark all as read"</button>
            </form>
            {days(csrf, &unread)}
        }
        .into_any()
    };
    let older = (!read.is_empty()).then(|| view! { <section aria-labelledby="read"><h2 id="read">"Read"</h2>{days(csrf, &read)}</section> });
    let refused = page.refused.iter().map(|one| notice(refusal(one))).collect_view();
    view! {
        <h1>"Notices"</h1>
        {refused}
        <section aria-labelledby="to-do"><h2 id="to-do">"To do"</h2>{tasks(&page.standing, &page.to_do)}</section>
        <section aria-labelledby="unread">
            <h2 id="unread">{if page.unread > 0 { format!("Unread ({})", count(page.unread)) } else { "Unread".to_owned() }}</h2>
            {told}
        </section>
        {older}
        <p><a href="/notices/preferences">"Choose how you are told"</a></p>
    }
    .into_any()
}

fn refusal(one: &Refused) -> AnyView {
    view! { "An e-mail to you could not be delivered on "{moment(one.at)}": "{one.answer.clone()}". Its notices are below. Ask whoever runs your mailbox." }
        .into_any()
}

/// Runs of neighbours with the same key.
fn runs<'a, K: PartialEq>(notices: &[&'a NoticeView], key: impl Fn(&NoticeView) -> K) -> Vec<Vec<&'a NoticeView>> {
    let mut found: Vec<Vec<&NoticeView>> = vec![];
    for one in notices {
        match found.last_mut().filter(|run| run.first().is_some_and(|first| key(first) == key(one))) {
            Some(run) => run.push(one),
            None => found.push(vec![one]),
        }
    }
    found
}

fn days(csrf: &str, notices: &[&NoticeView]) -> AnyView {
    let parts = runs(notices, |one| calendar::day(one.at))
        .into_iter()
        .map(|mut day| {
            let title = day.first().map(|one| deadline(calendar::day(one.at)));
            // What is about one thing stands together, where its newest stands.
            let firsts: Vec<_> = day.iter().map(|one| one.object.clone()).collect();
            day.sort_by_key(|one| firsts.iter().position(|object| *object == one.object));
            let objects = runs(&day, |one| one.object.id).into_iter().map(|run| object(csrf, &run)).collect_view();
            view! { <h3>{title}</h3><ul class="plain-list">{objects}</ul> }
        })
        .collect_view();
    parts.into_any()
}

fn object(csrf: &str, notices: &[&NoticeView]) -> impl IntoView + use<> {
    let lines = notices.iter().map(|one| line(csrf, one)).collect_view();
    view! { <li>{lines}</li> }
}

fn line(csrf: &str, one: &NoticeView) -> impl IntoView + use<> {
    let said = one.said();
    let about = said.text.clone();
    let mark = one.read_at.is_none().then(|| {
        view! {
            <form method="post" action=format!("/notices/{}/read", one.id)>
                {csrf_field(csrf)}
                <button type="submit" class="link-button">"Mark as read"<span class="sr-only">{format!(": {about}")}</span></button>
            </form>
        }
    });
    view! {
        <p>{said.text}" "<span class="muted">{moment(one.at)}</span></p>
        <div class="actions"><a href=said.path>{said.step}<span class="sr-only">{format!(": {}", one.product.as_ref().map_or("", |(title, _)| title.as_str()))}</span></a>{mark}</div>
    }
}
