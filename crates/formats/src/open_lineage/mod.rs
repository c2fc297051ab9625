//! OpenLineage events of runs, jobs and datasets (2-0-2 and before), as published clients send them.
//!
//! An event is refused whole, with the place and a stable code, when it cannot say what it means: names, moments, states and the
//! facets that the graph is made of are read strictly. Facets that Pasar does not use are passed over, whatever is in them. The text
//! of a job's SQL is read and not kept: it may hold values of the data.

mod event;
mod facets;
#[cfg(test)]
mod tests;

pub use crate::place::Refused;
pub(crate) use event::run_of;

use crate::place::{Place, parse};
use chrono::{DateTime, Utc};
use domain::lineage::Statement;

/// The largest event, in bytes.
pub const LARGEST: usize = 4 * 1024 * 1024;
/// Events that are sent together.
pub const MOST_TOGETHER: usize = 1_000;

/// Reads one event; `now` is when it arrives.
pub fn read(bytes: &[u8], now: DateTime<Utc>) -> Result<Statement, Refused> {
    let document = parse(bytes, LARGEST)?;
    event::event(&Place::root(&document), now)
}

/// Reads a list of events, all or none.
pub fn read_many(bytes: &[u8], now: DateTime<Utc>) -> Result<Vec<Statement>, Refused> {
    let document = parse(bytes, LARGEST)?;
    Place::root(&document).each(MOST_TOGETHER, |place| event::event(place, now))
}
