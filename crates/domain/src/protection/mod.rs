//! What a reader gets to see of a column, and which rows and groups: techniques of anonymisation as typed values.
//!
//! Pure: a technique says what it is, what it is good for, which columns it fits and whether it is stricter than another. How it becomes
//! a source's view is `crates/ports`.

mod column_name;
mod default;
mod form;
mod offers;
mod order;
mod policy;
mod policy_form;
mod preview;
mod technique;
#[cfg(test)]
mod tests;
mod words;

pub use column_name::ColumnName;
pub use default::{Protection, default_for, effective, needs_waiver};
pub use form::TechniqueForm;
pub use policy::{Aggregation, DatasetPolicy, GROUP_SIZE, KAnonymity};
pub use policy_form::{LONGEST_WAIVER_DAYS, PolicyForm, check_waiver};
pub use technique::{DateUnit, KeyScope, Kind, Technique};
