//! `/products`: words, filters with counts, results. A plain GET form; the islands only spare the button and suggest.

use super::link::{Link, View};
use super::{facets, hits, nothing};
use crate::features::catalogue::place::{PlaceFilter, place_filter};
use crate::ui::query_string;
use domain::Violation;
use domain::catalogue::{AreaOutlines, PlaceAnswer, PlaceQuestion};
use frontend::{BoxOnMap, FilterAsYouType, SearchBox};
use leptos::prelude::*;
use search::{FacetKind, Leniency, Other, Results, Sort};

/// What the page shows.
pub struct Listed<'a> {
    pub results: &'a Results,
    /// Terms and organisations that the words name.
    pub others: &'a [Other],
    /// The place that was asked for, read and looked up.
    pub place: &'a PlaceQuestion,
    pub place_faults: &'a [Violation],
    pub place_answer: &'a PlaceAnswer,
    pub outlines: &'a AreaOutlines,
}

pub fn list_page(link: &Link, listed: &Listed<'_>) -> AnyView {
    let Listed { results, others, .. } = listed;
    let filters = facets::facets(&results.facets);
    let places = places(link, listed);
    let chosen = facets::chosen(link, &results.facets);
    let found = match (results.hits.is_empty(), link.view) {
        (true, _) => nothing::nothing(link, &results.instead).into_any(),
        (false, View::List) => hits::list(&results.hits).into_any(),
        (false, View::Table) => hits::table(&results.hits).into_any(),
    };
    // Children of an island are evaluated later: what they show is complete before.
    let (heading, notes, pages, others) = (heading(link, results), notes(&results.leniency), pages(link, results), also(others));
    let (options, beyond) = (options(link), beyond_the_best(results));
    let wanted = (!results.hits.is_empty() && !link.query.words.trim().is_empty()).then(|| {
        let url = format!("/wanted/new?{}", query_string(&[("q", link.query.words.trim())]));
        view! { <p class="muted">"Not what you need? "<a href=url>"Ask for data that does not exist yet"</a></p> }
    });
    let words = link.query.words.clone();
    view! {
        <FilterAsYouType>
            <BoxOnMap/>
            <form method="get" action="/products" data-filter-form="">
                <div class="search-head" role="search" aria-label="Products">
                    <label for="words">"Words"</label>
                    <div class="search-row">
                        <SearchBox id="words".to_owned() value=words placeholder=String::new()/>
                        <button type="submit" class="button">"Search"</button>
                    </div>
                </div>
                <div class="search-layout">
                    <div class="facets" id="filters">
                        <h2 class="sr-only">"Filters"</h2>
                        <div id="facets">{filters}{places}</div>
                        <button type="submit" class="button button-secondary">"Apply filters"</button>
                    </div>
                    <div>
                        <p class="to-filters"><a href="#filters">"Filters"</a></p>
                        <div id="heading"><h1>{heading}</h1>{notes}{chosen}</div>
                        {options}
                        <div id="results">
                            {others}
                            {beyond}
                            {found}
                            {pages}
                            {wanted}
                        </div>
                    </div>
                </div>
            </form>
        </FilterAsYouType>
    }
    .into_any()
}

fn places(link: &Link, listed: &Listed<'_>) -> AnyView {
    let of_place = listed.results.facets.iter().filter(|facet| facet.kind == FacetKind::Place).flat_map(|facet| &facet.values);
    let counts = of_place.filter_map(|value| Some((value.value.parse().ok()?, value.count))).collect();
    let filter = PlaceFilter {
        typed: &link.place(),
        question: listed.place,
        faults: listed.place_faults,
        answer: listed.place_answer,
        outlines: listed.outlines,
        counts: &counts,
    };
    place_filter(&filter, |area| link.toggled(FacetKind::Place, area.as_str()).url())
}

fn heading(link: &Link, results: &Results) -> String {
    let count = match results.total {
        1 => "1 product".to_owned(),
        n => format!("{} products", crate::ui::count(n)),
    };
    let words = link.query.words.trim();
    if words.is_empty() { count } else { format!("{count} for “{words}”") }
}

fn options(link: &Link) -> impl IntoView + use<> {
    let select = |id: &'static str, label: &'static str, options: Vec<(&'static str, &'static str, bool)>| {
        let options = options.into_iter().map(|(value, label, chosen)| view! { <option value=value selected=chosen>{label}</option> }).collect_view();
        view! { <div class="search-option"><label for=id>{label}</label><select id=id name=id>{options}</select></div> }
    };
    let sorts = Sort::ALL.into_iter().map(|sort| (sort.name(), sort.label(), sort == link.query.sort)).collect();
    let save = query_string(&[("query", &link.after(None).query_string()), ("name", link.query.words.trim())]);
    let save = (link.is_filtered() || !link.query.words.trim().is_empty())
        .then(|| view! { <a class="search-save" href=format!("/mine/searches/new?{save}")>"Save this search"</a> });
    let views = View::ALL.into_iter().map(|view| (view.name(), view.label(), view == link.view)).collect();
    view! { <div class="search-options">{select("sort", "Order", sorts)}{select("view", "Show as", views)}{save}</div> }
}

/// What was done so that there is something to show.
fn notes(leniency: &Leniency) -> impl IntoView + use<> {
    let mut lines: Vec<String> =
        leniency.corrected.iter().map(|(typed, instead)| format!("No product has “{typed}”. Showing {}.", instead.join(", "))).collect();
    if leniency.some_words_missing {
        lines.push("No product with all of these words fits well. Showing those with some of them.".into());
    }
    lines.into_iter().map(|line| view! { <p class="muted" role="status">{line}</p> }).collect_view()
}

/// Terms and organisations that the words name.
fn also(others: &[Other]) -> impl IntoView + use<> {
    let line = |other: &Other| match other {
        Other::Term { slug, name, definition } => {
            let (name, definition) = (name.clone(), definition.clone());
            view! { <li><a href=format!("/glossary/{slug}")>{name}</a><span class="muted">" term: "{definition}</span></li> }.into_any()
        }
        Other::Organisation { kind, slug, title, abbreviation } => {
            let title = abbreviation.as_ref().map_or_else(|| title.clone(), |short| format!("{title} ({short})"));
            let url = format!("/products?{}", query_string(&[(kind.name(), slug)]));
            view! { <li><a href=url>{title}</a><span class="muted">{format!(" {}: everything it shares", kind.title().to_lowercase())}</span></li> }
                .into_any()
        }
    };
    (!others.is_empty()).then(|| view! { <ul class="also" aria-label="Terms and organisations">{others.iter().map(line).collect_view()}</ul> })
}

/// From where on the list is in another order than by fit.
fn beyond_the_best(results: &Results) -> Option<impl IntoView + use<>> {
    let best = search::BEST;
    let text = match results.by_title {
        0 if !results.next_by_title => return None,
        0 => format!("These are the last of the best {best}. On the next page come further results in order of title."),
        n if n == results.hits.len() => format!("Further results in order of title. The best {best} are on the pages before."),
        n => format!("The best {best} end here: the last {n} on this page are further results in order of title."),
    };
    Some(view! { <p class="muted">{text}</p> })
}

fn pages(link: &Link, results: &Results) -> impl IntoView + use<> {
    let first = link.query.after.map(|_| view! { <a href=link.after(None).url()>"First page"</a> });
    let next = results.hits.last().filter(|_| results.more).map(|last| view! { <a rel="next" href=link.after(Some(last.id)).url()>"Next page"</a> });
    let any = first.is_some() || next.is_some();
    view! { {any.then(|| view! { <nav class="pagination" aria-label="Pages">{first}{next}</nav> })} }
}
