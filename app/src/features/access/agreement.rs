//! Agreements: what is granted, how to connect, until when, and how to end it.

use super::connect::{Connection, download_files, how_to_connect};
use super::given::agreement_tabs;
use super::grant_work::work_notices;
use super::readers::{machines_section, people_section, read_by_section};
use super::suspension::suspend_links;
use super::terms::{owed_notice, owed_section};
use crate::features::problem::survey;
use crate::features::protection::protected_columns;
use crate::ui::{csrf_field, data_table, deadline, empty_state, error_summary, hidden, moment, notice, status_tag, summary_list, text_field};
use chrono::{DateTime, Utc};
use domain::Violation;
use domain::access::{AgreementState, GrantState};
use domain::id::CredentialId;
use domain::protection::{KeyScope, Technique};
use leptos::prelude::*;
use store::access::{AgreementLine, AgreementView, GrantWork, MachineView, OwedTerms, ReadBy, Suspendable};
use store::standard::Stopping;
use uuid::Uuid;

/// Somebody's agreements, under the terms that they have yet to accept. `keeps` says that there are others' agreements to look after.
pub fn agreements_page(agreements: &[AgreementLine], owed: &[OwedTerms], keeps: bool) -> AnyView {
    let ways = keeps.then(|| agreement_tabs(false));
    if agreements.is_empty() {
        let next = view! { <a class="button" href="/products">"Find data"</a> }.into_any();
        return view! { <h1>"Agreements"</h1>{ways}{empty_state("You hold no agreement.", "When a request of yours or of your team is approved, its agreement is listed here.", next)}<p><a href="/teams">"Your teams"</a></p> }
            .into_any();
    }
    let rows = agreements
        .iter()
        .map(|line| {
            vec![
                view! { <a href=format!("/agreements/{}", line.id)>{line.product_title.clone()}</a> }.into_any(),
                line.team.clone().unwrap_or_else(|| "You".into()).into_any(),
                state_words(line.state, line.grant_state, line.held).into_any(),
                moment(line.until).into_any(),
            ]
        })
        .collect();
    view! { <h1>"Agreements"</h1>{ways}{owed_section(owed)}{data_table("Your agreements", &["Product", "Held by", "State", "Until"], rows)}<p><a href="/teams">"Your teams"</a></p> }.into_any()
}

pub(super) fn state_words(state: AgreementState, grant: GrantState, held: bool) -> String {
    match (state, grant) {
        (AgreementState::Active, _) if held => "On hold".into(),
        (AgreementState::Active, GrantState::Granted) => "In force".into(),
        (AgreementState::Active, _) => "In force; being granted at the port".into(),
        (ended, GrantState::Ended) => ended.label().to_owned(),
        (ended, _) => format!("{}; being removed at the port", ended.label()),
    }
}

/// A credential, on the one page that shows it.
#[derive(Debug, Clone)]
pub struct Shown {
    pub secret: String,
    pub token: String,
    /// The machine client that it is for; none for one's own.
    pub machine: Option<CredentialId>,
}

/// Who may read under an agreement, and who has.
#[derive(Debug, Clone, Default)]
pub struct Readers {
    /// Standards that will stop it.
    pub stopping: Vec<Stopping>,
    pub machines: Vec<MachineView>,
    pub read_by: Vec<ReadBy>,
    /// When the reader's own credential was made last.
    pub made_at: Option<DateTime<Utc>>,
    /// Work at the source that fails and is tried again.
    pub failing: Vec<GrantWork>,
    /// What whoever looks at it may suspend from here; nothing for who may not suspend.
    pub suspend: Vec<Suspendable>,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct May {
    pub use_it: bool,
    pub give_up: bool,
    /// Name and end machine clients.
    pub machines: bool,
    pub revoke: bool,
    /// Make the key of its pseudonyms anew.
    pub rotate: bool,
    /// They have read it and have not said yet how it was.
    pub say: bool,
    /// Of the form that asks for the same again.
    pub renewal_key: Uuid,
}

#[expect(clippy::too_many_arguments, reason = "a page shows what it is given")]
pub fn agreement_page(
    csrf: &str,
    agreement: &AgreementView,
    connection: &Connection,
    may: May,
    readers: &Readers,
    shown: Option<&Shown>,
    owed: Option<&OwedTerms>,
    wrong: &[Violation],
) -> AnyView {
    let in_force = agreement.state == AgreementState::Active;
    let datasets = agreement
        .datasets
        .iter()
        .map(|d| {
            let rows = d.rows.describe().unwrap_or_else(|| "All".into());
            let columns = d.columns.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
            vec![d.title.clone().into_any(), view! { <code>{d.address.clone()}</code> }.into_any(), columns.into_any(), rows.into_any()]
        })
        .collect();
    let protected: Vec<_> = agreement.datasets.iter().map(|d| protected_columns(&d.title, &d.columns, &d.policy)).collect();
    view! {
        {error_summary(wrong)}
        <h1>{agreement.product_title.clone()}</h1>
        <p class="badges">{status_tag(&state_words(agreement.state, agreement.grant_state, !agreement.holds.is_empty()))}</p>
        {work_notices(&readers.failing, may.revoke)}
        {owed.map(|owed| owed_notice(owed, may.use_it))}
        {in_force.then(|| held_notice(agreement))}
        {in_force.then(|| stopping_notice(&readers.stopping))}
        {(!in_force).then(|| ended_notice(agreement))}
        {summary_list(facts(agreement))}
        {data_table("What you may read", &["Dataset", "Address", "Columns", "Rows"], datasets)}
        {protected}
        {shown.map(secret_box)}
        {(in_force && may.use_it && agreement.holds.is_empty()).then(|| credential_form(csrf, agreement, readers.made_at))}
        {(in_force && (may.use_it || shown.is_some())).then(|| how_to_connect(agreement, connection, shown))}
        {may.use_it.then(|| download_files(csrf, agreement))}
        {may.say.then(|| survey(csrf, &agreement.product_address, None, &[]))}
        {people_section(agreement)}
        {machines_section(csrf, agreement, &readers.machines, in_force && may.machines, wrong)}
        {read_by_section(&readers.read_by)}
        {(in_force && may.rotate).then(|| rotate_form(csrf, agreement))}
        {in_force.then(|| end_forms(csrf, agreement, may, wrong))}
        {in_force.then(|| suspend_links(&readers.suspend, agreement.place.sector))}
        {may.use_it.then(|| renew_form(csrf, agreement, may))}
    }
    .into_any()
}

/// Why nothing can be read for now.
fn held_notice(agreement: &AgreementView) -> Option<AnyView> {
    let holds = agreement
        .holds
        .iter()
        .map(|hold| view! { <li><strong>{hold.kind.label()}</strong>": "{hold.reason.clone()}" "<span class="muted">"since "{moment(hold.placed_at)}</span></li> })
        .collect_view();
    (!agreement.holds.is_empty()).then(|| {
        notice(
            view! {
                <p>"This agreement is on hold: nothing can be read under it. It goes on, with the same credential, when the last hold is lifted."</p>
                <ul class="plain-list">{holds}</ul>
            }
            .into_any(),
        )
        .into_any()
    })
}

/// From when on nothing can be read, and which standard says so.
fn stopping_notice(stopping: &[Stopping]) -> AnyView {
    if stopping.is_empty() {
        return ().into_any();
    }
    let all: Vec<AnyView> = stopping
        .iter()
        .map(|one| view! { <li>"From "{deadline(one.on)}" on: "<a href=format!("/standards/{}", one.slug)>{one.title.clone()}</a></li> }.into_any())
        .collect();
    notice(
        view! {
            <p>"This agreement does not meet a standard that was published. It stays, and nothing can be read under it until it meets it or is let off."</p>
            <ul class="plain-list">{all}</ul>
        }
        .into_any(),
    )
    .into_any()
}

/// What became of the role: while it is being removed nothing can be read any more either.
fn ended_notice(agreement: &AgreementView) -> impl IntoView + use<> {
    let role = match agreement.grant_state {
        GrantState::Ended => "its role is gone from the database",
        GrantState::Pending | GrantState::Granted | GrantState::Ending => "its role is being removed from the database",
    };
    notice(format!("This agreement has ended, and {role}: queries that use it are refused.").into_any())
}

fn facts(agreement: &AgreementView) -> Vec<(&'static str, AnyView)> {
    let mut facts = vec![
        ("Product", view! { <a href=format!("/products/{}", agreement.product_address)>{agreement.product_address.clone()}</a> }.into_any()),
        (
            "Holder",
            match &agreement.team {
                Some((id, name)) => {
                    view! { "The team "<a href=format!("/teams/{id}")>{name.clone()}</a>", asked for by "{agreement.holder_name.clone()} }.into_any()
                }
                None => agreement.holder_name.clone().into_any(),
            },
        ),
        ("Purpose", agreement.purpose.clone().into_any()),
        ("Made", moment(agreement.made_at).into_any()),
        ("Until", moment(agreement.until).into_any()),
        ("Request", view! { <a href=format!("/requests/{}", agreement.request)>"The request and its decision"</a> }.into_any()),
    ];
    facts.extend(agreement.first_read_at.map(|at| ("First read", moment(at).into_any())));
    facts.extend(agreement.ended_at.map(|at| ("Ended", moment(at).into_any())));
    facts.extend(agreement.end_reason.clone().map(|reason| ("Reason", reason.into_any())));
    facts
}

fn secret_box(shown: &Shown) -> impl IntoView + use<> {
    view! {
        <div class="secret-box" role="status">
            <h2>{if shown.machine.is_some() { "The machine client’s credential" } else { "Your credential" }}</h2>
            <p>"Shown once. Keep it where your team keeps secrets; Pasar does not have it any more."</p>
            <p>"Password for database tools: "<code id="secret">{shown.secret.clone()}</code></p>
            <p>"Bearer token for the API: "<code id="token">{shown.token.clone()}</code></p>
        </div>
    }
}

fn credential_form(csrf: &str, agreement: &AgreementView, made_at: Option<DateTime<Utc>>) -> AnyView {
    if agreement.grant_state != GrantState::Granted {
        return notice("The port is being prepared. Reload this page in a moment to create your credential.".into_any()).into_any();
    }
    let again = made_at.map(|at| view! { <p class="muted">"You created one on "{moment(at)}". Creating another ends that one at once."</p> });
    view! {
        <form method="post" action=format!("/agreements/{}/credential", agreement.id)>
            {csrf_field(csrf)}
            {again}
            <button type="submit" class="button">"Create credential"</button>
        </form>
    }
    .into_any()
}

/// The same again: every rule runs anew, and this agreement stays until its own end.
fn renew_form(csrf: &str, agreement: &AgreementView, may: May) -> impl IntoView + use<> {
    view! {
        <form method="post" action=format!("/agreements/{}/renew", agreement.id)>
            {csrf_field(csrf)}{hidden("key", &may.renewal_key.to_string())}
            <button type="submit" class="button button-secondary">"Ask to renew"</button>
            <p class="hint">
                "Asks for the same data for as long again, under the terms as they are now. It is decided like any request. To ask for something else, "
                <a href=format!("/requests/new?product={}", agreement.product_address)>"start a new request"</a>"."
            </p>
        </form>
    }
}

/// Only where its columns have pseudonyms of its own.
fn rotate_form(csrf: &str, agreement: &AgreementView) -> Option<AnyView> {
    let own = Technique::Pseudonym { per: KeyScope::Agreement };
    agreement.datasets.iter().any(|d| d.columns.iter().any(|(_, technique)| *technique == own)).then(|| {
        view! {
            <form method="post" action=format!("/agreements/{}/rotate-key", agreement.id)>
                {csrf_field(csrf)}
                <p>"Its pseudonyms are made with a key of its own. Made anew, those before cannot be joined with those after; its holders are told."</p>
                <button type="submit" class="button button-secondary">"Make its pseudonyms anew"</button>
            </form>
        }
        .into_any()
    })
}

fn end_forms(csrf: &str, agreement: &AgreementView, may: May, wrong: &[Violation]) -> impl IntoView + use<> {
    let give_up = may.give_up.then(|| {
        view! {
            <form method="post" action=format!("/agreements/{}/give-up", agreement.id)>
                {csrf_field(csrf)}
                <button type="submit" class="button button-secondary">"Give up this agreement"</button>
            </form>
        }
    });
    let revoke = may.revoke.then(|| {
        view! {
            <form method="post" action=format!("/agreements/{}/revoke", agreement.id)>
                {csrf_field(csrf)}
                {text_field("reason", "Reason", "The holder reads this.", "", wrong)}
                <button type="submit" class="button button-danger">"Revoke"</button>
            </form>
        }
    });
    view! { <section aria-label="End this agreement">{give_up}{revoke}</section> }
}
