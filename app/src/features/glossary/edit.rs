//! `/glossary/new` and `/glossary/{slug}/edit`: a term, written by whoever keeps it.

use crate::ui::{breadcrumbs, csrf_field, error_summary, moment, notice, select_field, text_area, text_field};
use domain::Violation;
use domain::glossary::TermForm;
use leptos::prelude::*;
use store::glossary::{Related, Term, TermLine};

/// In the field for the sector: words of the whole service. No slug begins so.
pub const WHOLE: &str = "-";

/// What was typed, or what holds now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TermEdit {
    pub text: TermForm,
    /// The sector's slug, or [`WHOLE`].
    pub sector: String,
    /// The slug of the broader term; empty when there is none.
    pub parent: String,
}

impl TermEdit {
    /// A term as it is, with its broader ones.
    pub fn of(term: &Term, broader: &[Related]) -> Self {
        Self {
            text: TermForm {
                name: term.name.clone(),
                definition: term.definition.clone(),
                also_called: term.also_called.join(", "),
                column_names: term.column_names.join(", "),
            },
            sector: term.sector.as_ref().map_or_else(|| WHOLE.to_owned(), |sector| sector.slug.clone()),
            parent: broader.last().map(|parent| parent.slug.clone()).unwrap_or_default(),
        }
    }
}

/// Without a `term` a new one is written. `sectors` are those whose terms the reader keeps, `terms` those that may be broader; `reason` is what was
/// typed into the form that takes the term out of use.
pub fn edit_term_page(
    csrf: &str,
    term: Option<&Term>,
    edit: &TermEdit,
    sectors: &[(String, String)],
    terms: &[TermLine],
    reason: &str,
    wrong: &[Violation],
) -> AnyView {
    let at = term.map(|term| format!("/glossary/{}", term.slug));
    let retired = term.and_then(|term| term.retired_at);
    let (heading, button) = match (term, retired) {
        (None, _) => ("Add a term".to_owned(), "Add term"),
        (Some(term), None) => (format!("Change “{}”", term.name), "Save term"),
        (Some(term), Some(_)) => (format!("Bring “{}” back", term.name), "Save and bring back"),
    };
    let action = at.as_ref().map_or_else(|| "/glossary/new".to_owned(), |at| format!("{at}/edit"));
    let own = term.map(|term| term.slug.as_str());
    let parents: Vec<(String, String)> =
        terms.iter().filter(|line| Some(line.slug.as_str()) != own).map(|line| (line.slug.clone(), line.name.clone())).collect();
    let mut steps = vec![("/glossary".to_owned(), "Glossary".to_owned())];
    steps.extend(term.map(|term| (format!("/glossary/{}", term.slug), term.name.clone())));
    view! {
        {error_summary(wrong)}
        {breadcrumbs(steps)}
        <h1>{heading}</h1>
        {retired.map(|since| notice(view! { "Out of use since "{moment(since)}"." }.into_any()))}
        <p class="lead">"Whoever looks for a product finds it by the terms that its columns carry. What you write here no document overwrites."</p>
        <form method="post" action=action class="narrow" novalidate="">
            {csrf_field(csrf)}
            {text_field("name", "Name", "", &edit.text.name, wrong)}
            {text_area("definition", "What it means", "So that the same word counts the same thing everywhere.", &edit.text.definition, wrong)}
            {text_field("also_called", "Also called (optional)", "With commas between the names.", &edit.text.also_called, wrong)}
            {select_field("parent", "Broader term (optional)", "A word for more than this one.", &parents, &edit.parent, wrong)}
            {select_field("sector", "Sector", "Its trusted centre keeps the term.", sectors, &edit.sector, wrong)}
            {text_field("column_names", "Names of columns that carry it (optional)", "With commas between them, for example bus_stop, stop_code.", &edit.text.column_names, wrong)}
            <button type="submit" class="button">{button}</button>
        </form>
        {at.filter(|_| retired.is_none()).map(|at| retire(csrf, &at, reason, wrong))}
    }
    .into_any()
}

fn retire(csrf: &str, at: &str, reason: &str, wrong: &[Violation]) -> AnyView {
    view! {
        <section aria-labelledby="retire">
            <h2 id="retire">"Take it out of use"</h2>
            <p>"Only a term that no column carries, and that has no narrower ones. It is not listed or found any more, and its history stays."</p>
            <form method="post" action=format!("{at}/retire") class="narrow" novalidate="">
                {csrf_field(csrf)}
                {text_field("reason", "Why", "", reason, wrong)}
                <button type="submit" class="button button-secondary">"Take out of use"</button>
            </form>
        </section>
    }
    .into_any()
}
