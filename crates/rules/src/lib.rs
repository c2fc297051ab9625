//! Standards and their rules: Rego or a template, compiled once and evaluated in process over a typed input, within bounds.
//!
//! This crate does no I/O and reads no clock; the day comes in with the input. Evaluating the same rule over the same stored input
//! gives the same verdict. `docs/standards.md` is its guide.

pub mod cases;
pub mod corpus;
pub mod examples;
pub mod fitness;
mod functions;
mod gate;
pub mod input;
mod judge;
mod limits;
mod rule;
mod simulate;
mod standard;
pub mod starters;
pub mod template;
mod tighten;
mod verdict;

pub use cases::{Case, Outcome};
pub use functions::offered as functions_offered;
pub use gate::{Effect, Gate, effect, outcome};
pub use input::{Facts, Input, Reads, SCHEMA_VERSION, Surroundings, UnreadableInput};
pub use judge::{Compiled, Finding, Judge, Ruleset, Told};
pub use limits::{LONGEST_SOURCE, Limits, MOST_VIOLATIONS};
pub use rule::{Fault, Machine, Rule};
pub use simulate::{About, Counts, Impact, Row, rows_while, simulate};
pub use standard::{Acting, Kind, NotAScope, Scope, Severity, Source, Standard, StandardFile, Status, UnreadableStandard};
pub use template::Template;
pub use tighten::{Conflict, Example, conflicts, conflicts_while};
pub use verdict::{CannotTell, Page, Verdict, Violation};
