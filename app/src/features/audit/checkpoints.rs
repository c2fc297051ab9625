//! `/audit/checkpoints`: what was signed, and the keys to check it with.

use super::{Sealing, sealing_notice};
use crate::ui::{count, data_table, empty_state, moment};
use leptos::prelude::*;
use store::audit::{CheckpointLine, KeyInUse};

/// A page of checkpoints, newest first, with every key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    pub checkpoints: Vec<CheckpointLine>,
    /// Only those of fewer events follow.
    pub next: Option<i64>,
    pub keys: Vec<KeyInUse>,
    pub sealing: Sealing,
}

pub fn checkpoints_page(published: &Published) -> AnyView {
    let checkpoints = if published.checkpoints.is_empty() {
        empty_state("No checkpoints.", "One is signed within a minute of a change, once a signing key is configured.", ().into_any()).into_any()
    } else {
        let rows = published.checkpoints.iter().map(checkpoint_row).collect();
        data_table("Checkpoints, newest first", &["Events", "Signed", "Checkpoint", "File"], rows).into_any()
    };
    let keys = if published.keys.is_empty() {
        empty_state("No keys.", "The trail has not been signed with any key.", ().into_any()).into_any()
    } else {
        data_table("Keys, oldest first", &["Key", "Public key", "In use since", "Retired"], published.keys.iter().map(key_row).collect()).into_any()
    };
    view! {
        <h1>"Checkpoints of the audit trail"</h1>
        <p class="lead">"A checkpoint is a fingerprint of every event so far, signed by this portal. Keep one, and nobody can change what it covers without being found out."</p>
        {sealing_notice(&published.sealing)}
        <section aria-labelledby="checkpoints">
            <h2 id="checkpoints">"Checkpoints"</h2>
            {checkpoints}
            <p class="actions">
                {published.next.map(|before| view! { <a rel="next" href=format!("/audit/checkpoints?before={before}")>"Older checkpoints"</a> })}
                <a href="/api/v1/audit/checkpoints">"Checkpoints and keys as JSON"</a>
            </p>
        </section>
        <section aria-labelledby="keys">
            <h2 id="keys">"Keys"</h2>
            {keys}
        </section>
        <section aria-labelledby="verify">
            <h2 id="verify">"How to verify"</h2>
            <p>"An auditor asks the operator for an export of the trail and runs, on a machine of their own:"</p>
            <p><code>"pasar audit verify EXPORT --checkpoint CHECKPOINT --key PUBLIC-KEY"</code></p>
            <p>"It says what is proved, or names the first line that was changed, removed, added or moved."</p>
        </section>
    }
    .into_any()
}

fn checkpoint_row(line: &CheckpointLine) -> Vec<AnyView> {
    let size = count(line.size);
    let file = view! { <a href=format!("/audit/checkpoints/{}", line.size)>"Download"<span class="sr-only">{format!(" the checkpoint of {size} events")}</span></a> };
    // Its third line is the tree's root.
    let root = line.note.lines().nth(2).unwrap_or_default().to_owned();
    vec![size.clone().into_any(), moment(line.at).into_any(), view! { <code>{root}</code> }.into_any(), file.into_any()]
}

fn key_row(known: &KeyInUse) -> Vec<AnyView> {
    let retired = known.ended.map_or_else(|| "No".into_any(), |at| moment(at).into_any());
    vec![known.key.label().into_any(), view! { <code>{known.key.to_string()}</code> }.into_any(), moment(known.begun).into_any(), retired]
}
