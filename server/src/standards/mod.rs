//! Standards at work: which act, what they say of a product, and what follows at each gate. Every gate asks here and nowhere else.
//! The record holds versions and what was found; `rules` decides; this brings the two together and keeps compiled rules at hand.

pub mod evaluate;
pub mod form;
pub mod gate;
pub mod imported;
mod judge;
pub mod narrower;
mod share;
pub mod simulate;

pub use judge::{Found, Judged, judge};
pub use share::Shares;

use domain::id::StandardId;
use rules::Rule;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::standard::Version;
use tokio::sync::Semaphore;

/// A rule that runs, or why it does not; what does not is “cannot tell” everywhere.
pub type Compiled = Result<Rule, Arc<str>>;

/// Versions with their compiled rules.
#[derive(Debug, Clone)]
pub struct Held {
    pub version: Arc<Version>,
    pub rule: Compiled,
}

/// Versions that are asked together.
#[derive(Debug, Clone, Default)]
pub struct Set(pub Arc<Vec<Held>>);

impl Set {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that can lead to anything but telling at a gate.
    #[must_use]
    pub fn that_matter_at(&self, gate: rules::Gate) -> Self {
        let matters = |held: &&Held| rules::effect(held.version.standard.severity, gate) > rules::Effect::Nothing;
        Self(Arc::new(self.0.iter().filter(matters).cloned().collect()))
    }

    /// Those that can refuse at a gate.
    #[must_use]
    pub fn that_refuse_at(&self, gate: rules::Gate) -> Self {
        let refuses = |held: &&Held| rules::effect(held.version.standard.severity, gate) == rules::Effect::Refuse;
        Self(Arc::new(self.0.iter().filter(refuses).cloned().collect()))
    }
}

/// The digest of what is run, and what it was compiled to.
type Known = (Vec<u8>, Compiled);

/// Versions that are tried at once: each reads the whole catalogue.
const SIMULATIONS: usize = 2;

/// Rules that were compiled before, by standard and version and what is run: a version that is published never changes.
#[derive(Debug)]
pub struct Rules {
    compiled: Mutex<HashMap<(StandardId, u32), Known>>,
    /// Taken by whoever asks what a version would do.
    simulating: Semaphore,
}

impl Default for Rules {
    fn default() -> Self {
        Self { compiled: Mutex::default(), simulating: Semaphore::new(SIMULATIONS) }
    }
}

impl Rules {
    /// The rule of a version.
    pub fn of(&self, version: &Version) -> Compiled {
        let key = (version.id, version.standard.version);
        let source = Sha256::digest(version.rego.as_bytes()).to_vec();
        let known =
            self.compiled.lock().unwrap_or_else(PoisonError::into_inner).get(&key).filter(|(of, _)| *of == source).map(|(_, rule)| rule.clone());
        known.unwrap_or_else(|| {
            let rule = Rule::compile(&version.rego).map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ").into());
            self.compiled.lock().unwrap_or_else(PoisonError::into_inner).insert(key, (source, rule.clone()));
            rule
        })
    }

    pub fn held(&self, version: Version) -> Held {
        Held { rule: self.of(&version), version: Arc::new(version) }
    }

    /// The versions that act on a day.
    pub async fn acting(&self, conn: &mut store::PgConnection, day: chrono::NaiveDate) -> store::Result<Set> {
        let versions = store::standard::acting(conn, day).await?;
        Ok(Set(Arc::new(versions.into_iter().map(|version| self.held(version)).collect())))
    }
}
