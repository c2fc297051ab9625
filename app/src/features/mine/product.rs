//! On a product's page: following it, and what stands beside it with the reason.

use crate::ui::{csrf_field, hidden};
use leptos::prelude::*;
use store::mine::{Beside, OTHER_HOLDERS, Reason};

/// The button that follows a product, or stops following it.
pub fn follow_form(csrf: &str, address: &str, follows: bool) -> impl IntoView + use<> {
    let (action, label, note) = if follows {
        ("/mine/unfollowed", "Stop following", "You follow this product. Mine says what changes.")
    } else {
        ("/mine/followed", "Follow", "Mine will say what changes.")
    };
    view! {
        <form method="post" action=action>
            {csrf_field(csrf)}{hidden("product", address)}
            <button type="submit" class="button button-secondary">{label}</button>
            <p class="muted">{note}</p>
        </form>
    }
}

/// Products beside one, by reason; nothing when there are none.
pub fn beside(found: &[Beside]) -> AnyView {
    if found.is_empty() {
        return ().into_any();
    }
    let why = |reason: &Reason| match reason {
        Reason::UsedTogether => format!("{OTHER_HOLDERS} or more other people use both."),
        Reason::SameKey(key) => format!("Both have the key {key}, so that they can be joined."),
        Reason::SameSector(sector) => format!("Both belong to the sector {sector}."),
    };
    let line = |one: &Beside| {
        let summary = one.summary.clone().map(|summary| view! { <p>{summary}</p> });
        view! { <li><a href=format!("/products/{}", one.address)>{one.title.clone()}</a>{summary}<p class="muted">{why(&one.reason)}</p></li> }
    };
    let group = |title: &'static str, kind: fn(&Reason) -> bool| {
        let lines: Vec<_> = found.iter().filter(|one| kind(&one.reason)).map(line).collect();
        (!lines.is_empty()).then(|| view! { <h3>{title}</h3><ul class="plain-list">{lines}</ul> })
    };
    view! {
        <section aria-labelledby="beside">
            <h2 id="beside">"Beside this product"</h2>
            {group("Used together", |reason| *reason == Reason::UsedTogether)}
            {group("Same key", |reason| matches!(reason, Reason::SameKey(_)))}
            {group("Same sector", |reason| matches!(reason, Reason::SameSector(_)))}
        </section>
    }
    .into_any()
}
