//! `/standards/waivers`: which products are let off what, why, and until when.

use crate::ui::{breadcrumbs, data_table, day, empty_state};
use leptos::prelude::*;
use store::standard::WaiverLine;

pub(super) fn table(waivers: &[WaiverLine], end: impl Fn(&WaiverLine) -> AnyView) -> AnyView {
    let rows = waivers
        .iter()
        .map(|waiver| {
            let state = match waiver.ended_at {
                Some(_) => "Over".into_any(),
                None => view! { "Until "{day(waiver.until)}" "{end(waiver)} }.into_any(),
            };
            vec![
                view! { <a href=format!("/products/{}", waiver.product_address)>{waiver.product_title.clone()}</a> }.into_any(),
                view! { <a href=format!("/standards/{}", waiver.slug)>{waiver.standard_title.clone()}</a> }.into_any(),
                waiver.reason.clone().into_any(),
                view! { {waiver.granted_by.clone()}", "{crate::ui::moment(waiver.granted_at)} }.into_any(),
                state,
            ]
        })
        .collect();
    data_table("Waivers", &["Product", "Standard", "Why", "Granted", "State"], rows).into_any()
}

pub fn waivers_page(waivers: &[WaiverLine]) -> AnyView {
    let shown = if waivers.is_empty() {
        let next = view! { <a href="/standards">"Read the standards"</a> }.into_any();
        empty_state(
            "Every product is held to every standard.",
            "A product that is let off one is listed here, with the reason and the day on which that ends.",
            next,
        )
        .into_any()
    } else {
        table(waivers, |_| ().into_any())
    };
    view! {
        {breadcrumbs(vec![("/standards".into(), "Standards".into())])}
        <h1>"Waivers"</h1>
        <p class="lead">"Products that are let off a standard until a day. Each waiver ends by itself; those that end soonest come first."</p>
        {shown}
    }
    .into_any()
}
