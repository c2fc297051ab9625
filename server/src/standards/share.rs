//! Time that versions take in one run over many products. Which takes more than its share says nothing of the rest: no rule, however slow, holds
//! up the others, and what serves keeps its last verdict.

use domain::id::StandardId;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use store::standard::Version;

/// Shares of one run, the same for each version.
#[derive(Debug)]
pub struct Shares {
    each: Duration,
    of: Mutex<HashMap<(StandardId, u32), Arc<Share>>>,
}

/// What one version has taken of its own.
#[derive(Debug)]
pub struct Share {
    /// In nanoseconds.
    most: u64,
    taken: AtomicU64,
    said: AtomicBool,
}

impl Shares {
    pub fn new(each: Duration) -> Self {
        Self { each, of: Mutex::default() }
    }

    pub(super) fn of(&self, version: &Version) -> Arc<Share> {
        let mut known = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Share { most: nanoseconds(self.each), taken: AtomicU64::new(0), said: AtomicBool::new(false) });
        Arc::clone(known.entry((version.id, version.standard.version)).or_insert_with(new))
    }
}

impl Share {
    /// What is asked, and how long it takes; none when nothing is left.
    pub(super) fn take<T>(&self, ask: impl FnOnce() -> T) -> Option<T> {
        if self.taken.load(Ordering::Relaxed) >= self.most {
            return None;
        }
        let begun = Instant::now();
        let said = ask();
        self.taken.fetch_add(nanoseconds(begun.elapsed()), Ordering::Relaxed);
        Some(said)
    }

    /// Whether it was said already that nothing is left; from now on it was.
    pub(super) fn said(&self) -> bool {
        self.said.swap(true, Ordering::Relaxed)
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(most: Duration) -> Share {
        Share { most: nanoseconds(most), taken: AtomicU64::new(0), said: AtomicBool::new(false) }
    }

    #[test]
    fn what_is_used_up_is_asked_no_more_and_said_once() {
        let own = share(Duration::from_millis(1));
        let slow = || {
            std::thread::sleep(Duration::from_millis(2));
            1
        };
        assert_eq!((own.take(slow), own.take(slow)), (Some(1), None));
        assert_eq!([own.said(), own.said()], [false, true]);
        let long = share(Duration::MAX);
        assert!((0..100).all(|number| long.take(|| number) == Some(number)));
    }
}
