//! What is done to columns and rows: tables that say it, samples that show it, and the pages on which it is chosen.

mod column;
mod fields;
mod page;
mod rows;
mod tables;

pub use column::{ColumnPage, column_page};
pub use fields::{stronger, technique_fields};
pub use page::{Achieved, protection_page};
pub use rows::rows_page;
pub use tables::{Sample, protected_columns, sample_table};

/// What a reader may do with the protection of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct May {
    /// Choose techniques, and what holds for rows.
    pub protect: bool,
    /// Allow for a while what a steward may not choose alone.
    pub waive: bool,
}
