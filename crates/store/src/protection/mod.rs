//! What stewards choose of techniques, and what holds of each column.

mod change;
mod choose;
mod follow;
mod keys;
mod masked;
mod read;
#[cfg(test)]
mod tests;
mod view;

pub use change::{Changed, ProtectionChange, begin, confirm};
pub use choose::{choose, end_waivers, refuse_choice, refuse_policy, set_policy, waive};
pub use follow::touched_agreements;
pub(crate) use follow::{follow, follow_later, lock_product};
pub use keys::{ROTATE_AGREEMENT, ROTATE_PURPOSE, rotate_key, rotate_purpose_key};
pub use masked::{masked, withheld};
pub(crate) use read::holding;
pub use read::{PendingColumn, ProtectedColumn, chosen_columns, columns, policy};
pub use view::{ColumnLine, ProtectedDataset, ReadingAgreement, Waiver, datasets, reading, waiver};
