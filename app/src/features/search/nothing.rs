//! When nothing is found: what to leave out, where else to look, and whom to ask for data that does not exist yet.

use super::link::Link;
use crate::ui::{count, empty_state, query_string};
use leptos::prelude::*;
use search::{FacetKind, Instead};

pub(super) fn nothing(link: &Link, instead: &Instead) -> impl IntoView + use<> {
    let words = link.query.words.trim().to_owned();
    let filtered = link.is_filtered();
    let mut ways: Vec<(String, String)> = vec![];
    for near in &instead.nearest {
        ways.push((link.with_words(&near.words).url(), format!("Search for “{}” instead of “{}”", near.word, near.typed)));
    }
    for (kind, left) in &instead.without {
        let products = if *left == 1 { "1 product".to_owned() } else { format!("{} products", count(*left)) };
        ways.push((without(link, *kind).url(), format!("Without the filter “{}”: {products}", kind.title())));
    }
    if filtered {
        ways.push((link.unfiltered().url(), "Search without filters".into()));
    }
    ways.push(("/products".into(), "See every product".into()));
    if !words.is_empty() {
        ways.push((format!("/wanted/new?{}", query_string(&[("q", words.as_str())])), "Ask for data that does not exist yet".into()));
    }
    let text = if filtered {
        "With fewer filters, or other words, there may be one."
    } else {
        "None of these words, nor one that is spelled nearly so, is in any product. Try a word from a title, an agency or a column."
    };
    let list = view! { <ul class="plain-list">{ways.into_iter().map(|(url, label)| view! { <li><a href=url>{label}</a></li> }).collect_view()}</ul> };
    empty_state("No product matches.", text, list.into_any())
}

/// The list with all values of one filter turned off. A place is also said by a point and by a box.
fn without(link: &Link, kind: FacetKind) -> Link {
    let values = link.query.chosen(kind).iter();
    let link = values.fold(link.after(None), |link, value| link.without(kind, value));
    if kind == FacetKind::Place { Link { near: String::new(), bounds: String::new(), ..link } } else { link }
}

#[cfg(test)]
mod tests {
    use super::*;
    use search::Nearest;

    fn shown(link: &Link, instead: &Instead) -> String {
        nothing(link, instead).into_any().to_html()
    }

    #[test]
    fn each_way_on_says_what_it_leaves() {
        let mut link = Link { near: "018956".into(), ..Link::default() };
        link.query.words = "buz".into();
        link.query.choose(FacetKind::Agency, "lta");
        link.query.choose(FacetKind::Agency, "hdb");
        link.query.choose(FacetKind::Place, "BD");
        let instead = Instead {
            nearest: vec![Nearest { typed: "buz".into(), word: "bus".into(), words: "bus".into() }],
            without: vec![(FacetKind::Agency, 1), (FacetKind::Place, 1200)],
        };
        let html = shown(&link, &instead);
        for wanted in [
            "q=bus&amp;agency=lta&amp;agency=hdb&amp;place=BD&amp;near=018956\"",
            "q=buz&amp;place=BD&amp;near=018956\"",
            "q=buz&amp;agency=lta&amp;agency=hdb\"",
            "1 product<",
            "1,200 products<",
        ] {
            assert!(html.contains(wanted), "{wanted} in {html}");
        }
        assert!(!shown(&Link::default(), &Instead::default()).contains("Without the filter"));
    }
}
