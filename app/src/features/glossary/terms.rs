//! `/glossary` and one term's page.

use crate::ui::{breadcrumbs, count, data_table, empty_state, moment, summary_list};
use leptos::prelude::*;
use store::glossary::{Term, TermLine, TermUse};

/// Terms that fit the words, under the letter with which each begins.
pub fn terms_page(words: &str, terms: &[TermLine]) -> AnyView {
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
                    {(!term.also_called.is_empty()).then(|| view! { <span class="muted">{format!(" also {}", term.also_called.join(", "))}</span> })}
                    <p class="prose">{term.definition.clone()}</p>
                </li>
            }
        })
        .collect_view();
    view! { <section><h2 id=anchor(letter)>{letter.to_owned()}</h2><ul class="plain-list">{items}</ul></section> }
}

/// One term; `cut_off` when it is used in more columns than are listed.
pub fn term_page(term: &Term, uses: &[TermUse], cut_off: bool) -> AnyView {
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
    let columns = if uses.is_empty() {
        let next = view! { <a href=format!("/products?{}", crate::ui::query_string(&[("q", &term.name)]))>"Search products for it"</a> };
        empty_state("Not used yet.", "Columns of products that carry this term will be listed here.", next.into_any()).into_any()
    } else {
        let rows = uses.iter().map(row).collect();
        data_table("Columns that carry it", &["Product", "Dataset", "Column"], rows).into_any()
    };
    view! {
        {breadcrumbs(vec![("/glossary".into(), "Glossary".into())])}
        <h1>{term.name.clone()}</h1>
        <p class="lead">{term.definition.clone()}</p>
        {summary_list(facts)}
        <h2>"Where it is used"</h2>
        {cut_off.then(|| view! { <p class="muted">{format!("The first {} columns.", uses.len())}</p> })}
        {columns}
    }
    .into_any()
}

fn row(one: &TermUse) -> Vec<AnyView> {
    let product = view! { <a href=format!("/products/{}", one.address)>{one.product_title.clone()}</a> };
    let dataset = view! {
        <a href=format!("/products/{}/schema#{}", one.address, one.dataset)>
            {one.dataset_title.clone()}<span class="sr-only">{format!(" of {}", one.product_title)}</span>
        </a>
    };
    vec![product.into_any(), dataset.into_any(), view! { <code>{one.column.clone()}</code> }.into_any()]
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
