//! Data that somebody looks for and nobody has described yet: asking for it, what is answered, and both lists.

mod ask;
mod lists;
mod show;

pub use ask::{Suggestion, ask_page, asked_page};
pub use lists::{asked_section, work_section};
pub use show::{May, wanted_page};
