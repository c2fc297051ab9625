//! On a product's page: following it, and what stands beside it with the reason.

use crate::ui::{csrf_field, hidden};
use leptos::prelude::*;
use store::mine::{Beside, Join, OTHER_HOLDERS, Reason};

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
        Reason::UsedTogether => format!("{OTHER_HOLDERS} or more other people use both.").into_any(),
        Reason::JoinsOn(join) => joins_on(join),
        Reason::SameSector(sector) => format!("Both belong to the sector {sector}.").into_any(),
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
            {group("Joins with", |reason| matches!(reason, Reason::JoinsOn(_)))}
            {group("Same sector", |reason| matches!(reason, Reason::SameSector(_)))}
        </section>
    }
    .into_any()
}

/// On what two products can be joined: a concept with its columns, or a key that is called the same in both.
fn joins_on(join: &Join) -> AnyView {
    let Join { term, own, theirs } = join;
    match term {
        Some((slug, name)) => view! {
            "Joins on "<a href=format!("/glossary/{slug}")>{name.clone()}</a>": its column "<code>{theirs.clone()}</code>" with "<code>{own.clone()}</code>" here."
        }
        .into_any(),
        None => view! { "Both have the key "<code>{own.clone()}</code>", so that they can be joined." }.into_any(),
    }
}
