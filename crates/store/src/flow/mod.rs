//! Personal data downstream: what flows between products is read, judged by the domain, and what has no policy is flagged until it
//! is mended. Everything here follows the outbox, so that it does not matter by whose hand a product changed.

mod flags;
mod list;
mod read;
mod standard;

pub use flags::{Looked, look};
pub use list::{FlagView, flags, flags_of};
pub use read::{Flows, flows_around};
pub use standard::{StandardView, change_standard, standard};

/// Rows of the outbox that one product's change waits under.
pub const PRODUCT: &str = "flow.product";
