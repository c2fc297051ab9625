//! What a version would do: figures, who must do what, and by agency, beside the version in force.

use super::words::effect_mark;
use crate::ui::{breadcrumbs, count, data_table_under_heading, day, empty_state, moment, notice};
use chrono::{DateTime, NaiveDate, Utc};
use leptos::prelude::*;
use rules::{About, Acting, Effect, Gate, Impact, Row, Severity, Verdict, outcome};
use std::collections::BTreeMap;
use store::standard::Version;

/// Rows on the page unless all are asked for.
const FIRST: usize = 50;

pub struct Simulation {
    pub version: Version,
    /// Number and first day of the version that it is compared with.
    pub against: Option<(u32, Option<NaiveDate>)>,
    pub impact: Impact,
    pub products: usize,
    pub agreements: usize,
    /// Parts of requests that wait for a decision.
    pub requests: usize,
    pub milliseconds: u128,
    pub at: DateTime<Utc>,
    pub all: bool,
    pub keeps: bool,
    /// Narrower standards that say something looser, for whoever keeps this one.
    pub narrower: Vec<Narrower>,
    /// Why nothing could be asked.
    pub faults: Vec<String>,
    /// Titles of agencies by their short names.
    pub agencies: BTreeMap<String, String>,
    /// The page's own address, to which `?all=1` is added.
    pub here: String,
    /// The same as a table to keep, and the standard's own page as this reader opens it.
    pub table: String,
    pub back: String,
}

/// A narrower standard, and what it says that is looser.
#[derive(Debug, Clone, PartialEq)]
pub struct Narrower {
    pub version: Version,
    pub said: Vec<String>,
}

/// The gate at which a severity bites.
const fn gate_of(severity: Severity) -> Gate {
    match severity {
        Severity::BlockServing | Severity::Flag => Gate::Serving,
        Severity::BlockPublishing | Severity::Advise => Gate::Publishing,
        Severity::RequireStep => Gate::Submitting,
        Severity::RequireMask => Gate::Compiling,
    }
}

const fn would(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::BlockServing => ("Products that would stop", "port stops"),
        Severity::BlockPublishing => ("Products that could not be published", "not published"),
        Severity::RequireStep => ("Products whose requests need a step", "one more step"),
        Severity::RequireMask => ("Products with columns masked", "masked"),
        Severity::Flag => ("Products flagged", "flagged"),
        Severity::Advise => ("Products advised", "advised"),
    }
}

pub fn simulate_page(simulation: &Simulation) -> AnyView {
    let version = &simulation.version;
    let standard = &version.standard;
    let number = standard.version;
    let compared = match simulation.against {
        Some((other, Some(from))) => view! { {format!(" Compared with version {other}, in force since ")}{day(from)}"." }.into_any(),
        Some((other, None)) => format!(" Compared with version {other}.").into_any(),
        None => " No version of it is in force.".into_any(),
    };
    let body = if simulation.faults.is_empty() {
        result(simulation)
    } else {
        let items = simulation.faults.iter().map(|fault| view! { <li>{fault.clone()}</li> }).collect_view();
        notice(view! { <p>"The rule cannot be run, so that nothing can be said:"</p><ul>{items}</ul> }.into_any()).into_any()
    };
    let next = (simulation.keeps && standard.status.is_open())
        .then(|| view! { <a class="button" href=format!("/standards/{}/{number}#next", standard.id)>"Go on to publishing"</a> });
    view! {
        {breadcrumbs(vec![("/standards".into(), "Standards".into()), (simulation.back.clone(), standard.title.clone())])}
        <h1>{format!("What version {number} would do")}</h1>
        <p class="lead">{standard.title.clone()}"."{compared}</p>
        <p class="actions">
            <a class="button button-secondary" href=simulation.table.clone()>"Export"</a>
            <a class="button button-secondary" href=format!("/standards/shared/{}", version.share_key)>"Address to share"</a>
            {next}
        </p>
        {body}
        {narrower(&simulation.narrower)}
    }
    .into_any()
}

/// What others would have to change, because it says something that would not hold any more.
fn narrower(all: &[Narrower]) -> Option<AnyView> {
    let rows: Vec<Vec<AnyView>> = all
        .iter()
        .map(|one| {
            let standard = &one.version.standard;
            let page = format!("/standards/{}/{}", standard.id, standard.version);
            vec![
                view! { <a href=page>{standard.title.clone()}</a> }.into_any(),
                one.version.place_title.clone().into_any(),
                one.said.join("; ").into_any(),
                view! { {standard.owner.clone()}<br/><a href=format!("mailto:{}", standard.contact)>{standard.contact.clone()}</a> }.into_any(),
            ]
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <h2>"Narrower standards that say something looser"</h2>
            <p>"A narrower standard tightens, never loosens: what these allow beyond this one would not hold, and whoever answers for them has to change them."</p>
            {data_table_under_heading("Looser standards", &["Standard", "Where it holds", "What it says", "Who answers for it"], rows)}
        }
        .into_any()
    })
}

fn result(simulation: &Simulation) -> AnyView {
    let severity = simulation.version.standard.severity;
    let (label, stopped) = would(severity);
    let rows = &simulation.impact.rows;
    let violated = |of: fn(&About) -> bool| rows.iter().filter(|row| of(&row.about) && matches!(row.after, Verdict::Violated(_))).count();
    let newly = rows.iter().filter(|row| row.about == About::Product && !row.new_violations().is_empty()).count();
    let mended = rows.iter().filter(|row| row.about == About::Product && row.after.is_met() && !row.gone_violations().is_empty()).count();
    let cannot = rows.iter().filter(|row| matches!(row.after, Verdict::CannotTell(_))).count();
    let figure = |name: String, number: usize, note: String| {
        view! { <div class="figure"><dt>{name}</dt><dd><span class="figure-main">{count(i64::try_from(number).unwrap_or(i64::MAX))}</span>{note}</dd></div> }
    };
    let of_all = format!("of {}", count(i64::try_from(simulation.products).unwrap_or(i64::MAX)));
    let said = format!(
        "{}, {} and {} were judged in {}.{:03} s, on the state of ",
        many(simulation.products, "product", "products"),
        many(simulation.agreements, "agreement in force", "agreements in force"),
        many(simulation.requests, "open request", "open requests"),
        simulation.milliseconds / 1000,
        simulation.milliseconds % 1000
    );
    view! {
        <dl class="figures">
            {figure(label.to_owned(), violated(|about| *about == About::Product), of_all)}
            {figure("Agreements concerned".into(), violated(|about| matches!(about, About::Agreement(_))), "in force today".into())}
            {figure("Requests concerned".into(), violated(|about| matches!(about, About::Request(_))), "waiting for a decision".into())}
            {figure("New".into(), newly, format!("{mended} would be mended by it"))}
            {figure("Cannot tell".into(), cannot, "its owner is told".into())}
        </dl>
        <p class="muted">{said}{moment(simulation.at)}"."</p>
        {not_asked(&simulation.impact)}
        {who(simulation, stopped)}
        {by_agency(&simulation.impact, &simulation.agencies)}
    }
    .into_any()
}

/// That the rule is too slow for all that there is to ask it.
fn not_asked(impact: &Impact) -> Option<AnyView> {
    let late = impact.not_asked();
    let said = format!(
        "There was no time to ask the rule of {} of {} products, agreements and requests. Write it more simply: as it is it cannot be published.",
        count(i64::try_from(late).unwrap_or(i64::MAX)),
        count(i64::try_from(impact.rows.len()).unwrap_or(i64::MAX))
    );
    (late > 0).then(|| notice(said.into_any()).into_any())
}

/// `1 product`, `2,000 products`.
fn many(n: usize, one: &str, more: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{} {more}", count(i64::try_from(n).unwrap_or(i64::MAX))) }
}

fn who(simulation: &Simulation, stopped: &str) -> AnyView {
    let mut readers: BTreeMap<&str, i64> = BTreeMap::new();
    for row in simulation.impact.rows.iter().filter(|row| row.agreement().is_some()) {
        *readers.entry(&row.address).or_default() += 1;
    }
    let concerned: Vec<&Row> = simulation.impact.rows.iter().filter(|row| !row.after.is_met() || !row.gone_violations().is_empty()).collect();
    if concerned.is_empty() {
        let next = view! { <a href="/standards">"All standards"</a> }.into_any();
        return empty_state("Nobody would have to do anything.", "Every product, agreement and request that it covers meets it today.", next)
            .into_any();
    }
    let shown = if simulation.all { concerned.len() } else { FIRST };
    let lines =
        concerned.iter().take(shown).map(|row| line(simulation, row, stopped, readers.get(row.address.as_str()).copied().unwrap_or(0))).collect();
    let more = (concerned.len() > shown)
        .then(|| view! { <p><a href=format!("{}&all=1", simulation.here)>{format!("All {} effects", concerned.len())}</a></p> });
    view! {
        <h2>"Who must do what"</h2>
        {data_table_under_heading("Effects", &["Product", "Effect", "Why", "To comply", "Agreements"], lines)}
        {more}
    }
    .into_any()
}

fn line(simulation: &Simulation, row: &Row, stopped: &str, readers: i64) -> Vec<AnyView> {
    let severity = simulation.version.standard.severity;
    let effect = outcome(severity, gate_of(severity), Acting::Whole, &row.after);
    let mark = match &row.after {
        Verdict::Met => view! { <span class="class-badge class-open"><span aria-hidden="true">"● "</span>"mended by it"</span> }.into_any(),
        Verdict::CannotTell(_) => {
            view! { <span class="class-badge class-closed"><span aria-hidden="true">"? "</span>"cannot tell"</span> }.into_any()
        }
        Verdict::Violated(_) if row.agreement().is_some() && effect == Effect::Refuse => effect_mark(effect, "agreement stops"),
        Verdict::Violated(_) => effect_mark(effect, stopped),
    };
    let new = row.new_violations();
    let why: Vec<AnyView> = match &row.after {
        Verdict::Met => row.gone_violations().into_iter().map(|gone| view! { <li>"No longer: "{gone.message.clone()}</li> }.into_any()).collect(),
        Verdict::CannotTell(why) => vec![view! { <li>{why.to_string()}</li> }.into_any()],
        Verdict::Violated(found) => found
            .iter()
            .map(|one| {
                let tag = new.contains(&one).then(|| view! { " "<span class="tag">"New"</span> });
                view! { <li>{one.message.clone()}{tag}</li> }.into_any()
            })
            .collect(),
    };
    let about = match &row.about {
        About::Product => None,
        About::Agreement(id) => Some(match &row.holder {
            // Named to those who may open it.
            Some(agency) => {
                let held = format!("An agreement of {}", simulation.agencies.get(agency).unwrap_or(agency));
                view! { <a href=format!("/agreements/{id}")>{held}</a> }.into_any()
            }
            None => "One agreement on it".into_any(),
        }),
        About::Request(_) => Some("One open request for it".into_any()),
    };
    let about = about.map(|words| view! { <br/><span class="muted">{words}</span> });
    vec![
        view! { <a href=format!("/products/{}", row.address)>{row.title.clone()}</a><br/><span class="address">{row.address.clone()}</span>{about} }
            .into_any(),
        mark,
        view! { <ul>{why}</ul> }.into_any(),
        mending(&[row]),
        count(readers).into_any(),
    ]
}

/// What to do about what is not met, each once and with the page where it is done.
pub fn mending(rows: &[&Row]) -> AnyView {
    let mut mend: Vec<(String, &str)> = vec![];
    for row in rows {
        for one in row.after.violations().iter().filter(|one| !one.mend.is_empty()) {
            let what = (one.page.path(&row.address, None), one.mend.as_str());
            if !mend.contains(&what) {
                mend.push(what);
            }
        }
    }
    let lines: Vec<AnyView> = mend.into_iter().map(|(path, what)| view! { <li><a href=path>{what.to_owned()}</a></li> }.into_any()).collect();
    if lines.is_empty() { "–".into_any() } else { view! { <ul>{lines}</ul> }.into_any() }
}

fn by_agency(impact: &Impact, titles: &BTreeMap<String, String>) -> AnyView {
    if impact.by_agency.is_empty() {
        return ().into_any();
    }
    let number = |n: usize| n.to_string().into_any();
    let rows = impact
        .by_agency
        .iter()
        .map(|(agency, counts)| {
            vec![
                titles.get(agency).unwrap_or(agency).clone().into_any(),
                number(counts.looked_at),
                number(counts.violated),
                number(counts.newly_violated),
                number(counts.newly_met),
                number(counts.cannot_tell),
            ]
        })
        .collect();
    view! {
        <h2>"By agency"</h2>
        {data_table_under_heading("Products, agreements and requests by agency", &["Agency", "Judged", "Would not meet it", "Newly", "Newly met", "Cannot tell"], rows)}
    }
    .into_any()
}
