//! Suspending all agreements of a person, an agency or a product: the list, the form, and what it would touch.

use crate::ui::{
    breadcrumbs, count, csrf_field, data_table, empty_state, error_summary, hidden, moment, notice, query_string, select_field, status_tag,
    text_area, text_field,
};
use domain::Violation;
use domain::access::SubjectKind;
use domain::id::{SectorId, SuspensionId};
use leptos::prelude::*;
use std::collections::BTreeSet;
use store::access::{Suspendable, SuspensionLine, TouchedLine};

/// What was typed, as the browser sends it.
#[derive(Debug, Clone, Default)]
pub struct SuspensionForm {
    pub kind: String,
    pub subject: String,
    pub sector: String,
    pub reason: String,
}

/// What somebody may do with the list.
#[derive(Debug, Clone, Default)]
pub struct May {
    pub suspend: bool,
    pub lift: BTreeSet<SuspensionId>,
}

/// `wrong` is what was wrong when somebody tried to lift one.
pub fn suspensions_page(csrf: &str, lines: &[SuspensionLine], may: &May, wrong: Option<&(SuspensionId, Violation)>) -> AnyView {
    let faults: Vec<Violation> = wrong.iter().map(|(_, fault)| fault.clone()).collect();
    let begin = may.suspend.then(|| view! { <p class="actions"><a class="button" href="/suspensions/new">"Suspend agreements"</a></p> });
    let list = if lines.is_empty() {
        empty_state(
            "Nothing was suspended.",
            "A suspension stops all reading under the agreements of a person, an agency or a product, until it is lifted.",
            ().into_any(),
        )
        .into_any()
    } else {
        let rows = lines.iter().map(|line| row(csrf, line, may, wrong.is_some_and(|(id, _)| *id == line.id))).collect();
        data_table("Suspensions, those that stand first", &["Whose agreements", "Where", "Why", "Suspended", "State"], rows).into_any()
    };
    view! {
        {error_summary(&faults)}
        {breadcrumbs(vec![("/admin".into(), "Administration".into())])}
        <h1>"Suspensions"</h1>
        <p class="lead">"While one stands, nobody reads under the agreements that it holds, and new ones are held too. They go on, with the same credentials, when it is lifted."</p>
        {begin}
        {list}
    }
    .into_any()
}

fn row(csrf: &str, line: &SuspensionLine, may: &May, wrong: bool) -> Vec<AnyView> {
    let held = if line.held == 1 { "Holds 1 agreement".to_owned() } else { format!("Holds {} agreements", count(line.held)) };
    let state = if let Some((by, at, reason)) = &line.lifted {
        view! { {status_tag("Lifted")}<br/><span class="muted">{by.clone()}", "{moment(*at)}": "{reason.clone()}</span> }.into_any()
    } else {
        let form = may.lift.contains(&line.id).then(|| {
                // The summary of faults leads to the one that is wrong.
                let id = if wrong { "reason".to_owned() } else { format!("reason-{}", line.id) };
                view! {
                    <form method="post" action=format!("/suspensions/{}/lift", line.id)>
                        {csrf_field(csrf)}
                        <div class="field">
                            <label for=id.clone()>"Why it is lifted"<span class="sr-only">{format!(": {}", line.subject)}</span></label>
                            <input type="text" id=id name="reason" maxlength="2000" aria-invalid=wrong.then_some("true")/>
                        </div>
                        <button type="submit" class="button button-secondary">"Lift"<span class="sr-only">{format!(" the suspension of {}", line.subject)}</span></button>
                    </form>
                }
            });
        view! { {status_tag("Stands")}<br/>{held}{form} }.into_any()
    };
    vec![
        view! { {line.subject.clone()}<br/><span class="muted">{line.kind.label()}</span> }.into_any(),
        line.sector_title.clone().unwrap_or_else(|| "Everywhere".into()).into_any(),
        line.reason.clone().into_any(),
        view! { {line.placed_by.clone()}<br/><span class="muted">{moment(line.placed_at)}</span> }.into_any(),
        state,
    ]
}

/// From an agreement to the form, filled in with whoever reads under it, their agency or its product; nothing for who may not suspend.
pub fn suspend_links(found: &[Suspendable], sector: SectorId) -> Option<AnyView> {
    let sector = sector.to_string();
    let line = |one: &Suspendable| {
        let query = query_string(&[("kind", one.kind.as_str()), ("subject", &one.subject), ("sector", &sector)]);
        let whose = match one.kind {
            SubjectKind::Person => format!("All agreements of {}", one.title),
            SubjectKind::Agency => format!("All agreements of people of {}", one.title),
            SubjectKind::Product => format!("All agreements on {}", one.title),
        };
        view! { <li><a href=format!("/suspensions/new?{query}")>{whose}</a></li> }
    };
    (!found.is_empty()).then(|| {
        view! {
            <section aria-labelledby="suspend">
                <h2 id="suspend">"Suspend"</h2>
                <p>"Stops all reading until it is lifted. The form opens filled in; what it touches is shown before anything happens."</p>
                <ul class="plain-list">{found.iter().map(line).collect_view()}</ul>
            </section>
        }
        .into_any()
    })
}

/// The form; `sectors` are those that the reader may choose, as (value, label).
pub fn suspend_page(csrf: &str, form: &SuspensionForm, sectors: &[(String, String)], wrong: &[Violation]) -> AnyView {
    let kinds: Vec<(String, String)> = SubjectKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), kind.label().to_owned())).collect();
    view! {
        <div class="narrow">
            {error_summary(wrong)}
            <h1>"Suspend agreements"</h1>
            <p class="lead">"Nothing happens yet: the next page shows which agreements it touches."</p>
            <form method="post" action="/suspensions/check" novalidate="">
                {csrf_field(csrf)}
                {select_field("kind", "Whose agreements", "", &kinds, &form.kind, wrong)}
                {text_field("subject", "Name", "A person’s e-mail address, an agency’s name as its people carry it, or a product’s address.", &form.subject, wrong)}
                {select_field("sector", "Where", "Agreements on products of this sector.", sectors, &form.sector, wrong)}
                {text_area("reason", "Reason", "The holders read this.", &form.reason, wrong)}
                <button type="submit" class="button">"Show what it touches"</button>
            </form>
        </div>
    }
    .into_any()
}

/// What would be held: how many, and the first of them.
pub fn check_page(csrf: &str, form: &SuspensionForm, subject: &str, place: &str, all: i64, first: &[TouchedLine]) -> AnyView {
    let rows = first
        .iter()
        .map(|line| {
            vec![
                view! { <a href=format!("/agreements/{}", line.id)>{line.product_title.clone()}</a> }.into_any(),
                line.holder.clone().into_any(),
                moment(line.until).into_any(),
            ]
        })
        .collect();
    let touched = if all == 0 {
        notice("No agreement in force is touched now. New ones will be held.".into_any()).into_any()
    } else {
        let caption = if i64::try_from(first.len()).unwrap_or_default() < all {
            format!("The first {} of {} agreements", count(i64::try_from(first.len()).unwrap_or_default()), count(all))
        } else {
            "Agreements that it touches".to_owned()
        };
        data_table(&caption, &["Product", "Holder", "Until"], rows).into_any()
    };
    let heading = if all == 1 { "Suspend 1 agreement?".to_owned() } else { format!("Suspend {} agreements?", count(all)) };
    view! {
        <h1>{heading}</h1>
        <p class="lead">{format!("{subject}, {place}. Reason: {}", form.reason)}</p>
        {touched}
        <form method="post" action="/suspensions">
            {csrf_field(csrf)}{hidden("kind", &form.kind)}{hidden("subject", &form.subject)}{hidden("sector", &form.sector)}{hidden("reason", &form.reason)}
            <button type="submit" class="button button-danger">"Suspend"</button>
        </form>
        <p class="actions"><a href="/suspensions">"Suspend nothing"</a></p>
    }
    .into_any()
}
