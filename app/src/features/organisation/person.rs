//! One person as administrators see them, and the roles that somebody holds themselves.

use super::last_day;
use crate::ui::{
    breadcrumbs, csrf_field, data_table, date_field, empty_state, error_summary, moment, notice, query_string, status_tag, summary_list,
};
use domain::Violation;
use domain::access::SubjectKind;
use leptos::prelude::*;
use store::access::AgreementLine;
use store::organisation::{HeldRole, PersonPage};
use store::team::TeamLine;

/// What the reader may change of this person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct May {
    /// Never of oneself.
    pub change: bool,
    /// Something was just changed.
    pub done: bool,
    /// Their agreements, somewhere.
    pub suspend: bool,
}

/// `/admin/people/{id}`. `typed` is the end that was typed and is wrong, with the role it was for.
pub fn person_page(
    csrf: &str,
    person: &PersonPage,
    teams: &[TeamLine],
    agreements: &[AgreementLine],
    may: May,
    typed: Option<&(HeldRole, String)>,
    wrong: &[Violation],
) -> AnyView {
    let account = match (person.disabled_at, person.arrived) {
        (Some(at), _) => view! { {status_tag("Disabled")}" "{moment(at)} }.into_any(),
        (None, true) => "Open".into_any(),
        (None, false) => "Open; has not signed in yet".into_any(),
    };
    let facts = vec![
        ("E-mail address", person.email.clone().into_any()),
        ("Agency", person.agency.clone().unwrap_or_else(|| "Not known".into()).into_any()),
        ("Account", account),
        ("Known since", moment(person.created_at).into_any()),
        ("Last signed in", person.last_sign_in.map_or_else(|| "Never".into_any(), |at| moment(at).into_any())),
    ];
    view! {
        {error_summary(wrong)}
        {may.done.then(|| notice("The role was changed. That counts from the next page that its holder opens.".into_any()))}
        {breadcrumbs(vec![("/admin".into(), "Administration".into()), ("/admin/people".into(), "People and roles".into())])}
        <h1>{person.name.clone()}</h1>
        {summary_list(facts)}
        <section aria-labelledby="roles"><h2 id="roles">"Roles"</h2>{roles(csrf, person, may.change)}{typed.map(|(role, until)| end_form(csrf, role, until, wrong))}</section>
        <section aria-labelledby="teams"><h2 id="teams">"Teams"</h2>{team_list(teams)}</section>
        <section aria-labelledby="agreements"><h2 id="agreements">"Agreements"</h2>{agreement_table(agreements)}{may.suspend.then(|| suspend_link(person))}</section>
        <section aria-labelledby="history"><h2 id="history">"History"</h2>{history(person)}</section>
    }
    .into_any()
}

fn suspend_link(person: &PersonPage) -> AnyView {
    let query = query_string(&[("kind", SubjectKind::Person.as_str()), ("subject", &person.email)]);
    view! { <p><a href=format!("/suspensions/new?{query}")>"Suspend their agreements"</a></p> }.into_any()
}

fn roles(csrf: &str, person: &PersonPage, change: bool) -> AnyView {
    if person.roles.is_empty() {
        let grant = view! { <a href="/admin/people#grant">"Grant a role"</a> }.into_any();
        return empty_state("No roles.", "Everybody who signs in is an officer without holding one.", grant).into_any();
    }
    let rows = person.roles.iter().map(|role| role_row(csrf, role, change)).collect();
    data_table("Roles", &["Role", "Where", "Granted", "Until", "Actions"], rows).into_any()
}

fn role_row(csrf: &str, role: &HeldRole, change: bool) -> Vec<AnyView> {
    let until = match (role.ended_at, role.until) {
        (Some(at), _) => view! { {status_tag("Ended")}" "{moment(at)} }.into_any(),
        (None, Some(until)) => last_day(until).into_any(),
        (None, None) => "No end".into_any(),
    };
    let actions = if change && role.ended_at.is_none() {
        let what = format!("{}, {}", role.role.label(), role.scope_title);
        view! {
            <div class="row-actions">
                <a href=format!("/admin/roles/{}/until", role.id)>"Change its end"<span class="sr-only">{format!(": {what}")}</span></a>
                <form method="post" action=format!("/admin/roles/{}/end", role.id) class="inline">
                    {csrf_field(csrf)}<button type="submit" class="link-button">"End now"<span class="sr-only">{format!(": {what}")}</span></button>
                </form>
            </div>
        }
        .into_any()
    } else {
        ().into_any()
    };
    let by = role.granted_by.clone().unwrap_or_else(|| "Pasar".into());
    vec![
        role.role.label().into_any(),
        role.scope_title.clone().into_any(),
        view! { {moment(role.granted_at)}<br/><span class="muted">{format!("by {by}")}</span> }.into_any(),
        until,
        actions,
    ]
}

fn end_form(csrf: &str, role: &HeldRole, until: &str, wrong: &[Violation]) -> AnyView {
    let legend = format!("{}, {}: until when", role.role.label(), role.scope_title);
    view! {
        <form method="post" action=format!("/admin/roles/{}/until", role.id) class="narrow" novalidate="">
            <h3>{legend}</h3>
            {csrf_field(csrf)}
            {date_field("until", "Last day (optional)", "The role ends when this day does, in Singapore. Empty for a role without an end.", until, wrong)}
            <button type="submit" class="button">"Save its end"</button>
        </form>
    }
    .into_any()
}

fn team_list(teams: &[TeamLine]) -> AnyView {
    if teams.is_empty() {
        return view! { <p>"In no team."</p> }.into_any();
    }
    let line = |team: &TeamLine| {
        view! { <li><a href=format!("/teams/{}", team.id)>{team.name.clone()}</a>{team.leads.then_some(", leads it")}<span class="muted">{format!(" – {}", team.agency)}</span></li> }
    };
    view! { <ul class="plain-list">{teams.iter().map(line).collect_view()}</ul> }.into_any()
}

fn agreement_table(agreements: &[AgreementLine]) -> AnyView {
    if agreements.is_empty() {
        return view! { <p>"None, neither of their own nor of a team."</p> }.into_any();
    }
    let row = |line: &AgreementLine| {
        let held = if line.held { ", on hold" } else { "" };
        vec![
            view! { <a href=format!("/products/{}", line.product_address)>{line.product_title.clone()}</a> }.into_any(),
            line.team.clone().unwrap_or_else(|| "Their own".into()).into_any(),
            format!("{}{held}", line.state.label()).into_any(),
            last_day(line.until).into_any(),
        ]
    };
    data_table("Agreements", &["Product", "Held by", "State", "Until"], agreements.iter().map(row).collect()).into_any()
}

fn history(person: &PersonPage) -> AnyView {
    if person.history.is_empty() {
        return view! { <p>"The audit trail has nothing of them yet."</p> }.into_any();
    }
    let rows = person.history.iter().map(|event| {
        let detail = [event.address.clone(), event.detail.clone()].into_iter().flatten().collect::<Vec<_>>().join(" – ");
        vec![
            moment(event.at).into_any(),
            format!("{} ({})", event.action.label(), event.outcome.label().to_lowercase()).into_any(),
            event.by.clone().unwrap_or_else(|| "Pasar".into()).into_any(),
            detail.into_any(),
        ]
    });
    data_table("What the audit trail says, newest first", &["When", "What", "By", "Of what"], rows.collect()).into_any()
}

/// `/roles`: what somebody holds; for administrators also whose roles end soon; and what owners asked them.
pub fn own_roles_page(own: &[HeldRole], ending: Option<&[HeldRole]>, asked: AnyView) -> AnyView {
    let list = |caption: &'static str, roles: &[HeldRole], named: bool| {
        let row = |role: &HeldRole| {
            let until = match (role.ended_at, role.until) {
                (Some(at), _) => view! { {status_tag("Ended")}" "{moment(at)} }.into_any(),
                (None, Some(until)) => last_day(until).into_any(),
                (None, None) => "No end".into_any(),
            };
            let mut cells = vec![];
            if named {
                cells.push(view! { <a href=format!("/admin/people/{}", role.person)>{role.name.clone()}</a> }.into_any());
            }
            cells.extend([role.role.label().into_any(), role.scope_title.clone().into_any(), until]);
            cells
        };
        let heads: &[&str] = if named { &["Person", "Role", "Where", "Until"] } else { &["Role", "Where", "Until"] };
        data_table(caption, heads, roles.iter().map(row).collect())
    };
    let mine = if own.is_empty() {
        let text = "Everybody who signs in is an officer without holding a role. The data office grants them.";
        empty_state("You hold no role.", text, view! { <a href="/">"Go to the home page"</a> }.into_any()).into_any()
    } else {
        list("Roles that you hold or held", own, false).into_any()
    };
    let soon = ending.map(|ending| {
        let shown = if ending.is_empty() {
            view! { <p>"No role ends within 14 days, and none has ended at its time in the 14 days before."</p> }.into_any()
        } else {
            list("Roles that end within 14 days, or ended at their time in the 14 days before", ending, true).into_any()
        };
        view! { <section aria-labelledby="ending"><h2 id="ending">"Ending soon"</h2>{shown}</section> }
    });
    view! {
        <h1>"Your roles"</h1>
        <p class="lead">"What you may do beyond finding data and asking for it. A role counts until the end of its last day in Singapore."</p>
        {mine}
        {asked}
        {soon}
    }
    .into_any()
}
