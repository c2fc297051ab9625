//! The lines of an export. Each is one JSON object; what a line may hold is closed, so that nothing can be smuggled in.

use crate::event::SealedEvent;
use serde::{Deserialize, Serialize};

/// The first line says which form the file has.
pub const FORMAT: &str = "pasar-audit-trail-v1";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Line {
    /// The first line.
    Trail {
        format: String,
    },
    Event(Box<SealedEvent>),
    /// A signed checkpoint, after the last event under it.
    Checkpoint {
        note: String,
    },
    /// An event that is gone: of the seal at this place, or of none yet.
    Missing {
        seq: Option<u64>,
        id: i64,
    },
    /// An event that never waited for a seal: it was not written through the portal's door.
    Stray {
        id: i64,
        at: String,
        action: String,
    },
    /// The last line: what stands before it.
    End {
        events: u64,
        checkpoints: u64,
    },
}

impl Line {
    /// As it stands in the file, with its line break.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string(self)? + "\n")
    }
}
