//! dbt's `manifest.json`, schemas 9 to 12: models, snapshots, seeds and sources become datasets; what depends on what becomes
//! statements, one for each node that makes a table or view, at the moment when the manifest was made.
//!
//! A manifest is refused whole, with the place, when it is none of these, or when a node that is read cannot be understood. What a
//! table is called follows the naming of OpenLineage for databases, so that it is the same dataset in both.

mod manifest;
#[cfg(test)]
mod tests;

pub use crate::place::Refused;

use crate::place::{Place, parse};
use chrono::{DateTime, Utc};
use domain::lineage::Statement;

/// The largest manifest, in bytes.
pub const LARGEST: usize = 64 * 1024 * 1024;
/// The oldest and the newest schema that is read.
pub const SCHEMAS: std::ops::RangeInclusive<u32> = 9..=12;

/// Reads a manifest. `namespace` is that of the database that the project writes to, such as `postgres://host:5432`.
pub fn read(bytes: &[u8], namespace: &str, now: DateTime<Utc>) -> Result<Vec<Statement>, Refused> {
    let document = parse(bytes, LARGEST)?;
    manifest::statements(&Place::root(&document), namespace, now)
}
