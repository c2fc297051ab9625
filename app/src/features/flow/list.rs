//! What comes in or goes on without a policy: on the page of whoever looks after it, and on the product's own.

use crate::ui::{cut_notice, data_table, empty_state, moment, notice};
use domain::flow::next_step;
use leptos::prelude::*;
use store::flow::FlagView;

fn code(text: &str) -> AnyView {
    view! { <code>{text.to_owned()}</code> }.into_any()
}

fn product(title: &str, address: &str) -> AnyView {
    view! { <a href=format!("/products/{address}")>{title.to_owned()}</a> }.into_any()
}

/// Where it comes from; nothing of a product that the reader may not know of.
fn source(flag: &FlagView) -> AnyView {
    match &flag.upstream {
        Some((title, address)) => view! {
            {product(title, address)}<br/>
            {match &flag.from_column {
                Some(column) => code(column),
                None => view! { <span class="muted">"a column that nobody has named"</span> }.into_any(),
            }}
        }
        .into_any(),
        None => "A source that is not listed".into_any(),
    }
}

fn arrives(flag: &FlagView) -> AnyView {
    let column = match &flag.to_column {
        Some(column) => code(column),
        None => view! { <span class="muted">"somewhere in it"</span> }.into_any(),
    };
    view! { {product(&flag.product_title, &flag.product_address)}<br/>{column}" through "{code(&flag.input_port)} }.into_any()
}

fn what_to_do(flag: &FlagView) -> String {
    if flag.mine_to_mend {
        return next_step(flag.to_column.as_deref(), flag.carried);
    }
    match &flag.owner {
        Some(owner) => format!("Ask {owner}, who owns {}, to say how it is protected.", flag.product_title),
        None => format!("Ask the owner of {} to say how it is protected.", flag.product_title),
    }
}

/// Flags on one page; where one more was read, it says that there are others.
pub const FLAGS: usize = 200;

/// `/flows`.
pub fn flows_page(flags: &[FlagView]) -> AnyView {
    let table = if flags.is_empty() {
        let text = "Whatever personal data goes between products that you look after is classified, protected or dropped where it arrives.";
        empty_state("Nothing is flagged.", text, view! { <a href="/products">"Look at products"</a> }.into_any()).into_any()
    } else {
        let rows = flags
            .iter()
            .take(FLAGS)
            .map(|flag| {
                let held = match flag.held {
                    0 => "No agreement is held".to_owned(),
                    1 => "1 agreement is held".to_owned(),
                    n => format!("{n} agreements are held"),
                };
                vec![
                    arrives(flag),
                    source(flag),
                    flag.carried.label().into_any(),
                    held.into_any(),
                    moment(flag.found_at).into_any(),
                    what_to_do(flag).into_any(),
                ]
            })
            .collect();
        let heads = ["Arrives in", "Comes from", "What arrives", "Effect", "Found", "Next step"];
        data_table("Without a policy, yours to mend first", &heads, rows).into_any()
    };
    view! {
        <h1>"Personal data downstream"</h1>
        <p class="lead">"Personal data that goes from one product into another, where nobody has said what becomes of it."</p>
        {cut_notice(flags.len(), FLAGS)}
        {table}
        <p class="muted">"A product is looked at again whenever it or what it takes from changes. What has a policy leaves this page by itself."</p>
    }
    .into_any()
}

/// What stands on a product's own page, for those who may know of both sides.
pub fn flagged(flags: &[FlagView]) -> AnyView {
    let Some(first) = flags.first() else { return ().into_any() };
    let effect = if first.held > 0 { " Nothing is read from it until then." } else { "" };
    let items = flags
        .iter()
        .map(|flag| {
            let into = flag.to_column.clone().map_or_else(|| "somewhere in it".to_owned(), |column| format!("into {column}"));
            view! { <li>{flag.carried.label()}", "{into}", through "{code(&flag.input_port)}", from "{source(flag)}</li> }
        })
        .collect_view();
    notice(
        view! {
            <p>{format!("Personal data comes in without a policy. Its owner must say how it is protected.{effect}")}</p>
            <ul>{items}</ul>
            <p><a href="/flows">"See what to do"</a></p>
        }
        .into_any(),
    )
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::catalogue::PersonalCategory;

    #[test]
    fn a_list_of_flags_that_is_cut_says_so() {
        let flag = FlagView {
            product_title: "Routes".into(),
            product_address: "ssot-a.busroutes-dp".into(),
            owner: None,
            input_port: "register".into(),
            upstream: None,
            from_column: None,
            to_column: None,
            carried: PersonalCategory::Direct,
            mine_to_mend: false,
            held: 0,
            found_at: "2026-11-23T02:00:00Z".parse().unwrap(),
        };
        let said = |count: usize| flows_page(&vec![flag.clone(); count]).to_html();
        assert!(!said(FLAGS).contains("there are more"));
        let cut = said(FLAGS + 1);
        assert!(cut.contains("Only the first 200 are shown"));
        assert_eq!(cut.matches("No agreement is held").count(), FLAGS);
    }
}
