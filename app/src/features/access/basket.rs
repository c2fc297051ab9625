//! The basket: datasets to ask for together.

use crate::ui::{csrf_field, data_table, empty_state, hidden};
use leptos::prelude::*;
use store::access::BasketItem;

pub fn basket_page(csrf: &str, items: &[BasketItem]) -> AnyView {
    if items.is_empty() {
        let next = view! { <a class="button" href="/products">"Find data"</a> }.into_any();
        return view! {
            <h1>"Basket"</h1>
            {empty_state("Your basket is empty.", "Add datasets from a product's ports, then ask for all of them at once.", next)}
        }
        .into_any();
    }
    let rows = items
        .iter()
        .map(|item| {
            let remove = view! {
                <form method="post" action="/basket/remove" class="inline">
                    {csrf_field(csrf)}{hidden("port", &item.address)}
                    <button type="submit" class="link-button">"Remove"<span class="sr-only">{format!(" {}", item.dataset_title)}</span></button>
                </form>
            };
            vec![
                item.dataset_title.clone().into_any(),
                item.product_title.clone().into_any(),
                view! { <code>{item.address.clone()}</code> }.into_any(),
                remove.into_any(),
            ]
        })
        .collect();
    view! {
        <h1>"Basket"</h1>
        {data_table("Datasets to ask for", &["Dataset", "Product", "Address", "Remove"], rows)}
        <p><a class="button" href="/requests/new">"Request access to these"</a></p>
    }
    .into_any()
}
