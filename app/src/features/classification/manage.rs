//! `/manage`: the products that somebody looks after, those that wait for a decision first.

use crate::ui::{count, data_table, empty_state, query_string, status_tag};
use leptos::prelude::*;
use store::classification::KeptProduct;

/// `next`: where the list goes on, behind the last product that is shown.
pub fn manage_page(products: &[KeptProduct], next: Option<&str>) -> AnyView {
    let list = if products.is_empty() {
        let next = view! { <a href="/organisations">"See who looks after which data"</a> }.into_any();
        empty_state("You look after no product.", "Owners, stewards and product owners find theirs here. The data office grants these roles.", next)
            .into_any()
    } else {
        let rows = products.iter().map(row).collect();
        data_table("Products that you look after", &["Product", "State", "Waits for you", "Actions"], rows).into_any()
    };
    let more = next.map(
        |after| view! { <p><a class="button button-secondary" href=format!("/manage?{}", query_string(&[("after", after)]))>"More products"</a></p> },
    );
    view! {
        <h1>"What you look after"</h1>
        <p class="lead">"Say what columns are, choose what readers get of them, and keep the terms. What waits for a decision comes first."</p>
        {list}
        {more}
    }
    .into_any()
}

fn row(product: &KeptProduct) -> Vec<AnyView> {
    let at = format!("/products/{}", product.address);
    let some = |n: i64, one: &str, many: &str| match n {
        0 => None,
        1 => Some(format!("one column {one}")),
        n => Some(format!("{} columns {many}", count(n))),
    };
    let waits: Vec<String> = [
        some(product.unclassified, "is not classified", "are not classified"),
        some(product.contradicted, "is contradicted", "are contradicted"),
        (product.interrupted > 0).then(|| "a change was interrupted".to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let to = |path: &str, label: &'static str| view! { <a href=format!("{at}/{path}")>{label}<span class="sr-only">{format!(" of {}", product.title)}</span></a> };
    vec![
        view! { <a href=at.clone()>{product.title.clone()}</a><br/><code>{product.address.clone()}</code> }.into_any(),
        status_tag(product.status.label()).into_any(),
        if waits.is_empty() { "Nothing".into_any() } else { view! { <strong>{waits.join(", ")}</strong> }.into_any() },
        view! { {to("classify", "Classify columns")}" · "{to("protection", "What readers get")}" · "{to("agreement", "Terms")} }.into_any(),
    ]
}
