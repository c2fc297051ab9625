//! All direct neighbours, found by name and in pages.

use super::runs::side;
use crate::ui::{count, data_table, pagination, query_string};
use leptos::prelude::*;
use store::lineage::{Beside, Looked};

/// What was looked for, and what was found.
pub struct BesideView {
    pub looked: Looked,
    pub found: Beside,
}

/// Where all neighbours are, whatever the drawing shows.
pub fn ways(address: &str) -> AnyView {
    let link = |way: &str| format!("/products/{address}/lineage?beside={way}#beside");
    view! { <p>"All direct neighbours, by name: "<a href=link("up")>"before it"</a>", "<a href=link("down")>"after it"</a></p> }.into_any()
}

pub fn beside(address: &str, view: &BesideView) -> AnyView {
    let BesideView { looked, found } = view;
    let (way, title) = if looked.down { ("down", "What comes directly after it") } else { ("up", "What comes directly before it") };
    let pages = (found.all + looked.per_page - 1) / looked.per_page;
    let (at, words) = (format!("/products/{address}/lineage"), looked.words.clone());
    let url = move |page: i64| format!("{at}?{}#beside", query_string(&[("beside", way), ("q", &words), ("page", &page.to_string())]));
    let rows: Vec<Vec<AnyView>> = found.shown.iter().map(|one| vec![side(one)]).collect();
    let table = if rows.is_empty() {
        view! { <p>"There is none by that name."</p> }.into_any()
    } else {
        data_table("Direct neighbours, by name", &["Dataset"], rows).into_any()
    };
    let outside = (found.outside > 0).then(|| {
        let said = if found.outside == 1 { "1 dataset".to_owned() } else { format!("{} datasets", count(found.outside)) };
        view! { <p class="muted">{format!("Beside these, {said} outside the catalogue.")}</p> }
    });
    view! {
        <h2 id="beside">{title}</h2>
        <form method="get" action=format!("/products/{address}/lineage#beside") class="inline-form">
            <input type="hidden" name="beside" value=way/>
            <div class="field"><label for="beside-words">"Name has"</label><input type="text" id="beside-words" name="q" value=looked.words.clone()/></div>
            <button type="submit" class="button button-secondary">"Find"</button>
        </form>
        <p>{format!("{} found, as of now.", count(found.all))}</p>
        {table}
        {outside}
        {pagination(looked.page, pages, url)}
    }
    .into_any()
}
