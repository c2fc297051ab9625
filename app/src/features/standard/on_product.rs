//! What standards found of a product: on its own page, and on the check list of whoever looks after it.

use super::words::effect_mark;
use crate::ui::{day, notice};
use leptos::prelude::*;
use rules::Effect;
use store::standard::{FindingView, WaiverLine};

/// Each thing to mend, with the standard that asks for it.
fn items(found: &FindingView) -> AnyView {
    let whom = format!("{} ({})", found.owner, found.contact);
    let of = || view! { <a href=format!("/standards/{}/{}", found.slug, found.version)>{format!("{}, version {}", found.title, found.version)}</a> };
    let why = found.why.clone().map(|why| {
        view! { <li>"It cannot be told whether this is met: "{why}". Its owner was told. "{of()}", "{whom.clone()}</li> }
    });
    let each = found
        .each()
        .into_iter()
        .map(|(code, field, message, mend, link)| {
            let mend = (!mend.is_empty()).then(|| view! { " "<a href=link.to_owned()>{mend.to_owned()}</a>"." });
            let field = (!field.is_empty()).then(|| view! { " "<code>{field.to_owned()}</code> });
            view! { <li>{message.to_owned()}"."{mend}<br/><span class="muted">{of()}", "{whom.clone()}" "<code>{code.to_owned()}</code>{field}</span></li> }
        })
        .collect_view();
    view! { {why}{each} }.into_any()
}

fn effect_of(found: &FindingView) -> AnyView {
    match found.waived_until {
        Some(until) => view! { <span class="tag">"Waived until "{day(until)}</span> }.into_any(),
        None if found.verdict == "cannot-tell" && found.serving < Effect::Mask => view! { <span class="tag">"? cannot tell"</span> }.into_any(),
        None => effect_mark(if found.serving == Effect::Nothing { Effect::Flag } else { found.serving }, "serving is stopped"),
    }
}

fn blocks(findings: &[FindingView]) -> impl IntoView + use<> {
    findings.iter().map(|found| view! { <div><p>{effect_of(found)}</p><ul>{items(found)}</ul></div> }).collect_view()
}

/// What stands at the head of a product's page: what stops it or is flagged, and what it is let off.
pub fn on_product(address: &str, findings: &[FindingView], waivers: &[WaiverLine]) -> AnyView {
    let shown: Vec<FindingView> = findings.iter().filter(|found| found.waived_until.is_some() || found.serving >= Effect::Flag).cloned().collect();
    let let_off: Vec<AnyView> = waivers
        .iter()
        .filter(|waiver| waiver.ended_at.is_none())
        .map(|waiver| {
            view! {
                <li>"Let off "<a href=format!("/standards/{}", waiver.slug)>{waiver.standard_title.clone()}</a>" until "{day(waiver.until)}": "{waiver.reason.clone()}</li>
            }
            .into_any()
        })
        .collect();
    if shown.is_empty() && let_off.is_empty() {
        return ().into_any();
    }
    let grave = !let_off.is_empty() || shown.iter().any(|found| found.waived_until.is_some() || found.serving >= Effect::Mask);
    if !grave {
        // What is only flagged stands beside the product, not before it.
        let things = shown.iter().map(|found| found.each().len().max(1)).sum::<usize>();
        let says = if things == 1 { "Standards ask for one thing more".to_owned() } else { format!("Standards ask for {things} things more") };
        return view! {
            <details class="why"><summary>{says}</summary>{blocks(&shown)}<p><a href=format!("/products/{address}/standards")>"Everything that standards found"</a></p></details>
        }
        .into_any();
    }
    let stopped = shown.iter().any(|found| found.waived_until.is_none() && found.serving == Effect::Refuse);
    let says = match (stopped, shown.is_empty()) {
        (true, _) => "Nothing is read from it now: it does not meet a standard. Agreements stay, and resume when it is mended or waived.",
        (false, false) => "It does not meet every standard.",
        (false, true) => "It is let off a standard for a while.",
    };
    let waived = (!let_off.is_empty()).then(|| view! { <ul>{let_off}</ul> });
    notice(
        view! {
            <p>{says}</p>
            <details class="why" open=stopped><summary>"What standards ask of it"</summary>{blocks(&shown)}</details>
            {waived}
            <p><a href=format!("/products/{address}/standards")>"Everything that standards found"</a></p>
        }
        .into_any(),
    )
    .into_any()
}

/// What still stands between a product and its standards, for whoever looks after it.
pub fn check_list(findings: &[FindingView]) -> AnyView {
    if findings.is_empty() {
        return ().into_any();
    }
    view! {
        <section aria-labelledby="standards-list">
            <h2 id="standards-list">"What standards ask of this product"</h2>
            {blocks(findings)}
        </section>
    }
    .into_any()
}
