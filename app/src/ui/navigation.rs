//! Ways on: breadcrumbs, tabs that are real links, pages of a list.

use leptos::prelude::*;

/// The way from the top, as (URL, label).
pub fn breadcrumbs(steps: Vec<(String, String)>) -> impl IntoView {
    let items = steps.into_iter().map(|(href, label)| view! { <li><a href=href>{label}</a></li> }).collect_view();
    view! { <nav class="breadcrumbs" aria-label="Breadcrumbs"><ol>{items}</ol></nav> }
}

/// Tabs as (label, URL, current).
pub fn tabs(name: &'static str, items: Vec<(&'static str, String, bool)>) -> impl IntoView {
    let links =
        items.into_iter().map(|(label, href, here)| view! { <li><a href=href aria-current=here.then_some("page")>{label}</a></li> }).collect_view();
    view! { <nav class="tabs" aria-label=name><ul>{links}</ul></nav> }
}

/// Previous and next of `pages`; nothing when there is but one.
pub fn pagination(page: i64, pages: i64, url_for: impl Fn(i64) -> String) -> AnyView {
    if pages <= 1 {
        return ().into_any();
    }
    let previous = (page > 1).then(|| view! { <a rel="prev" href=url_for(page - 1)>"Previous page"</a> });
    let next = (page < pages).then(|| view! { <a rel="next" href=url_for(page + 1)>"Next page"</a> });
    view! { <nav class="pagination" aria-label="Pages">{previous}<span>{format!("Page {page} of {pages}")}</span>{next}</nav> }.into_any()
}
