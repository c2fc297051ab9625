//! Notices: what somebody was told, by day and by what it is about; how they want to be told.

mod list;
mod preferences;

pub use list::{Notices, notices_page};
pub use preferences::{Preferences, preferences_page};
