//! Where time and randomness come from: the server owns the real ones, tests bring their own.

use crate::id::Identifier;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Tells the time, in UTC.
pub trait Clock: Send + Sync {
    fn now(&self) -> DateTime<Utc>;
}

/// Makes identifiers from a source of random bytes.
#[derive(Clone)]
pub struct Ids(Arc<dyn Fn() -> [u8; 10] + Send + Sync>);

impl Ids {
    /// `random` must give fresh, unpredictable bytes at each call, save in tests.
    pub fn new(random: impl Fn() -> [u8; 10] + Send + Sync + 'static) -> Self {
        Self(Arc::new(random))
    }

    pub fn next<T: Identifier>(&self, now: DateTime<Utc>) -> T {
        T::at(now, (self.0)())
    }
}

impl std::fmt::Debug for Ids {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ids")
    }
}
