//! The way between pages of administration.

use crate::ui::tabs;
use leptos::prelude::*;

/// A page for GDO administrators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdministrationPage {
    People,
    Purposes,
    Holidays,
    Classification,
    Synonyms,
    Webhooks,
}

pub fn administration_tabs(here: AdministrationPage) -> impl IntoView {
    let tab = |page, label, href: &str| (label, href.to_owned(), page == here);
    tabs(
        "Administration",
        vec![
            tab(AdministrationPage::People, "People and roles", "/admin/people"),
            tab(AdministrationPage::Purposes, "Purposes", "/admin/purposes"),
            tab(AdministrationPage::Holidays, "Public holidays", "/admin/holidays"),
            tab(AdministrationPage::Classification, "Classification", "/classification"),
            tab(AdministrationPage::Synonyms, "Search synonyms", "/admin/synonyms"),
            tab(AdministrationPage::Webhooks, "Webhooks", "/admin/webhooks"),
        ],
    )
}
