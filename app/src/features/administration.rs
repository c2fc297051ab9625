//! The way between pages of administration.

use crate::ui::tabs;
use leptos::prelude::*;

/// A page for GDO administrators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdministrationPage {
    People,
    Organisations,
    Retention,
    Purposes,
    Holidays,
    Classification,
    Synonyms,
    Webhooks,
    Flows,
}

pub fn administration_tabs(here: AdministrationPage) -> impl IntoView {
    let tab = |page, label, href: &str| (label, href.to_owned(), page == here);
    tabs(
        "Administration",
        vec![
            tab(AdministrationPage::People, "People and roles", "/admin/people"),
            tab(AdministrationPage::Organisations, "Organisations", "/admin/organisations"),
            tab(AdministrationPage::Purposes, "Purposes", "/admin/purposes"),
            tab(AdministrationPage::Holidays, "Public holidays", "/admin/holidays"),
            tab(AdministrationPage::Retention, "Retention", "/admin/retention"),
            tab(AdministrationPage::Classification, "Classification", "/classification"),
            tab(AdministrationPage::Synonyms, "Search synonyms", "/admin/synonyms"),
            tab(AdministrationPage::Webhooks, "Webhooks", "/admin/webhooks"),
            tab(AdministrationPage::Flows, "Personal data downstream", "/admin/flows"),
        ],
    )
}

/// Somewhere to go from the page of all administration: address, name, and what is done there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdministrationPlace {
    pub address: &'static str,
    pub name: &'static str,
    pub what: &'static str,
}

/// Everything of administration that its reader may open, by group.
pub fn administration_page(groups: Vec<(&'static str, Vec<AdministrationPlace>)>) -> AnyView {
    let line = |place: AdministrationPlace| view! { <li><a href=place.address>{place.name}</a><p class="muted">{place.what}</p></li> };
    let group = |(title, places): (&'static str, Vec<AdministrationPlace>)| {
        let id = title.to_lowercase().replace(' ', "-");
        view! {
            <section aria-labelledby=id.clone()>
                <h2 id=id.clone()>{title}</h2>
                <ul class="plain-list">{places.into_iter().map(line).collect_view()}</ul>
            </section>
        }
    };
    view! {
        <h1>"Administration"</h1>
        <p class="lead">"What you may look after, by what it concerns."</p>
        <div class="columns">{groups.into_iter().map(group).collect_view()}</div>
    }
    .into_any()
}
