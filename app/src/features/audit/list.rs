//! The audit trail, for those who may read it.

use super::{Sealing, sealing_notice};
use crate::ui::{count, data_table, date_field, empty_state, moment, notice, query_string, select_field, text_field};
use domain::audit::{ActorKind, AuditAction};
use leptos::prelude::*;
use store::audit::{AuditLine, StreamState};

/// What was asked for, as in the URL.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub person: String,
    pub product: String,
    pub action: String,
    /// Kind of actor.
    pub by: String,
    /// Code of a purpose.
    pub purpose: String,
    /// Of a read: its name, or `dataset.column`.
    pub column: String,
    /// Days in Singapore, both included.
    pub from: String,
    pub until: String,
}

/// A page of the trail.
#[derive(Debug, Clone)]
pub struct Searched {
    pub asked: Asked,
    /// Code and title of every purpose there ever was.
    pub purposes: Vec<(String, String)>,
    pub lines: Vec<AuditLine>,
    pub next: Option<i64>,
    /// The sources whose direct reads cannot be recorded.
    pub unheard: Vec<String>,
    pub sealing: Sealing,
    /// The log store outside that is told, and how it stands; none when none is configured.
    pub stream: Option<(String, Option<StreamState>)>,
}

pub fn audit_page(searched: &Searched) -> AnyView {
    let Searched { asked, purposes, lines, next, unheard, sealing, stream } = searched;
    let actions: Vec<(String, String)> = AuditAction::ALL.iter().map(|a| (a.as_str().to_owned(), a.label().to_owned())).collect();
    let kinds: Vec<(String, String)> = ActorKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), kind.label().to_owned())).collect();
    let query = |before: &str| {
        query_string(&[
            ("person", &asked.person),
            ("product", &asked.product),
            ("action", &asked.action),
            ("by", &asked.by),
            ("purpose", &asked.purpose),
            ("column", &asked.column),
            ("from", &asked.from),
            ("until", &asked.until),
            ("before", before),
        ])
    };
    let rows = lines
        .iter()
        .map(|line| {
            let what = view! { {line.action.label()}<br/><span class="muted">{line.outcome.label()}</span> };
            let on = view! {
                {line.address.clone()}" "<span class="muted">{line.object_kind.clone()}" "{line.object_id.map(|id| id.to_string())}</span>
            };
            let erased = (!line.erased.is_empty()).then(|| format!("Erased: {}", line.erased.join(", ").replace('_', " ")));
            let why = [line.reason.clone(), line.detail.clone(), erased].into_iter().flatten().collect::<Vec<_>>().join("; ");
            vec![
                proof_link(line.id).into_any(),
                moment(line.at).into_any(),
                who(line),
                what.into_any(),
                on.into_any(),
                line.client_address.clone().unwrap_or_default().into_any(),
                why.into_any(),
            ]
        })
        .collect();
    let table = if lines.is_empty() {
        empty_state("No events.", "Nothing in the trail fits these filters.", view! { <a href="/audit">"Show everything"</a> }.into_any()).into_any()
    } else {
        data_table("Events, newest first", &["Number", "When", "Who", "What", "On what", "From", "Why"], rows).into_any()
    };
    view! {
        <h1>"Audit trail"</h1>
        <p class="lead">"Every change, decision, grant and read. Pasar cannot alter or remove a line, and sealing shows when anybody else did."</p>
        {sealing_notice(sealing)}
        {stream.as_ref().map(|(target, state)| stream_notice(target, state.as_ref(), sealing.sealed.sealed))}
        {(!unheard.is_empty()).then(|| {
            let sources = unheard.join(", ");
            let text = format!("Not recorded: reads made directly at {sources}. Its server keeps no log that Pasar may read; reads through the API are recorded.");
            notice(text.into_any())
        })}
        <form method="get" action="/audit" class="inline-form">
            {text_field("person", "Person's e-mail address", "", &asked.person, &[])}
            {text_field("product", "Product's address", "", &asked.product, &[])}
            {select_field("action", "What", "", &actions, &asked.action, &[])}
            {select_field("by", "By", "", &kinds, &asked.by, &[])}
            {select_field("purpose", "Purpose", "", purposes, &asked.purpose, &[])}
            {text_field("column", "Column that was read", "", &asked.column, &[])}
            {date_field("from", "From", "", &asked.from, &[])}
            {date_field("until", "Until, that day included", "", &asked.until, &[])}
            <button type="submit" class="button button-secondary">"Filter"</button>
        </form>
        {table}
        <p class="actions">
            {next.map(|before| view! { <a rel="next" href=format!("/audit?{}", query(&before.to_string()))>"Older events"</a> })}
            <a href=format!("/audit.csv?{}", query(""))>"Download as CSV"</a>
            <a href=format!("/audit.jsonl?{}", query(""))>"Download as JSON lines"</a>
            <a href="/audit/report">"Report of a sector"</a>
            <a href="/audit/checkpoints">"Checkpoints"</a>
        </p>
    }
    .into_any()
}

/// The event's number, with the proof that it stands in the sealed trail.
fn proof_link(id: i64) -> impl IntoView {
    view! { {id.to_string()}<br/><a href=format!("/audit/{id}/proof") download=format!("proof-{id}.json")>"Proof"<span class="sr-only">{format!(" of event {id}")}</span></a> }
}

/// How far the log store outside has been told.
fn stream_notice(target: &str, state: Option<&StreamState>, sealed: i64) -> impl IntoView + use<> {
    let told = state.map_or(0, |state| state.seq);
    let sent = state.and_then(|state| state.sent_at).map(|at| view! { ", the last on "{moment(at)} });
    let failing = state
        .filter(|state| state.failures > 0)
        .map(|state| format!(" It does not answer: {}. It is tried again, and nothing is left out.", state.last_error.clone().unwrap_or_default()));
    notice(view! { <p>{format!("{} of {} sealed events were sent to {target}", count(told), count(sealed))}{sent}"."{failing}</p> }.into_any())
}

/// A person, a machine client, or Pasar itself; or nobody any longer.
fn who(line: &AuditLine) -> AnyView {
    match (&line.machine, line.actor_kind) {
        (Some(name), _) => view! { {name.clone()}<br/><span class="muted">"Machine client"</span> }.into_any(),
        (None, ActorKind::Erased) => view! { <span class="muted">"Erased"</span> }.into_any(),
        (None, ActorKind::Machine) => "Machine client".into_any(),
        (None, _) => line.actor_name.clone().unwrap_or_else(|| "Pasar".into()).into_any(),
    }
}
