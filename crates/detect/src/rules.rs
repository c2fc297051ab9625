//! Detectors that a domain adds as data: patterns of names, a pattern of values, a category.

use crate::column::Column;
use crate::proposal::Basis;
use crate::weigh::{Case, Facts, NOTHING_OF_IT, PLAINLY};
use domain::catalogue::PersonalCategory;
use regex::{Regex, RegexBuilder};

/// A detector as a document says it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What evidence calls it: `library card`.
    pub name: String,
    /// The data domain that it belongs to; none for all.
    #[serde(default)]
    pub domain: Option<String>,
    pub category: PersonalCategory,
    /// Regular expressions; one that is found in the column's name, in any case, suffices.
    #[serde(default)]
    pub name_patterns: Vec<String>,
    /// A regular expression that a whole value matches.
    #[serde(default)]
    pub value_pattern: Option<String>,
}

/// Why a detector cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RuleFault {
    #[error("The detector “{0}” looks at neither names nor values.")]
    LooksAtNothing(String),
    #[error("The detector “{0}” finds nothing personal: its category is none.")]
    FindsNothing(String),
    #[error("A pattern of the detector “{name}” cannot be read: {reason}")]
    Pattern { name: String, reason: String },
}

/// A rule that was read.
#[derive(Debug, Clone)]
pub struct Compiled {
    rule: Rule,
    names: Vec<Regex>,
    values: Option<Regex>,
}

/// Bytes of a compiled pattern, at most, so that no document costs much memory.
const LARGEST: usize = 1 << 20;
/// The share of values that must match.
const ENOUGH: f64 = 0.6;

impl Compiled {
    pub fn new(rule: Rule) -> Result<Self, RuleFault> {
        if rule.name_patterns.is_empty() && rule.value_pattern.is_none() {
            return Err(RuleFault::LooksAtNothing(rule.name));
        }
        if !rule.category.is_personal() {
            return Err(RuleFault::FindsNothing(rule.name));
        }
        let read = |pattern: &str| {
            RegexBuilder::new(pattern)
                .case_insensitive(true)
                .size_limit(LARGEST)
                .build()
                .map_err(|fault| RuleFault::Pattern { name: rule.name.clone(), reason: fault.to_string() })
        };
        let names = rule.name_patterns.iter().map(|pattern| read(pattern)).collect::<Result<_, _>>()?;
        let values = rule.value_pattern.as_ref().map(|pattern| read(&format!("^(?:{pattern})$"))).transpose()?;
        Ok(Self { rule, names, values })
    }

    /// Its case for a column; none when it belongs to another domain.
    pub fn weigh(&self, column: &Column<'_>, facts: &Facts<'_>) -> Option<Case> {
        if self.rule.domain.is_some() && self.rule.domain.as_deref() != column.domain {
            return None;
        }
        let mut case = Case::custom(&self.rule.name, self.rule.category);
        let named = self.names.iter().any(|pattern| pattern.is_match(column.name));
        if named {
            case.say(Basis::Name, PLAINLY, "Its name fits the detector of the domain.");
        } else if !self.names.is_empty() {
            case.say(Basis::Name, -1.0, "Its name does not fit the detector of the domain.");
        }
        if let Some(pattern) = &self.values
            && facts.count() > 0
        {
            let fits = facts.matching(|value| pattern.is_match(value));
            if facts.share(fits.len()) >= ENOUGH {
                case.show(if self.names.is_empty() { PLAINLY } else { 1.8 }, &fits, facts.count(), "The values fit the detector of the domain.");
            } else {
                case.show(NOTHING_OF_IT, &fits, facts.count(), "The values do not fit the detector of the domain.");
            }
        }
        Some(case)
    }
}
