//! What is done to columns: tables that say it, samples that show it, and the fields by which it is chosen.

mod fields;
mod tables;

pub use fields::{stronger, technique_fields};
pub use tables::{Sample, protected_columns, sample_table};
