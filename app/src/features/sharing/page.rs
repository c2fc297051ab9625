//! `/sharing`: filters, plots with their tables, and how it is counted.

use super::plots::{ENDS, ENOUGH, by_agency, by_month, by_product, ends, funnel};
use super::words::{agencies_finding, finding, funnel_finding, lateness, products_finding};
use crate::ui::{empty_state, query_string, select_field, text_field};
use domain::Month;
use domain::access::Sharing;
use leptos::prelude::*;
use store::access::SharingChoices;

/// Months that can be chosen, back from this one.
const MONTHS: u32 = 36;

/// What was asked for, as in the URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub agency: String,
    pub requester: String,
    pub product: String,
    pub from: Month,
    pub until: Month,
    /// That of today.
    pub this_month: Month,
}

impl Asked {
    fn query_string(&self) -> String {
        let (from, until) = (self.from.to_string(), self.until.to_string());
        query_string(&[("agency", &self.agency), ("requester", &self.requester), ("product", &self.product), ("from", &from), ("until", &until)])
    }
}

pub fn sharing_page(asked: &Asked, choices: &SharingChoices, sharing: &Sharing) -> AnyView {
    let figures = if sharing.is_empty() {
        let all = view! { <a href="/sharing">"Show everything of the last twelve months"</a> }.into_any();
        let text = "When somebody asks for data in these months, this shows how long it takes until they read it.";
        empty_state("No request fits.", text, all).into_any()
    } else {
        plots(sharing)
    };
    view! {
        <h1>"How long sharing takes"</h1>
        <p class="lead">"From the moment somebody asks for data to the moment they first read it, in working days."</p>
        {filters(asked, choices)}
        {figures}
        {method()}
        <p class="actions"><a href=format!("/sharing.csv?{}", asked.query_string())>"Download as CSV"</a></p>
    }
    .into_any()
}

fn plots(sharing: &Sharing) -> AnyView {
    let ends = ends(&sharing.products);
    let products = if ends.is_empty() {
        view! { <p>{format!("A product is compared when at least {ENOUGH} requests for it count and half of them are read.")}</p> }.into_any()
    } else {
        by_product(&ends)
    };
    let late = if sharing.all.late > 0 { "deadline-late" } else { "" };
    let some = (sharing.products.len() > ends.len()).then(|| {
        let text = format!("At most {ENDS} at either end, of products with at least {ENOUGH} requests; the download has them all.");
        view! { <p class="muted">{text}</p> }
    });
    view! {
        <section aria-labelledby="by-month">
            <h2 id="by-month">{finding(&sharing.all)}</h2>
            <p class=late>{lateness(&sharing.all)}</p>
            {by_month(&sharing.all, &sharing.months)}
        </section>
        <section aria-labelledby="by-agency">
            <h2 id="by-agency">{agencies_finding(&sharing.agencies)}</h2>
            {by_agency(&sharing.agencies)}
        </section>
        <section aria-labelledby="by-product">
            <h2 id="by-product">{products_finding(&ends)}</h2>
            {some}
            {products}
        </section>
        <section aria-labelledby="how-far">
            <h2 id="how-far">{funnel_finding(&sharing.all.funnel)}</h2>
            {funnel(&sharing.all)}
        </section>
    }
    .into_any()
}

fn filters(asked: &Asked, choices: &SharingChoices) -> impl IntoView + use<> {
    let mut months: Vec<Month> = (0..MONTHS).map(|back| asked.this_month.earlier(back)).collect();
    months.extend([asked.from, asked.until]);
    months.sort_unstable_by(|a, b| b.cmp(a));
    months.dedup();
    let months: Vec<(String, String)> = months.into_iter().map(|month| (month.to_string(), month.label())).collect();
    let requesters: Vec<(String, String)> = choices.requesters.iter().map(|name| (name.clone(), name.clone())).collect();
    view! {
        <form method="get" action="/sharing" class="inline-form" aria-label="Filters">
            {select_field("agency", "Agency that shares", "", &choices.agencies, &asked.agency, &[])}
            {select_field("requester", "Agency that asks", "", &requesters, &asked.requester, &[])}
            {text_field("product", "Product’s address", "", &asked.product, &[])}
            {select_field("from", "Submitted from", "", &months, &asked.from.to_string(), &[])}
            {select_field("until", "Submitted until", "", &months, &asked.until.to_string(), &[])}
            <button type="submit" class="button button-secondary">"Filter"</button>
        </form>
    }
}

fn method() -> impl IntoView {
    view! {
        <details class="method">
            <summary>"How this is counted"</summary>
            <ul class="prose">
                <li>"Each product in a request counts as one request. Only products that you may know of are counted."</li>
                <li>"A working day is Monday to Friday without public holidays, in Singapore, and has 24 hours: a request of Monday noon that is read on Tuesday noon took one working day. While a requester is asked something, the clock stands."</li>
                <li>"Requests that were refused or withdrawn, and agreements that ended without a read, have no time and are left out of “half” and “a quarter”."</li>
                <li>"Requests still on their way count as not read yet. A month gets its point when half of its requests are read, so that a new month does not look quick by its quick ones alone."</li>
            </ul>
        </details>
    }
}
