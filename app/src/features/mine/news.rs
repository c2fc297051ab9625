//! In short, for the home page: which followed products have changed and which saved searches find something new.

use super::lists::changes;
use super::search::{new_matches, search_url};
use leptos::prelude::*;
use store::mine::{Followed, SavedSearch};

/// Lines of each kind that the home page shows.
const SHOWN: usize = 3;

#[derive(Debug, Clone, Default)]
pub struct News {
    pub followed: Vec<Followed>,
    pub searches: Vec<SavedSearch>,
}

/// Nothing for who follows and saves nothing: the page has enough to say to them.
pub fn news(news: &News) -> AnyView {
    if news.followed.is_empty() && news.searches.is_empty() {
        return ().into_any();
    }
    let changed: Vec<_> = news.followed.iter().filter(|one| one.changed_at.is_some()).collect();
    let found: Vec<_> = news.searches.iter().filter(|search| search.new_matches > 0).collect();
    let mut lines: Vec<AnyView> = vec![];
    for search in found.iter().take(SHOWN) {
        let line = view! { <li><a href=search_url(search.id)>{search.name.clone()}</a><p class="muted">{new_matches(search.new_matches)}</p></li> };
        lines.push(line.into_any());
    }
    for one in changed.iter().take(SHOWN) {
        let line = view! { <li><a href=format!("/products/{}", one.address)>{one.title.clone()}</a><p class="muted">{changes(one)}</p></li> };
        lines.push(line.into_any());
    }
    let rest = changed.len().saturating_sub(SHOWN) + found.len().saturating_sub(SHOWN);
    let more = if rest > 0 { format!("{rest} more, and all that you keep") } else { "All that you keep".to_owned() };
    let content = if lines.is_empty() {
        view! { <p>{nothing(news.followed.len(), news.searches.len())}</p> }.into_any()
    } else {
        view! { <ul class="plain-list">{lines}</ul> }.into_any()
    };
    view! {
        <section aria-labelledby="news">
            <h2 id="news">"New in what you follow"</h2>
            {content}
            <p><a href="/mine">{more}</a></p>
        </section>
    }
    .into_any()
}

fn nothing(followed: usize, searches: usize) -> String {
    let number = |n: usize, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
    let followed = number(followed, "followed product", "followed products");
    format!("Nothing new in {followed} and {}.", number(searches, "saved search", "saved searches"))
}
