//! A technique as a form sends it: every field as it was typed, so that a page can show it again.

use super::{ColumnName, DateUnit, KeyScope, Kind, Technique};
use crate::{Violation, Violations};
use serde::Deserialize;

/// Fields of parameters that the chosen technique does not have are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TechniqueForm {
    /// A word of `Kind`; empty for the default.
    pub technique: String,
    pub technique_first: String,
    pub technique_last: String,
    pub technique_shortest: String,
    pub technique_per: String,
    pub technique_width: String,
    pub technique_unit: String,
    pub technique_thousandths: String,
    pub technique_longitude: String,
    pub technique_digits: String,
    pub technique_most: String,
}

impl TechniqueForm {
    /// The technique that was chosen; none for the default.
    pub fn parse(&self) -> Result<Option<Technique>, Violations> {
        let word = self.technique.trim();
        if word.is_empty() {
            return Ok(None);
        }
        let Ok(kind) = word.parse::<Kind>() else {
            return Err(vec![Violation::new("technique", "technique_unknown", "Choose one of the techniques offered")]);
        };
        let technique = match kind {
            Kind::Clear => Technique::Clear {},
            Kind::Suppress => Technique::Suppress {},
            Kind::PostalSector => Technique::PostalSector {},
            Kind::Mask => Technique::Mask {
                first: number("technique_first", &self.technique_first)?,
                last: number("technique_last", &self.technique_last)?,
                shortest: number("technique_shortest", &self.technique_shortest)?,
            },
            Kind::Pseudonym => Technique::Pseudonym { per: word_of::<KeyScope>("technique_per", &self.technique_per)? },
            Kind::Band => Technique::Band { width: number("technique_width", &self.technique_width)? },
            Kind::DateTo => Technique::DateTo { unit: word_of::<DateUnit>("technique_unit", &self.technique_unit)? },
            Kind::Grid => Technique::Grid { thousandths: number("technique_thousandths", &self.technique_thousandths)? },
            Kind::PlanningArea => Technique::PlanningArea {
                longitude: ColumnName::new(self.technique_longitude.trim())
                    .map_err(|_| vec![Violation::new("technique_longitude", "technique_column", "Name the column that has the longitude")])?,
            },
            Kind::Round => Technique::Round { digits: number("technique_digits", &self.technique_digits)? },
            Kind::Noise => Technique::Noise { most: number("technique_most", &self.technique_most)? },
        };
        let wrong = technique.check();
        if wrong.is_empty() { Ok(Some(technique)) } else { Err(wrong) }
    }

    /// As the form shows a technique that was chosen before.
    pub fn of(technique: Option<Technique>) -> Self {
        let mut form = Self { technique: technique.map(|one| one.kind().to_string()).unwrap_or_default(), ..Self::default() };
        match technique {
            Some(Technique::Mask { first, last, shortest }) => {
                form.technique_first = first.to_string();
                form.technique_last = last.to_string();
                form.technique_shortest = shortest.to_string();
            }
            Some(Technique::Pseudonym { per }) => form.technique_per = per.to_string(),
            Some(Technique::Band { width }) => form.technique_width = width.to_string(),
            Some(Technique::DateTo { unit }) => form.technique_unit = unit.to_string(),
            Some(Technique::Grid { thousandths }) => form.technique_thousandths = thousandths.to_string(),
            Some(Technique::PlanningArea { longitude }) => form.technique_longitude = longitude.into(),
            Some(Technique::Round { digits }) => form.technique_digits = digits.to_string(),
            Some(Technique::Noise { most }) => form.technique_most = most.to_string(),
            Some(Technique::Clear {} | Technique::PostalSector {} | Technique::Suppress {}) | None => {}
        }
        form
    }
}

fn number<N: std::str::FromStr>(field: &'static str, typed: &str) -> Result<N, Violations> {
    typed.trim().parse().map_err(|_| vec![Violation::new(field, "technique_number", "Type a whole number, in digits")])
}

fn word_of<W: std::str::FromStr>(field: &'static str, typed: &str) -> Result<W, Violations> {
    typed.trim().parse().map_err(|_| vec![Violation::new(field, "technique_word", "Choose one of those offered")])
}
