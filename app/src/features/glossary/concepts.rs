//! Which shared concepts the columns of a product carry: on its schema, at its head while something is to do, and the page on which that is said.

use crate::ui::{breadcrumbs, count, csrf_field, data_table, empty_state, error_summary, hidden, moment, select_field, status_tag};
use domain::Violation;
use domain::glossary::{Carrying, ENOUGH};
use leptos::prelude::*;
use store::catalogue::ProductView;
use store::glossary::{Concept, Look, TermLine};

/// What was counted, in a sentence; otherwise why not.
pub(super) fn counted(look: Option<&Look>, error: Option<&str>) -> AnyView {
    let Some(look) = look else {
        return error.unwrap_or("Its values have not been looked at.").to_owned().into_any();
    };
    let share = format!("{:.1}", look.share);
    let share = share.trim_end_matches(".0");
    let low = (!look.is_enough()).then(|| view! { {status_tag("Too few")}" " });
    view! {
        {low}{format!("{share} % of {} values have this format, looked at on ", count(look.looked))}{moment(look.at)}
        {error.map(|why| view! { <br/><span class="muted">{format!("Not since: {why}")}</span> })}
    }
    .into_any()
}

fn term(concept: &Concept) -> AnyView {
    view! { <a href=format!("/glossary/{}", concept.slug)>{concept.name.clone()}</a><br/><span class="muted">{concept.description.clone()}</span> }
        .into_any()
}

fn column(concept: &Concept) -> AnyView {
    view! { <code>{format!("{}.{}", concept.dataset, concept.column)}</code> }.into_any()
}

/// Below the schema: what columns carry, for everyone; and the way to say more for who may.
pub fn concepts_section(address: &str, concepts: &[Concept], may: bool) -> AnyView {
    let rows: Vec<_> = concepts
        .iter()
        .filter(|concept| concept.state == Carrying::Carries)
        .map(|concept| vec![column(concept), term(concept), counted(concept.look.as_ref(), concept.error.as_deref())])
        .collect();
    let more = may.then(|| view! { <p><a href=format!("/products/{address}/concepts")>"Say which concepts its columns carry"</a></p> });
    if rows.is_empty() {
        return more.into_any();
    }
    view! {
        <section aria-labelledby="concepts">
            <h2 id="concepts">"Shared concepts"</h2>
            <p>"Columns that mean the same in other products. By them products are joined."</p>
            {data_table("Columns that carry a shared concept", &["Column", "Concept", "Values"], rows)}
            {more}
        </section>
    }
    .into_any()
}

/// At the head of a product's pages, for those who look after it: what they have to do.
pub fn concepts_to_do(address: &str, concepts: &[Concept]) -> AnyView {
    let lines: Vec<_> = concepts
        .iter()
        .filter(|concept| concept.is_to_do())
        .map(|concept| {
            let what = match (concept.state, &concept.look) {
                (Carrying::Carries, Some(look)) => {
                    format!("Only {:.1} % of the values of {}.{} are written as “{}”.", look.share, concept.dataset, concept.column, concept.name)
                }
                _ => format!("It is proposed that {}.{} carries “{}”.", concept.dataset, concept.column, concept.name),
            };
            view! { <li>{what}</li> }
        })
        .collect();
    if lines.is_empty() {
        return ().into_any();
    }
    view! {
        <div class="notice" role="note">
            <p><strong>"Something to do about shared concepts."</strong></p>
            <ul>{lines}</ul>
            <p><a href=format!("/products/{address}/concepts")>"Mend the values, or say what the columns carry"</a></p>
        </div>
    }
    .into_any()
}

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConceptForm {
    /// As `dataset.column`.
    pub column: String,
    pub term: String,
}

/// What somebody may say of a product's columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saying {
    /// Looks after the product, and has the last word.
    Decides,
    /// Curates, and proposes.
    Proposes,
}

/// `columns` as `dataset.column`; `terms` are those that may be chosen.
#[expect(clippy::too_many_arguments, reason = "a page shows what it is given")]
pub fn concepts_page(
    csrf: &str,
    product: &ProductView,
    concepts: &[Concept],
    columns: &[String],
    terms: &[TermLine],
    saying: Saying,
    form: &ConceptForm,
    wrong: &[Violation],
) -> AnyView {
    let at = format!("/products/{}/concepts", product.address);
    let rows: Vec<_> = concepts.iter().map(|concept| row(csrf, &at, concept, saying)).collect();
    let table = if rows.is_empty() {
        empty_state("No column carries a shared concept.", "Choose a column and a concept below.", ().into_any()).into_any()
    } else {
        data_table("Columns and concepts", &["Column", "Concept", "Values", "Said by", "Is it so?"], rows).into_any()
    };
    let columns: Vec<(String, String)> = columns.iter().map(|column| (column.clone(), column.clone())).collect();
    let terms: Vec<(String, String)> = terms.iter().map(|term| (term.slug.clone(), term.name.clone())).collect();
    let (heading, button, says) = match saying {
        Saying::Decides => ("Another column", "Save", "carries"),
        Saying::Proposes => ("Propose a concept", "Propose", "proposed"),
    };
    view! {
        {error_summary(wrong)}
        {breadcrumbs(vec![(format!("/products/{}", product.address), product.title.clone()), (format!("/products/{}/schema", product.address), "Schema".to_owned())])}
        <h1>"Shared concepts of its columns"</h1>
        <p class="lead">{format!("Products join on columns that carry one concept. At least {ENOUGH:.0} % of the values must be written as the concept says; how many are is asked of the source, and no value leaves it.")}</p>
        {table}
        <section aria-labelledby="say">
            <h2 id="say">{heading}</h2>
            <form method="post" action=at.clone() class="narrow" novalidate="">
                {csrf_field(csrf)}{hidden("says", says)}
                {select_field("column", "Column", "", &columns, &form.column, wrong)}
                {select_field("term", "Concept", "A column carries one: it takes the place of another.", &terms, &form.term, wrong)}
                <button type="submit" class="button">{button}</button>
            </form>
        </section>
    }
    .into_any()
}

fn row(csrf: &str, at: &str, concept: &Concept, saying: Saying) -> Vec<AnyView> {
    let said_by = match (&concept.said_by, concept.state) {
        (Some(name), state) => format!("{}: {name}", state.label()),
        (None, _) => "The column’s name".to_owned(),
    };
    let place = format!("{}.{}", concept.dataset, concept.column);
    let button = |says: &'static str, label: &'static str| {
        view! {
            <form method="post" action=at.to_owned() class="inline">
                {csrf_field(csrf)}{hidden("says", says)}{hidden("column", &place)}{hidden("term", &concept.slug)}
                <button type="submit" class="button button-secondary">{label}<span class="sr-only">{format!(": {place}, {}", concept.name)}</span></button>
            </form>
        }
    };
    let answer = match (saying, concept.state) {
        (Saying::Proposes, _) => concept.state.label().into_any(),
        (Saying::Decides, Carrying::Carries) => {
            view! { <div class="row-actions">{button("carries", "Yes, look again")}{button("refused", "No")}</div> }.into_any()
        }
        (Saying::Decides, Carrying::Proposed) => {
            view! { <div class="row-actions">{button("carries", "Yes")}{button("refused", "No")}</div> }.into_any()
        }
        (Saying::Decides, Carrying::Refused) => view! { <div class="row-actions">{button("carries", "Yes, it does")}</div> }.into_any(),
    };
    let values = match concept.state {
        Carrying::Carries => counted(concept.look.as_ref(), concept.error.as_deref()),
        Carrying::Proposed | Carrying::Refused => "–".into_any(),
    };
    vec![column(concept), term(concept), values, said_by.into_any(), answer]
}
