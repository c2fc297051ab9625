//! What a rule looks at: one product with its surroundings, typed, versioned, built once and shared by every rule.
//! It holds no name, e-mail address or other word about a person: people stand in it as the roles that are filled.
//!
//! A field may be added within a version; one that goes or changes its meaning makes a new [`SCHEMA_VERSION`]. What is stored is the
//! JSON of [`Input`]; the same JSON gives the same verdicts.

mod document;
mod example;
mod parts;
mod reads;
mod schema;
mod values;

pub use document::{Surroundings, age_in_days, rank, words};
pub use parts::{
    Agreement, Column, Dataset, InputPort, Lineage, Measurement, OutputPort, People, Product, Request, ServiceLevel, Step, Terms, Time, Upstream,
};
pub use reads::Reads;
pub(crate) use schema::{ELEMENT, unknown_path};
pub use schema::{fields, paths};

use regorus::Value;
use serde::{Deserialize, Serialize};

/// The version of the input that this build makes and reads.
pub const SCHEMA_VERSION: u32 = 1;

/// Everything that rules may look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub schema_version: u32,
    pub product: Product,
    pub datasets: Vec<Dataset>,
    pub ports: Ports,
    pub lineage: Lineage,
    pub service_levels: Vec<ServiceLevel>,
    pub people: People,
    /// The agreement that is judged; none when the product itself is.
    #[serde(default)]
    pub agreement: Option<Agreement>,
    /// The request that is judged; none when the product itself is.
    #[serde(default)]
    pub request: Option<Request>,
    pub time: Time,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ports {
    pub input: Vec<InputPort>,
    pub output: Vec<OutputPort>,
}

/// An input that no rule can read.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableInput {
    #[error("the input has schema version {0}; rules here read version {SCHEMA_VERSION}")]
    Version(u32),
    #[error("the input cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the input cannot be made: {0}")]
    Value(#[from] values::NoValue),
}

/// An input as rules read it. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Facts(pub(crate) Value);

impl Input {
    /// Reads what was stored.
    pub fn read(json: &str) -> Result<Self, UnreadableInput> {
        #[derive(Deserialize)]
        struct Version {
            schema_version: u32,
        }
        let version = serde_json::from_str::<Version>(json)?.schema_version;
        if version != SCHEMA_VERSION {
            return Err(UnreadableInput::Version(version));
        }
        Ok(serde_json::from_str(json)?)
    }

    /// What to store beside a verdict.
    pub fn stored(&self) -> Result<String, UnreadableInput> {
        Ok(serde_json::to_string(self)?)
    }

    /// Built once; each rule that reads it shares it. Ranks follow from classes here, whatever was stored.
    pub fn facts(&self) -> Result<Facts, UnreadableInput> {
        if self.ranks_follow() {
            return Ok(Facts(values::values(self)?));
        }
        let mut whole = self.clone();
        whole.product.classification_rank = rank(whole.product.classification);
        for column in whole.datasets.iter_mut().flat_map(|dataset| &mut dataset.columns) {
            column.classification_rank = rank(column.classification);
        }
        for upstream in &mut whole.lineage.upstream {
            upstream.classification_rank = rank(upstream.classification);
        }
        if let Some(request) = &mut whole.request {
            request.classification_rank = rank(request.classification);
        }
        Ok(Facts(values::values(&whole)?))
    }

    /// As they do but for what was stored otherwise.
    fn ranks_follow(&self) -> bool {
        self.product.classification_rank == rank(self.product.classification)
            && self.datasets.iter().flat_map(|dataset| &dataset.columns).all(|column| column.classification_rank == rank(column.classification))
            && self.lineage.upstream.iter().all(|upstream| upstream.classification_rank == rank(upstream.classification))
            && self.request.as_ref().is_none_or(|request| request.classification_rank == rank(request.classification))
    }

    /// A whole invented product, after the white paper's bus routes: what tests beside a rule begin with.
    pub fn example() -> Self {
        example::example()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_again_and_gives_the_same_facts() {
        let input = Input::example();
        let again = Input::read(&input.stored().unwrap()).unwrap();
        assert_eq!(again, input);
        assert_eq!(again.facts().unwrap().0, input.facts().unwrap().0);
    }

    #[test]
    fn facts_are_what_is_stored() {
        for input in (0..64).map(crate::corpus::input) {
            assert_eq!(input.facts().unwrap().0, Value::from_json_str(&input.stored().unwrap()).unwrap());
        }
    }

    #[test]
    fn ranks_follow_from_classes_whatever_was_stored() {
        let input = Input::example();
        let mut stored = input.clone();
        stored.product.classification_rank += 3;
        stored.datasets[0].columns[0].classification_rank += 1;
        assert_eq!(stored.facts().unwrap().0, input.facts().unwrap().0);
    }

    #[test]
    fn another_version_is_named() {
        let stored = Input::example().stored().unwrap().replacen("\"schema_version\":1", "\"schema_version\":7", 1);
        assert!(matches!(Input::read(&stored), Err(UnreadableInput::Version(7))));
    }
}
