//! When nothing is found: what to leave out, where else to look, and whom to ask for data that does not exist yet.

use super::link::Link;
use crate::ui::{empty_state, query_string};
use leptos::prelude::*;

pub(super) fn nothing(link: &Link) -> impl IntoView + use<> {
    let words = link.query.words.trim().to_owned();
    let filtered = link.is_filtered();
    let mut ways: Vec<(String, String)> = vec![];
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
