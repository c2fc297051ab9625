//! Personal data that goes from product to product without a policy.

mod list;
mod standard;

pub use list::{FLAGS, flagged, flows_page};
pub use standard::{StandardForm, standard_page};
