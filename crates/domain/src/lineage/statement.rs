//! What a tool says of one run of a job, of a job by itself, or of a dataset.

use crate::text_enum;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A dataset's or a job's name where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Name {
    pub namespace: String,
    pub name: String,
}

impl Name {
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), name: name.into() }
    }
}

text_enum! {
    /// What an event says of its run, in OpenLineage's words.
    RunState, "state of a run" {
        Start = "START", "Started";
        Running = "RUNNING", "Running";
        Complete = "COMPLETE", "Completed";
        Abort = "ABORT", "Aborted";
        Fail = "FAIL", "Failed";
        Other = "OTHER", "Something else";
    }
}

/// One statement: this run of this job reads these and writes those.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub job: Name,
    pub run: Uuid,
    pub state: RunState,
    pub at: DateTime<Utc>,
    /// The run and the job that started it.
    pub parent: Option<(Uuid, Name)>,
    pub inputs: Vec<Described>,
    pub outputs: Vec<Described>,
    /// It says all that goes into its outputs, also when that is nothing; an event without inputs may just not know them.
    pub whole: bool,
}

/// A dataset as an event describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    pub name: Name,
    /// Other names of the same dataset.
    pub also: Vec<Name>,
    /// What goes into it alone, and not into other outputs.
    pub sources: Vec<Name>,
    /// Its columns; none when the event does not say.
    pub fields: Option<Vec<Field>>,
    pub version: Option<String>,
    /// Where its columns come from.
    pub columns: Vec<ColumnSource>,
    pub assertions: Option<Assertions>,
}

impl Described {
    pub fn named(name: Name) -> Self {
        Self { name, also: vec![], sources: vec![], fields: None, version: None, columns: vec![], assertions: None }
    }
}

/// A column; nested ones are written with dots.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Field {
    pub name: String,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<String>,
}

/// A column that another column is made of, or depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColumnSource {
    pub to: String,
    pub dataset: Name,
    pub from: String,
    /// Its values arrive, and not only decide which rows do.
    pub direct: bool,
    /// What arrives is masked.
    pub masked: bool,
}

/// How many checks of a run held and how many did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Assertions {
    pub met: u32,
    pub missed: u32,
}
