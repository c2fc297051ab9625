//! What stewards choose of techniques, and what holds of each column.

mod choose;
mod read;
#[cfg(test)]
mod tests;

pub use choose::{choose, end_waivers, set_policy, waive};
pub use read::{ProtectedColumn, columns, policy};
