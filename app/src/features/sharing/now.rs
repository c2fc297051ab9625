//! In short, for the home page: how long sharing takes now, against the target.

use super::plots::lately;
use super::words::{finding, lateness};
use crate::ui::query_string;
use domain::access::Sharing;
use leptos::prelude::*;

/// Over what everybody may know of, in the last months.
pub fn sharing_now(sharing: &Sharing) -> AnyView {
    if sharing.is_empty() {
        return view! {
            <section aria-labelledby="sharing">
                <h2 id="sharing">"How long sharing takes"</h2>
                <p>"Nobody has asked for data lately. When somebody does, this shows how long it takes until they read it."</p>
            </section>
        }
        .into_any();
    }
    let mut href = "/sharing".to_owned();
    if let [(first, _), .., (last, _)] = &sharing.months[..] {
        href = format!("{href}?{}", query_string(&[("from", &first.to_string()), ("until", &last.to_string())]));
    }
    let late = if sharing.all.late > 0 { "deadline-late" } else { "" };
    view! {
        <section aria-labelledby="sharing" class="sharing-now">
            <h2 id="sharing">{finding(&sharing.all)}</h2>
            <p class=late>{lateness(&sharing.all)}</p>
            {lately(&sharing.all, &sharing.months)}
            <p><a href=href>"How long sharing takes, by agency and product"</a></p>
        </section>
    }
    .into_any()
}
