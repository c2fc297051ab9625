//! Terms that somebody has accepted or has yet to: what a request accepts, what an agreement owes, and what changed.

use crate::features::catalogue::ProductTab;
use crate::features::catalogue::terms::difference;
use crate::ui::{breadcrumbs, csrf_field, data_table, deadline, hidden, notice, status_tag};
use leptos::prelude::*;
use store::access::{OwedTerms, TermsAsked};
use store::catalogue::{TermsNames, TermsVersion};

fn version_link(address: &str, version: i32) -> impl IntoView + use<> {
    view! { <a href=format!("{}/{version}", ProductTab::Agreement.url(address))>{format!("version {version}")}</a> }
}

/// What submitting accepts, by product; said on the page before.
pub fn accepts(terms: &[TermsAsked]) -> AnyView {
    if terms.is_empty() {
        return ().into_any();
    }
    let items = terms
        .iter()
        .map(|one| view! { <li>{one.product_title.clone()}": "{version_link(&one.product_address, one.version)}" of its terms"</li> })
        .collect_view();
    view! { <p>"By submitting you accept:"</p><ul class="plain-list">{items}</ul> }.into_any()
}

/// The same, as the form carries it.
pub fn accepted_fields(terms: &[TermsAsked]) -> AnyView {
    terms.iter().map(|one| hidden("accepted", &format!("{}={}", one.product_address, one.version))).collect_view().into_any()
}

fn page_of(owed: &OwedTerms) -> String {
    format!("/agreements/{}/terms", owed.agreement)
}

/// Terms to accept, above somebody's agreements.
pub fn owed_section(owed: &[OwedTerms]) -> AnyView {
    if owed.is_empty() {
        return ().into_any();
    }
    let rows = owed
        .iter()
        .map(|one| {
            let label = format!(" of {}", one.product_title);
            let link = view! { <a href=page_of(one)>{format!("Read what changed, then accept version {}", one.version)}<span class="sr-only">{label}</span></a> };
            let state = if one.held { status_tag("Held: nothing is read until you accept").into_any() } else { "In force".into_any() };
            vec![one.product_title.clone().into_any(), state, deadline(one.accept_by).into_any(), link.into_any()]
        })
        .collect();
    data_table("Terms to accept", &["Product", "State", "Accept by", "What to do"], rows).into_any()
}

/// What one agreement owes, on its own page. `may_accept`: whether the reader is its holder.
pub fn owed_notice(owed: &OwedTerms, may_accept: bool) -> AnyView {
    let held = owed.held.then_some("Nothing is read under this agreement until its holder accepts the product's terms. ");
    let next = may_accept.then(|| view! { " "<a href=page_of(owed)>{format!("Read what changed, then accept version {}", owed.version)}</a> });
    notice(view! { {held}{format!("Version {} of the terms is to be accepted by ", owed.version)}{deadline(owed.accept_by)}"."{next} }.into_any())
        .into_any()
}

/// What changed since the holder last accepted, with the button. `former`: the version accepted last, when one is on record.
pub fn accept_page(csrf: &str, owed: &OwedTerms, former: Option<&TermsVersion>, current: &TermsVersion, names: &TermsNames) -> AnyView {
    let version = owed.version;
    let changed = former.map_or_else(
        || {
            view! { <p>"No version that you accepted is on record. "{version_link(&owed.product_address, version)}" is what holds now."</p> }
                .into_any()
        },
        |former| {
            let heads = [format!("Version {}, which you accepted", former.about.version), format!("Version {version}, now")];
            difference(&former.terms, &current.terms, names, &[&heads[0], &heads[1]])
        },
    );
    view! {
        {breadcrumbs(vec![("/agreements".into(), "Agreements".into()), (format!("/agreements/{}", owed.agreement), owed.product_title.clone())])}
        <h1>{format!("Terms of {}, version {version}", owed.product_title)}</h1>
        {owed_notice(owed, false)}
        {current.about.change_note.clone().map(|note| view! { <p class="prose">"What changed, in its owner’s words: "{note}</p> })}
        {changed}
        <p>"The whole text: "{version_link(&owed.product_address, version)}"."</p>
        <form method="post" action=page_of(owed)>
            {csrf_field(csrf)}{hidden("version", &version.to_string())}
            <button type="submit" class="button">{format!("Accept version {version}")}</button>
        </form>
        <p class="muted">"If you cannot accept it, give the agreement up on its own page, or speak to the product’s owner."</p>
    }
    .into_any()
}
