//! `/agreements/given`: the agreements on what somebody looks after, each with the way to where it is revoked.

use super::agreement::state_words;
use crate::ui::{data_table, empty_state, moment, query_string, select_field, tabs};
use leptos::prelude::*;
use store::access::{GivenFilter, GivenLine, GivenState};

/// One's own, and those on what one looks after.
pub(super) fn agreement_tabs(given: bool) -> impl IntoView {
    let items = vec![("What you hold", "/agreements".to_owned(), !given), ("On what you look after", "/agreements/given".to_owned(), given)];
    tabs("Agreements", items)
}

/// A page of them.
pub struct Given {
    pub lines: Vec<GivenLine>,
    pub filter: GivenFilter,
    /// Products that may be chosen: address and title.
    pub products: Vec<(String, String)>,
    /// Where the list goes on.
    pub after: Option<String>,
    /// Whether this reader may suspend agreements somewhere.
    pub suspends: bool,
}

pub fn given_page(page: &Given) -> AnyView {
    let states: Vec<(String, String)> = GivenState::ALL.iter().map(|state| (state.as_str().to_owned(), state.label().to_owned())).collect();
    let product = page.filter.product.clone().unwrap_or_default();
    let state = page.filter.state.map(GivenState::as_str).unwrap_or_default();
    let list = if page.lines.is_empty() {
        let next = view! { <a href="/agreements/given">"Show all of them"</a> }.into_any();
        empty_state("No agreement fits.", "Agreements on products of your domains are listed here from the moment they are made.", next).into_any()
    } else {
        let heads = ["Product", "Held by", "Purpose", "State", "Until", "First read"];
        data_table("Agreements on what you look after", &heads, page.lines.iter().map(row).collect()).into_any()
    };
    let more = page.after.as_deref().map(|after| {
        let query = query_string(&[("product", product.as_str()), ("state", state), ("after", after)]);
        view! { <p><a class="button button-secondary" rel="next" href=format!("/agreements/given?{query}")>"Older agreements"</a></p> }
    });
    let suspend = page.suspends.then(|| view! { <p><a href="/suspensions/new">"Suspend many at once"</a></p> });
    view! {
        <h1>"Agreements"</h1>
        {agreement_tabs(true)}
        <p class="lead">"Who may read what you look after, what for, and until when. Open one to revoke it."</p>
        <form method="get" action="/agreements/given" class="inline-form">
            {select_field("product", "Product", "", &page.products, &product, &[])}
            {select_field("state", "State", "", &states, state, &[])}
            <button type="submit" class="button button-secondary">"Filter"</button>
        </form>
        {list}
        {more}
        {suspend}
    }
    .into_any()
}

fn row(line: &GivenLine) -> Vec<AnyView> {
    let holder = match &line.agency {
        Some(agency) => format!("{}, {agency}", line.holder),
        None => line.holder.clone(),
    };
    let holder = line.team.as_ref().map(|team| format!("The team {team}, asked for by {holder}")).unwrap_or(holder);
    vec![
        view! { <a href=format!("/agreements/{}", line.id)>{line.product_title.clone()}<span class="sr-only">{format!(", held by {holder}")}</span></a> }
            .into_any(),
        holder.into_any(),
        line.purpose.clone().into_any(),
        state_words(line.state, line.grant_state, line.held).into_any(),
        moment(line.until).into_any(),
        line.first_read_at.map_or_else(|| "Not yet".into_any(), |at| moment(at).into_any()),
    ]
}
