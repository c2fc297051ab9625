//! Parts of an input. A rule that does not look at one says the same of an input that is without it.

use super::{ELEMENT, Input, Lineage, People, Ports, rank};
use domain::catalogue::{Classification, Sensitivity};

/// Which parts are looked at. The product itself, the agreement, the request and the day always are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reads {
    /// Datasets with their columns, and what of the product follows from those: class, sensitivity, whether it is personal.
    pub columns: bool,
    pub ports: bool,
    pub lineage: bool,
    pub service_levels: bool,
    pub people: bool,
}

impl Reads {
    pub const ALL: Self = Self { columns: true, ports: true, lineage: true, service_levels: true, people: true };
    pub const NOTHING: Self = Self { columns: false, ports: false, lineage: false, service_levels: false, people: false };

    /// What either looks at.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self {
            columns: self.columns || other.columns,
            ports: self.ports || other.ports,
            lineage: self.lineage || other.lineage,
            service_levels: self.service_levels || other.service_levels,
            people: self.people || other.people,
        }
    }

    /// Adds what lies at a path below the input.
    pub(crate) fn add(&mut self, path: &[String]) {
        let below = path.get(1).map(String::as_str);
        let part = match path.first().map(String::as_str) {
            Some("product") => {
                let follows = matches!(below, None | Some(ELEMENT | "classification" | "classification_rank" | "sensitivity" | "personal"));
                Self { columns: follows, ..Self::NOTHING }
            }
            Some("datasets") => Self { columns: true, ..Self::NOTHING },
            Some("ports") => Self { ports: true, ..Self::NOTHING },
            Some("lineage") => Self { lineage: true, ..Self::NOTHING },
            Some("service_levels") => Self { service_levels: true, ..Self::NOTHING },
            Some("people") => Self { people: true, ..Self::NOTHING },
            Some("agreement" | "request" | "time" | "schema_version") => Self::NOTHING,
            // The whole input, an element of it, or a part that this list does not know yet.
            _ => Self::ALL,
        };
        *self = self.or(part);
    }
}

impl Input {
    /// The input with these parts alone, as the record gives it to a rule that reads no others.
    #[must_use]
    pub fn only(mut self, parts: Reads) -> Self {
        if !parts.columns {
            self.datasets.clear();
            self.product.classification = Classification::OfficialOpen;
            self.product.classification_rank = rank(Classification::OfficialOpen);
            self.product.sensitivity = Sensitivity::NonSensitive;
            self.product.personal = false;
        }
        if !parts.ports {
            self.ports = Ports::default();
        }
        if !parts.lineage {
            self.lineage = Lineage::default();
        }
        if !parts.service_levels {
            self.service_levels.clear();
        }
        if !parts.people {
            self.people = People::default();
        }
        self
    }
}
