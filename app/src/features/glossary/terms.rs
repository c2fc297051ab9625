//! `/glossary` and one term's page.

use super::concepts::counted;
use super::tree::{Around, history, links, tree};
use crate::ui::{breadcrumbs, count, data_table, empty_state, moment, notice, status_tag, summary_list, tabs};
use domain::glossary::Rule;
use leptos::prelude::*;
use store::glossary::{Carrier, Polyseme, Term, TermLine, TermUse};

/// Terms that fit the words, under the letter with which each begins, or all of them under their broader ones; `adds` when the reader may add one.
pub fn terms_page(words: &str, terms: &[TermLine], as_tree: bool, adds: bool) -> AnyView {
    let groups: Vec<(String, Vec<&TermLine>)> = terms.iter().fold(vec![], |mut groups: Vec<(String, Vec<&TermLine>)>, term| {
        let letter = initial(&term.name);
        match groups.last_mut() {
            Some((last, lines)) if *last == letter => lines.push(term),
            _ => groups.push((letter, vec![term])),
        }
        groups
    });
    let found = if terms.is_empty() && words.is_empty() {
        empty_state("No terms yet.", "The data office writes down here what words mean in the columns of products.", ().into_any()).into_any()
    } else if terms.is_empty() {
        let next = view! { <a href="/glossary">"Show every term"</a> };
        empty_state("No term has these words.", "Try one word, or another word for the same thing.", next.into_any()).into_any()
    } else if as_tree {
        tree(terms)
    } else {
        view! { {letters(&groups)} {groups.iter().map(|(letter, lines)| group(letter, lines)).collect_view()} }.into_any()
    };
    let size = i64::try_from(terms.len()).unwrap_or_default();
    view! {
        <h1>"Glossary"</h1>
        <p class="lead">"What words mean in the products here, so that the same word counts the same thing everywhere."</p>
        <form method="get" action="/glossary" class="inline-form" role="search" aria-label="Glossary">
            <div class="field"><label for="q">"Words in a term"</label><input type="search" id="q" name="q" value=words.to_owned() maxlength="200"/></div>
            <button type="submit" class="button button-secondary">"Find"</button>
        </form>
        {adds.then(|| view! { <p><a class="button button-secondary" href="/glossary/new">"Add a term"</a></p> })}
        {words.is_empty().then(|| tabs("Order of terms", vec![("By letter", "/glossary".to_owned(), !as_tree), ("Broader and narrower", "/glossary?view=tree".to_owned(), as_tree)]))}
        {(size > 0).then(|| view! { <p class="muted">{if size == 1 { "1 term".to_owned() } else { format!("{} terms", count(size)) }}</p> })}
        {found}
    }
    .into_any()
}

/// A letter, or # for names that begin with none.
fn initial(name: &str) -> String {
    name.chars().next().filter(|letter| letter.is_alphabetic()).map_or_else(|| "#".to_owned(), |letter| letter.to_uppercase().collect())
}

/// Where a letter's terms stand on the page.
fn anchor(letter: &str) -> String {
    if letter == "#" { "letter-other".to_owned() } else { format!("letter-{}", letter.to_lowercase()) }
}

fn letters(groups: &[(String, Vec<&TermLine>)]) -> AnyView {
    if groups.len() < 2 {
        return ().into_any();
    }
    let links = groups.iter().map(|(letter, _)| view! { <li><a href=format!("#{}", anchor(letter))>{letter.clone()}</a></li> }).collect_view();
    view! { <nav class="letters" aria-label="Letters"><ul>{links}</ul></nav> }.into_any()
}

fn group(letter: &str, terms: &[&TermLine]) -> impl IntoView + use<> {
    let items = terms
        .iter()
        .map(|term| {
            view! {
                <li>
                    <a href=format!("/glossary/{}", term.slug)>{term.name.clone()}</a>
                    {term.polyseme.then(|| view! { " "{status_tag("Shared concept")} })}
                    {(!term.also_called.is_empty()).then(|| view! { <span class="muted">{format!(" also {}", term.also_called.join(", "))}</span> })}
                    <p class="prose">{term.definition.clone()}</p>
                </li>
            }
        })
        .collect_view();
    view! { <section><h2 id=anchor(letter)>{letter.to_owned()}</h2><ul class="plain-list">{items}</ul></section> }
}

/// The columns that carry a term.
#[derive(Debug, Clone, PartialEq)]
pub enum TermColumns {
    /// By their names.
    Named(Vec<TermUse>),
    /// Of a polyseme, with what was counted of their values.
    Checked(Polyseme, Vec<Carrier>),
}

/// One term; `cut_off` when more columns carry it than are listed, `keeps` when its reader may change it.
pub fn term_page(term: &Term, columns: &TermColumns, cut_off: bool, keeps: bool, around: &Around) -> AnyView {
    let keeper = match &term.sector {
        Some(sector) => {
            view! { {sector.trusted_centre.clone()}", for "<a href=format!("/organisations/{}", sector.slug)>{sector.title.clone()}</a> }.into_any()
        }
        None => "Government data office".into_any(),
    };
    let mut facts = vec![("Kept by", keeper), ("Changed", moment(term.changed_at).into_any())];
    if !term.also_called.is_empty() {
        facts.insert(0, ("Also called", term.also_called.join(", ").into_any()));
    }
    if !around.narrower.is_empty() {
        facts.insert(0, ("Narrower terms", links(&around.narrower)));
    }
    if let Some(broader) = around.broader.last() {
        facts.insert(0, ("Broader term", links(std::slice::from_ref(broader))));
    }
    let mut steps = vec![("/glossary".to_owned(), "Glossary".to_owned())];
    steps.extend(around.broader.iter().map(|one| (format!("/glossary/{}", one.slug), one.name.clone())));
    let edit = keeps.then(|| {
        let label = if term.retired_at.is_some() { "Bring the term back" } else { "Change the term" };
        view! { <p><a class="button button-secondary" href=format!("/glossary/{}/edit", term.slug)>{label}</a></p> }
    });
    let (size, table, polyseme) = match columns {
        TermColumns::Named(uses) => {
            let rows = uses.iter().map(row).collect();
            (uses.len(), data_table("Columns that carry it", &["Product", "Dataset", "Column"], rows).into_any(), None)
        }
        TermColumns::Checked(polyseme, carriers) => {
            let rows = carriers.iter().map(checked).collect();
            let heads = ["Product", "Dataset", "Column", "Values"];
            (carriers.len(), data_table("Columns that carry it", &heads, rows).into_any(), Some(polyseme))
        }
    };
    let columns = if size == 0 {
        let next = view! { <a href=format!("/products?{}", crate::ui::query_string(&[("q", &term.name)]))>"Search products for it"</a> };
        empty_state("Not used yet.", "Columns of products that carry this term will be listed here.", next.into_any()).into_any()
    } else {
        table
    };
    view! {
        {breadcrumbs(steps)}
        <h1>{term.name.clone()}</h1>
        {term.retired_at.map(|since| notice(view! { "Out of use since "{moment(since)}"." }.into_any()))}
        <p class="lead">{term.definition.clone()}</p>
        {summary_list(facts)}
        {edit}
        {format_section(term, polyseme, keeps && term.retired_at.is_none())}
        <h2>"Where it is used"</h2>
        {cut_off.then(|| view! { <p class="muted">{format!("The first {size} columns.")}</p> })}
        {columns}
        {history(&around.changes)}
    }
    .into_any()
}

/// How values are written, and the way to change that for who keeps the term.
fn format_section(term: &Term, polyseme: Option<&Polyseme>, keeps: bool) -> AnyView {
    let at = format!("/glossary/{}/format", term.slug);
    let link = |label: &'static str| keeps.then(|| view! { <p><a class="button button-secondary" href=at.clone()>{label}</a></p> });
    let Some(Polyseme { version, format, changed_at, changed_by }) = polyseme else {
        return link("Say how its values are written").into_any();
    };
    let rule = match &format.rule {
        Rule::Pattern(pattern) => ("Pattern", view! { <code>{pattern.as_str().to_owned()}</code> }.into_any()),
        Rule::Codes(codes) => ("Codes", codes.join(", ").into_any()),
    };
    let by = changed_by.clone().map(|name| format!(" by {name}"));
    let facts = vec![
        ("In plain words", format.description.clone().into_any()),
        rule,
        ("Example", view! { <code>{format.example.clone()}</code> }.into_any()),
        ("Version", view! { {version.to_string()}", "{moment(*changed_at)}{by} }.into_any()),
    ];
    view! {
        <section aria-labelledby="format">
            <h2 id="format">"How its values are written"</h2>
            <p>"A concept that products share: columns that carry it are held against this, and products are joined by it."</p>
            {summary_list(facts)}
            {link("Change the format")}
        </section>
    }
    .into_any()
}

fn row(one: &TermUse) -> Vec<AnyView> {
    place(&one.address, &one.product_title, &one.dataset, &one.dataset_title, &one.column)
}

fn checked(one: &Carrier) -> Vec<AnyView> {
    let mut cells = place(&one.address, &one.product_title, &one.dataset, &one.dataset_title, &one.column);
    cells.push(counted(one.look.as_ref(), None));
    cells
}

fn place(address: &str, product_title: &str, dataset: &str, dataset_title: &str, column: &str) -> Vec<AnyView> {
    let product = view! { <a href=format!("/products/{address}")>{product_title.to_owned()}</a> };
    let dataset = view! {
        <a href=format!("/products/{address}/schema#{dataset}")>
            {dataset_title.to_owned()}<span class="sr-only">{format!(" of {product_title}")}</span>
        </a>
    };
    vec![product.into_any(), dataset.into_any(), view! { <code>{column.to_owned()}</code> }.into_any()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_under_their_letter() {
        assert_eq!(initial("éclair"), "É");
        assert_eq!(anchor(&initial("1,4-dioxane")), "letter-other");
        assert_eq!(anchor(&initial("UEN")), "letter-u");
    }
}
