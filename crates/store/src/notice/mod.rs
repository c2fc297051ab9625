//! Notices as their reader sees them. Every function takes the reader: another person's ids are nothing here.
//!
//! What is read and how somebody wants to be told leaves no audit row: it is theirs alone and grants nothing.

mod preferences;
mod read;
mod to_do;

pub use preferences::{preferences, set_preferences};
pub use read::{NoticeView, mark_all_read, mark_read, notices, unread};
pub use to_do::{ToDo, Waiting, to_do};
