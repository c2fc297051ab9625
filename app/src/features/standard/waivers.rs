//! `/standards/waivers`: which products are let off what, why, and until when; and looking at one again before it ends.

use crate::ui::{
    breadcrumbs, csrf_field, data_table, date_field, day, deadline, empty_state, error_summary, hidden, moment, summary_list, text_area,
};
use domain::Violation;
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
                view! { {waiver.granted_by.clone()}", "{moment(waiver.granted_at)} }.into_any(),
                state,
            ]
        })
        .collect();
    data_table("Waivers", &["Product", "Standard", "Why", "Granted", "State"], rows).into_any()
}

/// What whoever keeps the standard does with a waiver that stands.
pub(super) fn actions(csrf: &str, waiver: &WaiverLine) -> AnyView {
    let slug = &waiver.slug;
    view! {
        <a href=format!("/standards/{slug}/waivers/{}", waiver.id)>"Extend it"<span class="sr-only">{format!(" for {}", waiver.product_title)}</span></a>" "
        <form method="post" action=format!("/standards/{slug}/end-waiver") class="inline">
            {csrf_field(csrf)}{hidden("id", &waiver.id.to_string())}
            <button type="submit" class="link-button">"End it"<span class="sr-only">{format!(" for {}", waiver.product_title)}</span></button>
        </form>
    }
    .into_any()
}

/// `keeps` says of a waiver whether the reader keeps its standard.
pub fn waivers_page(csrf: &str, waivers: &[WaiverLine], keeps: impl Fn(&WaiverLine) -> bool) -> AnyView {
    let shown = if waivers.is_empty() {
        let next = view! { <a href="/standards">"Read the standards"</a> }.into_any();
        empty_state(
            "Every product is held to every standard.",
            "A product that is let off one is listed here, with the reason and the day on which that ends.",
            next,
        )
        .into_any()
    } else {
        table(waivers, |waiver| if keeps(waiver) { actions(csrf, waiver) } else { ().into_any() })
    };
    view! {
        {breadcrumbs(vec![("/standards".into(), "Standards".into())])}
        <h1>"Waivers"</h1>
        <p class="lead">"Products that are let off a standard until a day. Each waiver ends by itself; those that end soonest come first. Two weeks before, whoever answers for the product and whoever keeps the standard are told."</p>
        {shown}
    }
    .into_any()
}

/// One waiver, to be looked at again.
pub struct Extending {
    pub waiver: WaiverLine,
    pub until: String,
    pub reason: String,
    pub wrong: Vec<Violation>,
}

pub fn extend_page(csrf: &str, extending: &Extending) -> AnyView {
    let (waiver, wrong) = (&extending.waiver, &extending.wrong);
    let facts = vec![
        ("Product", view! { <a href=format!("/products/{}/standards", waiver.product_address)>{waiver.product_title.clone()}</a> }.into_any()),
        ("Standard", view! { <a href=format!("/standards/{}", waiver.slug)>{waiver.standard_title.clone()}</a> }.into_any()),
        ("Why it was let off", waiver.reason.clone().into_any()),
        ("Granted", view! { {waiver.granted_by.clone()}", "{moment(waiver.granted_at)} }.into_any()),
        ("Last day", deadline(waiver.until).into_any()),
    ];
    view! {
        {error_summary(wrong)}
        {breadcrumbs(vec![("/standards".into(), "Standards".into()), ("/standards/waivers".into(), "Waivers".into())])}
        <h1>"Extend a waiver"</h1>
        {summary_list(facts)}
        <form method="post" action=format!("/standards/{}/waivers/{}", waiver.slug, waiver.id) class="narrow" novalidate="">
            {csrf_field(csrf)}
            {date_field("waiver_until", "New last day", "After the present one, at most a year from today.", &extending.until, wrong)}
            {text_area("waiver_reason", "Why it is still needed, and what was done since", "It is shown on the product in the place of the former reason, which stays in the record.", &extending.reason, wrong)}
            <button type="submit" class="button">"Extend it"</button>
        </form>
    }
    .into_any()
}
