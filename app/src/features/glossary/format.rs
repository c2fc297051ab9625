//! `/glossary/{slug}/format`: how the values of a term are written, changed by who keeps the term.

use crate::ui::{breadcrumbs, csrf_field, error_summary, text_area, text_field};
use domain::Violation;
use domain::glossary::FormatForm;
use leptos::prelude::*;
use store::glossary::{Polyseme, Term};

/// `reason` is what was typed into the form that ends the format.
pub fn format_page(csrf: &str, term: &Term, now: Option<&Polyseme>, form: &FormatForm, reason: &str, wrong: &[Violation]) -> AnyView {
    let at = format!("/glossary/{}", term.slug);
    let end = now.map(|_| {
        view! {
            <section aria-labelledby="end">
                <h2 id="end">"No shared format any more"</h2>
                <p>"No column carries the term then, and what people said of columns is forgotten. The audit trail keeps it."</p>
                <form method="post" action=format!("{at}/format/end") class="narrow" novalidate="">
                    {csrf_field(csrf)}
                    {text_field("reason", "Why", "", reason, wrong)}
                    <button type="submit" class="button button-secondary">"End the format"</button>
                </form>
            </section>
        }
    });
    view! {
        {error_summary(wrong)}
        {breadcrumbs(vec![("/glossary".into(), "Glossary".into()), (at.clone(), term.name.clone())])}
        <h1>{format!("How values of “{}” are written", term.name)}</h1>
        <p class="lead">"Columns of all products that carry this term are held against it. Only how many values keep to it is counted, and no value is kept."</p>
        <form method="post" action=format!("{at}/format") class="narrow" novalidate="">
            {csrf_field(csrf)}
            {text_field("pattern", "Pattern", "[0-9] is a digit, [A-Z] a letter, (AB|CD) one of two words; {6} or {2,4} says how often, ? that it may be missing. For example [0-9]{6}.", &form.pattern, wrong)}
            {text_area("codes", "Or every code that there is", "With commas between them. Leave it empty when there is a pattern.", &form.codes, wrong)}
            {text_field("description", "In plain words", "For example: six digits; leading zeros count.", &form.description, wrong)}
            {text_field("example", "Example", "A value that belongs to nobody.", &form.example, wrong)}
            <button type="submit" class="button">"Save format"</button>
        </form>
        {end}
    }
    .into_any()
}
