//! The audit trail for those who may read it, and its checkpoints for everyone.

mod checkpoints;
mod list;
mod report;
mod report_tables;

pub use checkpoints::{Published, checkpoints_page};
pub use list::{Asked, Searched, audit_page};
pub use report::report_page;
pub use report_tables::{CUT, Cell, Report, ReportAsked, ReportTable, report_tables};

use crate::ui::{count, moment, notice};
use leptos::prelude::*;
use store::audit::SealState;

/// How the trail is protected just now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealing {
    pub sealed: SealState,
    /// A key is configured.
    pub signs: bool,
    /// The trail no longer holds what the server has sealed.
    pub rewritten: bool,
}

/// What the reader should know of it, in a few sentences.
fn sealing_notice(sealing: &Sealing) -> impl IntoView + use<> {
    let state = &sealing.sealed;
    let sealed = match state.sealed_at {
        Some(at) if state.sealed == 1 => view! { "1 event is sealed, on "{moment(at)}"." }.into_any(),
        Some(at) => view! { {format!("{} events are sealed, the last on ", count(state.sealed))}{moment(at)}"." }.into_any(),
        None => "No event is sealed yet.".into_any(),
    };
    let waiting = match state.waiting {
        0 => None,
        1 => Some(" 1 waits.".to_owned()),
        1000.. => Some(" 1,000 or more wait.".to_owned()),
        n => Some(format!(" {} wait.", count(n))),
    };
    let signed = match state.signed {
        Some((size, at)) => view! { {format!(" The last checkpoint covers {} of them, signed on ", count(size))}{moment(at)}"." }.into_any(),
        None => " No checkpoint is signed yet.".into_any(),
    };
    let unsigned = (!sealing.signs)
        .then_some(" No signing key is configured: new checkpoints are not signed, and whoever owns the database could rewrite the trail unnoticed.");
    let rewritten = sealing.rewritten.then(|| {
        view! { <p><strong>"The trail was rewritten: it no longer holds what this server had sealed."</strong>" Export and verify it against a checkpoint that was kept elsewhere."</p> }
    });
    notice(view! { {rewritten}<p>{sealed}{waiting}{signed}{unsigned}</p> }.into_any())
}
