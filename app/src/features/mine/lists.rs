//! `/mine`: everything of one person on one page, each part with what it would hold while it is empty.

use super::search::{new_matches, products_url, search_url};
use crate::ui::{csrf_field, empty_state, hidden, moment, notice, query_string, status_tag};
use domain::catalogue::ProductStatus;
use domain::id::SavedSearchId;
use leptos::prelude::*;
use store::mine::{Followed, SavedSearch, Viewed};

/// A saved search and what it looks for, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSearch {
    pub search: SavedSearch,
    pub asked: String,
}

/// What has just been done, with the way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flash {
    Saved { name: String },
    Renamed { id: SavedSearchId, name: String, former: Option<String> },
    Removed { id: SavedSearchId, name: String },
    Unfollowed { address: String, title: String },
}

#[derive(Debug, Clone, Default)]
pub struct Mine {
    pub flash: Option<Flash>,
    pub searches: Vec<KeptSearch>,
    pub followed: Vec<Followed>,
    pub viewed: Vec<Viewed>,
    pub queries: Vec<String>,
}

pub fn mine_page(csrf: &str, mine: &Mine) -> AnyView {
    view! {
        <h1>"Mine"</h1>
        <p class="lead">"What you keep here is yours alone. Nobody else sees it, and it counts for nothing that others are shown."</p>
        {mine.flash.as_ref().map(|flash| flash_notice(csrf, flash))}
        <div class="columns">
        <section aria-labelledby="searches"><h2 id="searches">"Saved searches"</h2>{searches(csrf, &mine.searches)}</section>
        <section aria-labelledby="followed"><h2 id="followed">"Products you follow"</h2>{followed(csrf, &mine.followed)}</section>
        <section aria-labelledby="viewed"><h2 id="viewed">"Recently viewed"</h2>{viewed(csrf, &mine.viewed)}</section>
        <section aria-labelledby="queries"><h2 id="queries">"Past searches"</h2>{queries(csrf, &mine.queries)}</section>
        <section aria-labelledby="tokens"><h2 id="tokens">"Programs of yours"</h2><p><a href="/mine/tokens">"Access tokens"</a></p></section>
        <section aria-labelledby="sessions"><h2 id="sessions">"Your sessions"</h2><p><a href="/mine/sessions">"Where you are signed in"</a></p></section>
        </div>
    }
    .into_any()
}

fn flash_notice(csrf: &str, flash: &Flash) -> impl IntoView + use<> {
    let undo = |action: String, name: &'static str, value: &str| {
        let csrf = csrf_field(csrf);
        let field = hidden(name, value);
        view! { " "<form method="post" action=action class="inline">{csrf}{field}{hidden("back", "mine")}<button type="submit" class="link-button">"Undo"</button></form> }
    };
    let (text, way_back) = match flash {
        Flash::Saved { name } => (format!("“{name}” is saved. New matches are counted from now on."), None),
        Flash::Renamed { id, name, former } => (
            format!("The search is called “{name}” now."),
            former.as_ref().map(|former| undo(format!("{}/rename", search_url(*id)), "name", former).into_any()),
        ),
        Flash::Removed { id, name } => {
            (format!("“{name}” is removed."), Some(undo(format!("{}/restore", search_url(*id)), "id", &id.to_string()).into_any()))
        }
        Flash::Unfollowed { address, title } => {
            (format!("You no longer follow {title}."), Some(undo("/mine/followed".into(), "product", address).into_any()))
        }
    };
    notice(view! { {text}{way_back} }.into_any())
}

fn searches(csrf: &str, kept: &[KeptSearch]) -> AnyView {
    if kept.is_empty() {
        let next = view! { <a href="/products">"Search the catalogue"</a> }.into_any();
        return empty_state("No saved searches yet.", "Search for something, then save the search: it will say here what it finds anew.", next)
            .into_any();
    }
    let line = |one: &KeptSearch| {
        let search = &one.search;
        let (name, about) = (search.name.clone(), search.name.clone());
        let news = match search.new_matches {
            0 if search.broad => view! { <p class="muted">"Finds too many products to say which are new. A narrower search can."</p> }.into_any(),
            0 if !search.counted => view! { <p class="muted">"Not counted yet."</p> }.into_any(),
            0 => view! { <p class="muted">"Nothing new since "{moment(search.seen_at)}</p> }.into_any(),
            n => view! { <p><a href=search_url(search.id)>{new_matches(n)}</a><span class="muted">" since "{moment(search.seen_at)}</span></p> }
                .into_any(),
        };
        view! {
            <li>
                <a href=products_url(&search.query)>{name}</a>
                <p class="muted">{one.asked.clone()}</p>
                {news}
                <div class="actions">
                    <a href=search_url(search.id) class="link-button">"Rename"<span class="sr-only">{format!(" {about}")}</span></a>
                    <form method="post" action=format!("{}/remove", search_url(search.id))>
                        {csrf_field(csrf)}
                        <button type="submit" class="link-button">"Remove"<span class="sr-only">{format!(" {about}")}</span></button>
                    </form>
                </div>
            </li>
        }
    };
    view! { <ul class="plain-list">{kept.iter().map(line).collect_view()}</ul> }.into_any()
}

fn followed(csrf: &str, followed: &[Followed]) -> AnyView {
    if followed.is_empty() {
        let next = view! { <a href="/products">"Find a product"</a> }.into_any();
        return empty_state(
            "You follow no product yet.",
            "Press Follow on a product's page: it will say here what has changed since you last saw it.",
            next,
        )
        .into_any();
    }
    let line = |one: &Followed| {
        let title = one.title.clone();
        view! {
            <li>
                <a href=format!("/products/{}", one.address)>{one.title.clone()}</a>
                {(one.status != ProductStatus::Published).then(|| view! { " "{status_tag(one.status.label())} })}
                <p class="muted">{changes(one)}</p>
                <form method="post" action="/mine/unfollowed">
                    {csrf_field(csrf)}{hidden("product", &one.address)}{hidden("back", "mine")}
                    <button type="submit" class="link-button">"Stop following"<span class="sr-only">{format!(" {title}")}</span></button>
                </form>
            </li>
        }
    };
    view! { <ul class="plain-list">{followed.iter().map(line).collect_view()}</ul> }.into_any()
}

/// What has become of a product since its follower saw it.
pub(super) fn changes(one: &Followed) -> AnyView {
    match (one.changed_at, &one.former_version) {
        (Some(at), Some(former)) => view! { "Changed on "{moment(at)}{format!(": version {former} became {}", one.version)} }.into_any(),
        (Some(at), None) => view! { "Changed on "{moment(at)}{format!(", still version {}", one.version)} }.into_any(),
        (None, _) => format!("No change since you saw it, version {}", one.version).into_any(),
    }
}

fn viewed(csrf: &str, viewed: &[Viewed]) -> AnyView {
    if viewed.is_empty() {
        return empty_state("Nothing viewed yet.", "The last fifty products that you look at will be listed here.", ().into_any()).into_any();
    }
    let line = |one: &Viewed| {
        view! { <li><a href=format!("/products/{}", one.address)>{one.title.clone()}</a><span class="muted">" "{moment(one.viewed_at)}</span></li> }
    };
    view! { <ul class="plain-list">{viewed.iter().map(line).collect_view()}</ul>{clear(csrf, "/mine/viewed/clear", "Forget what I viewed")} }
        .into_any()
}

fn queries(csrf: &str, queries: &[String]) -> AnyView {
    if queries.is_empty() {
        return empty_state("No past searches.", "Words that you search for will be listed here, to search for again.", ().into_any()).into_any();
    }
    let line = |words: &String| view! { <li><a href=format!("/products?{}", query_string(&[("q", words)]))>{words.clone()}</a></li> };
    view! { <ul class="plain-list">{queries.iter().map(line).collect_view()}</ul>{clear(csrf, "/mine/queries/clear", "Forget these words")} }
        .into_any()
}

fn clear(csrf: &str, action: &'static str, label: &'static str) -> impl IntoView + use<> {
    view! { <form method="post" action=action>{csrf_field(csrf)}<button type="submit" class="link-button">{label}</button></form> }
}
