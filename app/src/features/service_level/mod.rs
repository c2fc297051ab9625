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
use domain::service_level::Period;
use store::service_level::{ChangeLine, MeasuredLine};

/// What was measured of an objective, over two of its windows, and how its state changed.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// Oldest first; of very many, the latest.
    pub measured: Vec<MeasuredLine>,
    /// There are older ones within these windows.
    pub cut: bool,
    /// Every period that was bad, oldest first.
    pub bad: Vec<Period>,
    /// Newest first.
    pub changes: Vec<ChangeLine>,
    pub now: DateTime<Utc>,
}
