//! Saving a search, and one saved search: what it finds anew, its name, its end.

use super::lists::KeptSearch;
use crate::ui::{breadcrumbs, count, csrf_field, empty_state, error_summary, hidden, moment, text_field};
use domain::Violation;
use domain::id::SavedSearchId;
use leptos::prelude::*;
use store::mine::NewMatch;

pub(super) fn products_url(query: &str) -> String {
    format!("/products?{query}")
}

pub(super) fn search_url(id: SavedSearchId) -> String {
    format!("/mine/searches/{id}")
}

pub(super) fn new_matches(n: i64) -> String {
    if n == 1 { "1 new match".to_owned() } else { format!("{} new matches", count(n)) }
}

/// The form that saves the search in front of the reader. `query` is the page's query string as the browser sent it; `name`
/// is suggested or was typed. It stands by itself: not inside another form.
#[component]
pub fn SaveSearch(csrf: String, query: String, #[prop(optional)] name: String, #[prop(optional)] wrong: Vec<Violation>) -> impl IntoView {
    view! {
        <form method="post" action="/mine/searches" class="inline-form" novalidate="">
            {csrf_field(&csrf)}{hidden("query", &query)}
            {text_field("name", "Name of this search", "Mine will say what it finds anew.", &name, &wrong)}
            <button type="submit" class="button button-secondary">"Save this search"</button>
        </form>
    }
}

/// The same form on a page of its own, when something was wrong with it.
pub fn save_page(csrf: &str, query: &str, name: &str, wrong: &[Violation]) -> AnyView {
    // The query has no field to go to: its fault is about the page that it came from.
    let summary = wrong.iter().any(|fault| fault.field == "name").then(|| error_summary(wrong));
    let unusable = wrong.iter().find(|fault| fault.field != "name").map(|fault| {
        let next = view! { <a class="button" href="/products">"Search the catalogue"</a> }.into_any();
        empty_state("This search cannot be saved.", &fault.message, next)
    });
    let form =
        unusable.is_none().then(|| view! { <SaveSearch csrf=csrf.to_owned() query=query.to_owned() name=name.to_owned() wrong=wrong.to_vec()/> });
    let summary = if unusable.is_none() { summary } else { None };
    view! { <div class="narrow">{summary}<h1>"Save a search"</h1>{form}{unusable}</div> }.into_any()
}

/// One saved search. `name` is what was typed, when `wrong` says what is wrong with it.
pub fn search_page(csrf: &str, kept: &KeptSearch, found: &[NewMatch], name: &str, wrong: &[Violation]) -> AnyView {
    let search = &kept.search;
    let url = search_url(search.id);
    view! {
        <div class="narrow">
            {error_summary(wrong)}
            {breadcrumbs(vec![("/mine".into(), "Mine".into())])}
            <h1>{search.name.clone()}</h1>
            <p class="muted">{kept.asked.clone()}</p>
            <p><a class="button" href=products_url(&search.query)>"Search again"</a></p>
            <h2>"New matches"</h2>
            {matches(csrf, kept, found, &url)}
            <h2>"Name"</h2>
            <form method="post" action=format!("{url}/rename") novalidate="">
                {csrf_field(csrf)}
                {text_field("name", "Name of this search", "", name, wrong)}
                <button type="submit" class="button button-secondary">"Rename"</button>
            </form>
            <h2>"Remove"</h2>
            <p>"You can bring it back right after."</p>
            <form method="post" action=format!("{url}/remove")>
                {csrf_field(csrf)}
                <button type="submit" class="button button-danger">"Remove this search"</button>
            </form>
        </div>
    }
    .into_any()
}

fn matches(csrf: &str, kept: &KeptSearch, found: &[NewMatch], url: &str) -> AnyView {
    let search = &kept.search;
    if search.broad {
        return view! { <p>"This search finds too many products to say which are new. A search with more words or filters can."</p> }.into_any();
    }
    if found.is_empty() {
        let text = if search.counted {
            "Products that this search finds for the first time will be listed here."
        } else {
            "The first count is not done yet."
        };
        return empty_state("Nothing new.", text, ().into_any()).into_any();
    }
    let shown = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let more = (shown < search.new_matches).then(|| view! { <p class="muted">{format!("and {} more", count(search.new_matches - shown))}</p> });
    let line = |one: &NewMatch| {
        let summary = one.summary.clone().map(|summary| view! { <p class="muted">{summary}</p> });
        view! { <li><a href=format!("/products/{}", one.address)>{one.title.clone()}</a>{summary}</li> }
    };
    view! {
        <p>{new_matches(search.new_matches)}" since "{moment(search.seen_at)}</p>
        <ul class="plain-list">{found.iter().map(line).collect_view()}</ul>
        {more}
        <form method="post" action=format!("{url}/seen")>
            {csrf_field(csrf)}
            <button type="submit" class="button button-secondary">"I have seen these"</button>
        </form>
    }
    .into_any()
}
