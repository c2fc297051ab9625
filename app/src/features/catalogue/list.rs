//! `/products`: words, filters with counts, hits. A plain GET form; the island only spares the button.

use crate::ui::{classification_badge, day, empty_state, pagination};
use frontend::FilterAsYouType;
use leptos::prelude::*;
use search::{Facet, Hit, PAGE_SIZE, Results, SearchQuery};

/// The most values of a facet shown before “more”.
const SHOWN: usize = 6;

/// The list of products. `url_for` gives the URL of another page with the same words and filters.
pub fn list_page(query: &SearchQuery, results: &Results, url_for: impl Fn(i64) -> String) -> AnyView {
    let heading = heading(query, results);
    let pages = (results.total + PAGE_SIZE - 1) / PAGE_SIZE;
    let facets = results.facets.iter().map(facet).collect_view();
    let hits = if results.hits.is_empty() {
        nothing(query).into_any()
    } else {
        view! { <ol class="hits">{results.hits.iter().map(hit).collect_view()}</ol> }.into_any()
    };
    // Children of an island are evaluated later: what they show is complete before.
    let other_pages = pagination(query.page.max(1), pages, url_for);
    let words = query.words.clone();
    let clear = query.is_filtered().then(|| view! { <a href=cleared(query)>"Clear filters"</a> });
    let nearest = results.nearest;
    view! {
        <FilterAsYouType>
            <form method="get" action="/products" class="search-layout" data-filter-form="">
                <div class="facets">
                    <div class="field">
                        <label for="words">"Words"</label>
                        <input id="words" name="q" type="search" value=words maxlength="200" autocomplete="off"/>
                    </div>
                    <div id="facets">{facets}</div>
                    <div class="actions">
                        <button type="submit" class="button button-secondary">"Show results"</button>
                        {clear}
                    </div>
                </div>
                <div id="results">
                    <h1>{heading}</h1>
                    {nearest.then(|| view! {
                        <p class="muted">"No product has these words as typed. Showing the nearest."</p>
                    })}
                    {hits}
                    {other_pages}
                </div>
            </form>
        </FilterAsYouType>
    }
    .into_any()
}

fn heading(query: &SearchQuery, results: &Results) -> String {
    let count = match results.total {
        1 => "1 product".to_owned(),
        n => format!("{} products", crate::ui::count(n)),
    };
    if query.words.trim().is_empty() { count } else { format!("{count} for “{}”", query.words.trim()) }
}

fn cleared(query: &SearchQuery) -> String {
    format!("/products?{}", crate::ui::query_string(&[("q", query.words.as_str())]))
}

fn facet(facet: &Facet) -> AnyView {
    if facet.values.is_empty() {
        return ().into_any();
    }
    let name = facet.name;
    let option = move |value: &search::FacetValue| {
        let id = format!("{name}-{}", value.value);
        view! {
            <li>
                <input type="checkbox" id=id.clone() name=name value=value.value.clone() checked=value.chosen/>
                <label for=id>{value.label.clone()}</label>
                <span class="count">{crate::ui::count(value.count)}</span>
            </li>
        }
    };
    let first = facet.values.iter().take(SHOWN).map(option).collect_view();
    let rest = (facet.values.len() > SHOWN).then(|| {
        let more = facet.values.iter().skip(SHOWN).map(option).collect_view();
        view! { <details><summary>{format!("{} more", facet.values.len() - SHOWN)}</summary><ul>{more}</ul></details> }
    });
    view! {
        <fieldset class="facet">
            <legend>{facet.title}</legend>
            <ul>{first}</ul>
            {rest}
        </fieldset>
    }
    .into_any()
}

fn hit(hit: &Hit) -> impl IntoView + use<> {
    let mut facts = vec![hit.sharing.label().to_owned(), hit.agency.clone(), hit.product_type.label().to_lowercase()];
    facts.extend(hit.frequency.clone());
    if hit.service_levels > 0 {
        facts.push(format!("{} service level{}", hit.service_levels, if hit.service_levels == 1 { "" } else { "s" }));
    }
    view! {
        <li class="hit">
            <div class="hit-head">
                <h2><a href=format!("/products/{}", hit.address)>{hit.title.clone()}</a></h2>
                {hit.classification.map(classification_badge)}
            </div>
            <p class="address">{hit.address.clone()}</p>
            {match &hit.summary {
                Some(summary) => view! { <p>{summary.clone()}</p> }.into_any(),
                None => view! { <p class="muted"><em>"No description from its owner yet."</em></p> }.into_any(),
            }}
            <p class="muted">{facts.join(" · ")}{hit.updated_on.map(|on| view! { " · updated "{day(on)} })}</p>
        </li>
    }
}

fn nothing(query: &SearchQuery) -> impl IntoView + use<> {
    let next = if query.is_filtered() {
        view! { <a href=cleared(query)>"Search without filters"</a> }.into_any()
    } else {
        view! { <a href="/products">"See every product"</a> }.into_any()
    };
    empty_state("No product matches.", "Try fewer words, or a word from the title, the agency or a column.", next)
}
