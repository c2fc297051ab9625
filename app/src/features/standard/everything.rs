//! `/products/{address}/standards`: everything that standards found, now or on a day that is past.

use super::waivers;
use super::words::effect_mark;
use crate::ui::{breadcrumbs, data_table, date_field, day, empty_state, moment};
use chrono::NaiveDate;
use leptos::prelude::*;
use rules::Effect;
use store::standard::{FindingView, JudgedAt, WaiverLine};

pub struct Everything {
    pub title: String,
    pub address: String,
    pub on: Option<NaiveDate>,
    pub found: Vec<FindingView>,
    pub gates: Vec<JudgedAt>,
    pub waivers: Vec<WaiverLine>,
    /// The reader looks after the product, or audits.
    pub inside: bool,
}

pub fn everything_page(everything: &Everything) -> AnyView {
    let at = format!("/products/{}", everything.address);
    let rows: Vec<Vec<AnyView>> = everything.found.iter().map(|one| row(everything, one)).collect();
    let table = if rows.is_empty() {
        let next = view! { <a href="/standards">"Read the standards"</a> }.into_any();
        empty_state(
            "No standard has judged it.",
            "What covers the product and is in force is asked of it within seconds of a change, and once a day.",
            next,
        )
        .into_any()
    } else {
        data_table("What standards found", &["Standard", "What follows", "What is wrong", "Since", "Evidence"], rows).into_any()
    };
    let lead = match everything.on {
        Some(on) => view! { "What stood at the end of "{day(on)}"." }.into_any(),
        None => "What stands now. Each finding names the standard, its version and where it is mended.".into_any(),
    };
    let gates = everything.inside.then(|| gates(everything));
    let let_off = (!everything.waivers.is_empty()).then(|| view! { <h2>"Let off"</h2>{waivers::table(&everything.waivers, |_| ().into_any())} });
    view! {
        {breadcrumbs(vec![(at.clone(), everything.title.clone())])}
        <h1>{format!("Standards of {}", everything.title)}</h1>
        <p class="lead">{lead}</p>
        <form method="get" action=format!("{at}/standards") class="inline-form">
            {date_field("on", "On another day", "", &everything.on.map(|on| on.to_string()).unwrap_or_default(), &[])}
            <button type="submit" class="button button-secondary">"Show"</button>
        </form>
        {table}
        {let_off}
        {gates}
    }
    .into_any()
}

fn row(everything: &Everything, one: &FindingView) -> Vec<AnyView> {
    let follows = match (one.waived_until, one.verdict.as_str()) {
        (Some(until), _) => view! { <span class="tag">"Waived until "{day(until)}</span> }.into_any(),
        (None, "met") => view! { <span class="class-badge class-open"><span aria-hidden="true">"● "</span>"met"</span> }.into_any(),
        (None, "cannot-tell") if one.serving < Effect::Mask => view! { <span class="tag">"? cannot tell"</span> }.into_any(),
        _ => effect_mark(if one.serving == Effect::Nothing { Effect::Flag } else { one.serving }, "serving is stopped"),
    };
    let wrong = one
        .each()
        .into_iter()
        .map(|(code, field, message, mend, link)| {
            let mend = (!mend.is_empty()).then(|| view! { " "<a href=link.to_owned()>{mend.to_owned()}</a> });
            view! { <li>{message.to_owned()}"."{mend}" "<code>{code.to_owned()}</code>" "<code>{field.to_owned()}</code></li> }
        })
        .collect_view();
    let why = one.why.clone().map(|why| view! { <li>{why}</li> });
    let agreement = one.agreement.map(|_| view! { <br/><span class="muted">"One agreement on it"</span> });
    let evidence = if everything.inside {
        let href = format!("/api/v1/products/{}/evaluations/{}/input", everything.address, one.input);
        view! { <a href=href>"Input "<code>{one.input.chars().take(8).collect::<String>()}</code></a> }.into_any()
    } else {
        view! { <code>{one.input.chars().take(8).collect::<String>()}</code> }.into_any()
    };
    vec![
        view! { <a href=format!("/standards/{}/{}", one.slug, one.version)>{one.title.clone()}</a>{format!(", version {}", one.version)}{agreement} }
            .into_any(),
        follows,
        view! { <ul>{why}{wrong}</ul> }.into_any(),
        moment(one.at).into_any(),
        evidence,
    ]
}

/// What was asked of it where somebody wanted something.
fn gates(everything: &Everything) -> AnyView {
    if everything.gates.is_empty() {
        return ().into_any();
    }
    let rows = everything
        .gates
        .iter()
        .map(|one| {
            let named: Vec<String> = one
                .findings
                .as_array()
                .into_iter()
                .flatten()
                .map(|found| {
                    let text = |name: &str| found.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
                    let codes: Vec<String> = found["violations"]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .filter_map(|one| one.get("code").and_then(|code| code.as_str()).map(str::to_owned))
                        .collect();
                    format!("{} version {}: {}", text("standard"), found["version"], if codes.is_empty() { "cannot tell".to_owned() } else { codes.join(", ") })
                })
                .collect();
            vec![
                moment(one.at).into_any(),
                one.gate.label().into_any(),
                effect_mark(one.effect, "refused"),
                named.join("; ").into_any(),
                view! { <a href=format!("/api/v1/products/{}/evaluations/{}/input", everything.address, one.input)>"Input "<code>{one.input.chars().take(8).collect::<String>()}</code></a> }.into_any(),
            ]
        })
        .collect();
    view! {
        <h2>{if everything.on.is_some() { "Asked on that day when somebody wanted something" } else { "Asked when somebody wanted something" }}</h2>
        {data_table("At gates", &["When", "What was wanted", "What followed", "Found", "Evidence"], rows)}
    }
    .into_any()
}
