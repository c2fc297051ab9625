//! `/standards/{slug}` and one of its versions: text, rule, whom it concerns, what came before.

use super::act::{Acts, Open, consultation, keeping, next_steps};
use super::changes::changes;
use super::check_ins::check_ins;
use super::coming::{Coming, coming};
use super::history::history;
use super::waivers;
use super::words::{consequence, effect_mark, rule, state_of, tests};
use crate::ui::{breadcrumbs, count, data_table, day, deadline, empty_state, error_summary, moment, notice, summary_list};
use chrono::NaiveDate;
use domain::Violation;
use leptos::prelude::*;
use rules::Effect;
use store::standard::{Affected, Change, CheckIn, Comment, HistoryLine, Version, WaiverLine};

pub struct Shown {
    pub version: Version,
    /// Every version that the reader may read, newest first.
    pub all: Vec<Version>,
    pub today: NaiveDate,
    pub may: Open,
    pub affected: Vec<Affected>,
    /// What it will ask of the reader's own products; none when the version acts, or never will.
    pub coming: Option<Coming>,
    /// How the tests beside its rule go: the name of each, and what is wrong when it fails.
    pub tests: Vec<(String, Option<String>)>,
    /// What was changed in it while it was open, as far as the reader could see it then.
    pub changes: Vec<Change>,
    /// What became of it, as far as the reader may know.
    pub history: Vec<HistoryLine>,
    pub waivers: Vec<WaiverLine>,
    pub comments: Vec<Comment>,
    pub check_ins: Vec<CheckIn>,
    pub acts: Acts,
    pub wrong: Vec<Violation>,
    pub done: Option<String>,
}

pub fn standard_page(csrf: &str, shown: &Shown) -> AnyView {
    let version = &shown.version;
    let standard = &version.standard;
    let facts = vec![
        ("State", state_of(version, shown.today).into_any()),
        ("What it is about", standard.kind.label().into_any()),
        ("Where it holds", version.place_title.clone().into_any()),
        ("When it is not met", consequence(standard.severity).into_any()),
        ("First day", standard.effective_from.map_or_else(|| "Not published yet".into_any(), |from| deadline(from).into_any())),
        ("Grace", grace(version).into_any()),
        ("Ends", standard.effective_until.map_or_else(|| "No end".into_any(), |until| view! { "Before "{day(until)} }.into_any())),
        (
            "Who answers for it",
            view! { {standard.owner.clone()}", "<a href=format!("mailto:{}", standard.contact)>{standard.contact.clone()}</a> }.into_any(),
        ),
        ("References", if standard.references.is_empty() { "None".into_any() } else { standard.references.join("; ").into_any() }),
    ];
    view! {
        {error_summary(&shown.wrong)}
        {breadcrumbs(vec![("/standards".into(), "Standards".into())])}
        {shown.done.clone().map(|done| view! { <div class="notice" role="status">{done}</div> })}
        <h1>{standard.title.clone()}</h1>
        <p class="address">{format!("{}, version {}", standard.id, standard.version)}</p>
        {other_version(shown)}
        <div class="prose wording">{standard.text.clone()}</div>
        {summary_list(facts)}
        {version.urgent_reason.clone().map(|why| notice(format!("Published without waiting: {why}").into_any()))}
        {next_steps(csrf, version, shown.may, &shown.acts, &shown.wrong, shown.today)}
        <section aria-labelledby="rule"><h2 id="rule">"What software checks"</h2>{rule(version)}{tests(&shown.tests)}</section>
        {shown.coming.as_ref().map(|own| coming(version, own))}
        {(shown.coming.is_none() || !shown.affected.is_empty()).then(|| whom_it_concerns(shown))}
        {consultation(csrf, version, &shown.comments, shown.may, &shown.acts, &shown.wrong)}
        {changes(&shown.changes)}
        {check_ins(csrf, version, &shown.check_ins, shown.may, &shown.acts, &shown.wrong)}
        {waived(csrf, shown)}
        {versions(shown)}
        {history(&shown.history)}
        {keeping(csrf, version, shown.may, &shown.acts, &shown.wrong)}
    }
    .into_any()
}

fn grace(version: &Version) -> String {
    match version.standard.grace_days {
        0 => "None".to_owned(),
        1 => "It only flags on its first day".to_owned(),
        days => format!("It only flags for its first {days} days"),
    }
}

/// That another version stands for the standard today.
fn other_version(shown: &Shown) -> AnyView {
    let newest = shown.all.iter().find(|version| version.standard.status.may_act()).or_else(|| shown.all.first());
    match newest {
        Some(newest) if newest.standard.version != shown.version.standard.version => {
            let (number, slug) = (newest.standard.version, &newest.standard.id);
            notice(view! { <a href=format!("/standards/{slug}/{number}")>{format!("Version {number}")}</a>{format!(": {}.", state_of(newest, shown.today).to_lowercase())} }.into_any()).into_any()
        }
        _ => ().into_any(),
    }
}

fn whom_it_concerns(shown: &Shown) -> AnyView {
    let body = if shown.affected.is_empty() {
        let next = view! { <a href="/products">"Look at products"</a> }.into_any();
        empty_state("No product is found not to meet it.", "Products that do not meet what is in force are listed here, with what follows.", next)
            .into_any()
    } else {
        let rows = shown
            .affected
            .iter()
            .map(|one| {
                let effect = match (one.waived_until, one.verdict.as_str()) {
                    (Some(until), _) => view! { <span class="tag">"Waived until "{day(until)}</span> }.into_any(),
                    (None, "cannot-tell") if one.serving < Effect::Mask => view! { <span class="tag">"? cannot tell"</span> }.into_any(),
                    _ => effect_mark(if one.serving == Effect::Nothing { Effect::Flag } else { one.serving }, stopped(one)),
                };
                vec![
                    view! { <a href=format!("/products/{}/standards", one.address)>{one.title.clone()}</a> }.into_any(),
                    one.agency.clone().into_any(),
                    effect,
                    one.violations.to_string().into_any(),
                    agreements(one).into_any(),
                ]
            })
            .collect();
        data_table("Products that do not meet it", &["Product", "Agency", "What follows", "To mend", "Agreements"], rows).into_any()
    };
    view! { <section aria-labelledby="whom"><h2 id="whom">"Whom it concerns now"</h2>{body}</section> }.into_any()
}

/// What a refusal is: an agreement that alone does not meet it stops alone.
fn stopped(one: &Affected) -> &'static str {
    if one.itself { "serving is stopped" } else { "agreements are stopped" }
}

/// How many agreements a product has, and how many of them do not meet the standard themselves.
fn agreements(one: &Affected) -> String {
    let all = count(one.agreements);
    match one.failing {
        0 => all,
        1 => format!("{all}, of which 1 does not meet it"),
        failing => format!("{all}, of which {} do not meet it", count(failing)),
    }
}

fn waived(csrf: &str, shown: &Shown) -> AnyView {
    if shown.waivers.is_empty() {
        return ().into_any();
    }
    let (keeps, csrf) = (shown.may.keeps, csrf.to_owned());
    let end = move |waiver: &WaiverLine| if keeps { waivers::actions(&csrf, waiver) } else { ().into_any() };
    view! { <section aria-labelledby="waivers"><h2 id="waivers">"Let off"</h2>{waivers::table(&shown.waivers, end)}</section> }.into_any()
}

fn versions(shown: &Shown) -> AnyView {
    let slug = &shown.version.standard.id;
    let rows = shown
        .all
        .iter()
        .map(|version| {
            let number = version.standard.version;
            let before = shown.all.iter().any(|other| other.standard.version == number.saturating_sub(1));
            let compare = before.then(|| view! { <a href=format!("/standards/{slug}/compare?from={}&to={number}", number - 1)>"What changed"</a> });
            let people = match (&version.published_by_name, &version.agreed_by_name) {
                (Some(by), Some(agreed)) => format!("{by}; {agreed} agreed"),
                (None, _) if version.published_at.is_some() => "It came with Pasar".to_owned(),
                _ => version.changed_by_name.clone().unwrap_or_default(),
            };
            vec![
                view! { <a href=format!("/standards/{slug}/{number}")>{format!("Version {number}")}</a> }.into_any(),
                state_of(version, shown.today).into_any(),
                version.standard.effective_from.map_or_else(|| "–".into_any(), |from| day(from).into_any()),
                moment(version.published_at.unwrap_or(version.changed_at)).into_any(),
                people.into_any(),
                compare.map_or_else(|| "–".into_any(), IntoAny::into_any),
            ]
        })
        .collect();
    view! {
        <section aria-labelledby="versions">
            <h2 id="versions">"Versions"</h2>
            {data_table("Versions of this standard", &["Version", "State", "First day", "Written", "By", "With the one before"], rows)}
            {(shown.all.len() > 1).then(|| view! { <p><a href=format!("/standards/{slug}/compare")>"Compare any two versions"</a></p> })}
        </section>
    }
    .into_any()
}
