//! What stewards choose of techniques, and what holds of each column.

mod choose;
mod masked;
mod read;
#[cfg(test)]
mod tests;

pub use choose::{choose, end_waivers, set_policy, waive};
pub use masked::{masked, withheld};
pub use read::{ProtectedColumn, columns, policy};
