//! How many people two agreements have in common.

mod ask;
mod list;
mod show;

pub use ask::ask_page;
pub use list::linkages_page;
pub use show::{May, linkage_page};
