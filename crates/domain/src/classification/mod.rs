//! How columns are classified: what a dataset takes from its columns, what follows from personal data, what may be decided, and what a
//! decision teaches. The levels' words are data (`scheme`); their codes are types.

mod detector;
mod highest;
mod pattern;
mod review;
mod scheme;

pub use detector::{DetectorForm, check_detector};
pub use highest::{Cause, ClassifiedColumn, Highest, JoinRule, highest};
pub use pattern::name_pattern;
pub use review::{Decided, Evidence, Judged, Shown, Typed, review};
pub use scheme::{Dimension, Level, LevelForm, Scheme, change_level};

use crate::catalogue::{Classification, ColumnType, PersonalCategory, Sensitivity};
use crate::protection::{Protection, default_for};
use crate::{Violation, Violations, text_enum};

text_enum! {
    /// What somebody said to a proposal.
    Verdict, "verdict" {
        Accepted = "accepted", "Accepted";
        Changed = "changed", "Changed";
        Rejected = "rejected", "Rejected";
    }
}

text_enum! {
    /// Who says otherwise than a person decided.
    SaidBy, "side of a conflict" {
        Document = "document", "The product’s document";
        Detectors = "detectors", "The detectors";
    }
}

/// What a column is, in all three dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct ColumnClass {
    pub classification: Classification,
    pub sensitivity: Sensitivity,
    pub personal: PersonalCategory,
}

impl ColumnClass {
    /// What stands in the record while nobody has said what a column is: it hides the column.
    pub const UNKNOWN: Self =
        Self { classification: Classification::Restricted, sensitivity: Sensitivity::SensitiveNormal, personal: PersonalCategory::Direct };

    /// The least that a column of this category is given; `identifies`: it is a number or word that the state or a bank gives one person.
    pub const fn least_for(personal: PersonalCategory, identifies: bool) -> Self {
        let (classification, sensitivity) = match personal {
            PersonalCategory::None => (Classification::OfficialClosed, Sensitivity::NonSensitive),
            PersonalCategory::Direct if identifies => (Classification::Restricted, Sensitivity::SensitiveHigh),
            PersonalCategory::Indirect | PersonalCategory::Direct => (Classification::Restricted, Sensitivity::SensitiveNormal),
            PersonalCategory::Sensitive => (Classification::Restricted, Sensitivity::SensitiveHigh),
        };
        Self { classification, sensitivity, personal }
    }

    /// What detectors propose for a column that is this already: another category raises the levels, and never lowers them.
    #[must_use]
    pub fn proposed(known: Option<Self>, personal: PersonalCategory, identifies: bool) -> Self {
        let least = Self::least_for(personal, identifies);
        match known {
            Some(known) => Self {
                classification: if personal.is_personal() { known.classification.max(least.classification) } else { known.classification },
                sensitivity: if personal.is_personal() { known.sensitivity.max(least.sensitivity) } else { known.sensitivity },
                personal,
            },
            None => least,
        }
    }

    /// What holds for a column of this class while nobody chose a technique for it.
    pub fn protection(self, column: ColumnType) -> Protection {
        default_for(self.classification, self.sensitivity, self.personal, column)
    }

    /// Whether no reader gets the column while nobody chose a technique for it.
    pub fn is_withheld(self) -> bool {
        self.protection(ColumnType::Text).technique.is_suppressed()
    }

    /// What is wrong with such a class for a column.
    pub fn check(self, field: &'static str, column: &str) -> Violations {
        if self.personal.is_personal() && self.classification < Classification::Restricted {
            let message = format!("{column} is about persons: choose Restricted or higher, or say that it is not personal.");
            return vec![Violation::new(field, "personal_not_restricted", message)];
        }
        vec![]
    }

    /// In words, for histories: Restricted, Sensitive Normal, Personal, direct.
    pub fn words(self) -> String {
        format!("{} · {} · {}", self.classification.label(), self.sensitivity.label(), self.personal.label())
    }
}

/// Why something is not published: columns that nobody has classified, as dataset and column.
pub fn check_publication(unclassified: &[(String, String)]) -> Violations {
    if unclassified.is_empty() {
        return vec![];
    }
    let names: Vec<String> = unclassified.iter().map(|(dataset, column)| format!("{dataset}.{column}")).collect();
    let message = format!("Not published: classify these columns first: {}.", names.join(", "));
    vec![Violation::new("publish", "columns_unclassified", message)]
}

#[cfg(test)]
mod tests;
