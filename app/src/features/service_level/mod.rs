//! What a product's team promises, what was measured of it, and how much may still go wrong.

mod declare;
mod list;
mod plots;
mod show;
mod words;

pub use declare::declare_page;
pub use list::{breaches_page, broken, levels_tab};
pub use show::level_page;

use chrono::{DateTime, Utc};
use store::service_level::{ChangeLine, MeasuredLine};

/// What was measured of an objective, over two of its windows, and how its state changed.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// Oldest first.
    pub measured: Vec<MeasuredLine>,
    /// Newest first.
    pub changes: Vec<ChangeLine>,
    pub now: DateTime<Utc>,
}
