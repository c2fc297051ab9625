//! The frame around every page: skip link, demonstration banner, header with search and places, footer with attribution.

use crate::ui::escaped;
use frontend::{BasketCount, SearchBox};
use hydration_context::SsrSharedContext;
use leptos::config::LeptosOptions;
use leptos::hydration::HydrationScripts;
use leptos::nonce::Nonce;
use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use std::sync::Arc;

/// Which place of the header is current.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    None,
    Home,
    /// The list of products.
    Search,
    Products,
    Organisations,
    Requests,
    Agreements,
    Mine,
    Work,
    Audit,
    Standards,
    Administration,
    Basket,
    Notices,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub initials: String,
}

/// What the frame says.
#[derive(Debug, Clone)]
pub struct Frame {
    pub title: String,
    /// Of this response's content security policy.
    pub csp_nonce: String,
    pub csrf: String,
    pub actor: Option<Person>,
    pub can_decide: bool,
    pub can_audit: bool,
    pub can_administer: bool,
    pub work_count: i64,
    pub basket_count: i64,
    /// Notices that are unread.
    pub notice_count: i64,
    pub demonstration: bool,
    pub current: Section,
}

/// What every page's head names, read once at start: the hashed stylesheet and the scripts that wake the islands.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    stylesheet: String,
    scripts: String,
}

/// Stands for the nonce in the scripts until a page is written.
const NONCE: &str = "__nonce__";

impl Assets {
    /// `stylesheet` is the file's address; `options` tell where the bundle and its hashes are.
    pub fn read(stylesheet: String, options: LeptosOptions) -> Self {
        let owner = new_owner();
        let scripts = owner.with(|| {
            provide_context(Nonce::from_value(NONCE));
            view! { <HydrationScripts options=options islands=true/> }.to_html()
        });
        owner.cleanup();
        Self { stylesheet, scripts }
    }
}

fn new_owner() -> Owner {
    Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())))
}

/// Writes a whole page. `body` runs inside the rendering, so that islands in it are marked for the browser.
pub fn render(frame: Frame, assets: &Assets, body: impl FnOnce() -> AnyView) -> String {
    let owner = new_owner();
    let content = owner.with(|| page_body(&frame, body()).to_html());
    owner.cleanup();
    let title = escaped(&frame.title);
    let stylesheet = &assets.stylesheet;
    let scripts = assets.scripts.replace(NONCE, &frame.csp_nonce);
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">\
         <meta name=\"description\" content=\"Find data of the public service, read its terms, and ask for it.\">\
         <title>{title} – Pasar</title><link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\
         <link rel=\"stylesheet\" href=\"{stylesheet}\">{scripts}</head>{content}</html>"
    )
}

fn page_body(frame: &Frame, body: AnyView) -> impl IntoView + use<> {
    view! {
        <body>
            <a class="skip-link" href="#main">"Skip to main content"</a>
            {frame.demonstration.then(|| view! {
                <aside class="banner" aria-label="Demonstration">"Demonstration. People and restricted rows are invented. Not an official government service."</aside>
            })}
            {header(frame)}
            <main id="main" tabindex="-1">{body}</main>
            {footer(frame.actor.is_some())}
        </body>
    }
}

fn header(frame: &Frame) -> impl IntoView + use<> {
    let Some(person) = frame.actor.clone() else {
        return view! { <header class="site-header"><div class="header-row">{mark()}</div></header> }.into_any();
    };
    view! {
        <header class="site-header">
            <div class="header-row">
                {mark()}
                {header_search(frame.current)}
                <details class="nav-toggle"><summary>"Menu"</summary>{places(frame)}{account(frame, &person)}</details>
                <div class="nav-wide">{places(frame)}{account(frame, &person)}</div>
            </div>
        </header>
    }
    .into_any()
}

/// Where the page itself begins with a search there is no second one.
fn header_search(current: Section) -> AnyView {
    if matches!(current, Section::Home | Section::Search) {
        return view! { <div class="header-search"></div> }.into_any();
    }
    view! {
        <form role="search" method="get" action="/products" class="header-search" aria-label="Site">
            <label class="sr-only" for="site-search">"Search products"</label>
            <SearchBox id="site-search".to_owned() value=String::new() placeholder="Search products".to_owned()/>
        </form>
    }
    .into_any()
}

fn mark() -> impl IntoView {
    view! {
        <a href="/" class="mark">
            <svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true" focusable="false">
                <rect x="1" y="10" width="24" height="15" rx="2" class="mark-stall"></rect>
                <path d="M1 10 L4 2 H22 L25 10 Z" class="mark-awning"></path>
                <path d="M8 2 L7 10 M13 2 V10 M18 2 L19 10" class="mark-stripe"></path>
            </svg>
            "Pasar"
        </a>
    }
}

fn places(frame: &Frame) -> impl IntoView + use<> {
    let current = frame.current;
    let place = move |section: Section, href: &'static str, label: &'static str, badge: i64, what: &'static str| {
        let is_here = current == section || (current == Section::Search && section == Section::Products);
        let here = is_here.then_some("page");
        view! {
            <li>
                <a href=href aria-current=here>
                    {label}
                    {(badge > 0).then(|| view! { " "<span class="badge">{badge.to_string()}<span class="sr-only">{what}</span></span> })}
                </a>
            </li>
        }
    };
    view! {
        <nav aria-label="Places">
            <ul>
                {place(Section::Products, "/products", "Products", 0, " waiting")}
                {place(Section::Organisations, "/organisations", "Organisations", 0, " waiting")}
                {place(Section::Requests, "/requests", "Requests", 0, " waiting")}
                {place(Section::Agreements, "/agreements", "Agreements", 0, " waiting")}
                {place(Section::Mine, "/mine", "Mine", 0, " waiting")}
                {frame.can_decide.then(|| place(Section::Work, "/work", "Work", frame.work_count, " waiting"))}
                {frame.can_audit.then(|| place(Section::Audit, "/audit", "Audit", 0, " waiting"))}
                {frame.can_administer.then(|| place(Section::Standards, "/standards", "Standards", 0, " waiting"))}
                {(frame.can_audit || frame.can_administer).then(|| place(Section::Administration, "/admin", "Administration", 0, " waiting"))}
                {place(Section::Notices, "/notices", "Notices", frame.notice_count, " unread")}
                <li><a href="/basket" aria-current=(current == Section::Basket).then_some("page")>"Basket "<BasketCount initial=frame.basket_count/></a></li>
            </ul>
        </nav>
    }
}

fn account(frame: &Frame, person: &Person) -> impl IntoView + use<> {
    view! {
        <div class="account">
            <span class="initials" aria-hidden="true">{person.initials.clone()}</span>
            <span class="account-name">{person.name.clone()}</span>
            <form method="post" action="/sign-out">
                <input type="hidden" name="csrf" value=frame.csrf.clone()/>
                <button type="submit" class="link-button">"Sign out"</button>
            </form>
        </div>
    }
}

fn footer(signed_in: bool) -> impl IntoView {
    view! {
        <footer class="site-footer">
            <div>
                <p>"Pasar is free software and not an official government service."</p>
                {signed_in.then(|| view! {
                    <nav aria-label="More"><a href="/standards">"Standards"</a>" "<a href="/glossary">"Glossary"</a>" "<a href="/sharing">"How long sharing takes"</a>" "<a href="/fitness">"Fitness"</a>" "<a href="/teams">"Teams"</a>" "<a href="/service-levels">"Promises not kept"</a>" "<a href="/problems">"Reported problems"</a>" "<a href="/linkages">"Linkages"</a>" "<a href="/audit/checkpoints">"Audit checkpoints"</a></nav>
                    <p>"Contains information from data.gov.sg, the Housing & Development Board, the Land Transport Authority, the Urban Redevelopment Authority and the Meteorological Service Singapore, made available under the Singapore Open Data Licence v1.0."</p>
                })}
            </div>
        </footer>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(title: &str) -> Frame {
        Frame {
            title: title.to_owned(),
            csp_nonce: "n0nce".into(),
            csrf: "token".into(),
            actor: Some(Person { name: "Jason Lim".into(), initials: "JL".into() }),
            can_decide: false,
            can_audit: false,
            can_administer: false,
            work_count: 0,
            basket_count: 2,
            notice_count: 3,
            demonstration: true,
            current: Section::Home,
        }
    }

    #[test]
    fn a_page_has_its_island_and_escapes_what_it_is_told() {
        let assets = Assets { stylesheet: "/pkg/pasar.css".into(), scripts: format!("<script nonce=\"{NONCE}\"></script>") };
        let html = render(frame("<b>Bus</b>"), &assets, || view! { <h1>"1 < 2"</h1> }.into_any());
        assert!(html.contains("<leptos-island"), "{html}");
        assert!(html.contains("&lt;b&gt;Bus&lt;/b&gt; – Pasar"));
        assert!(html.contains("1 &lt; 2"));
        assert!(html.contains("3<span class=\"sr-only\"> unread</span>"), "{html}");
        assert!(html.contains("nonce=\"n0nce\""));
        assert!(!html.contains("style="), "the content security policy forbids style attributes");
    }
}
