//! The quality that a product promises and keeps.

use super::field::{Form, FormField, Input, Reader, choices, form, words};
use super::rego::{quoted, violation};
use super::{Looser, Parameters};
use domain::{Violations, text_enum};

text_enum! {
    /// What is measured in percent.
    Dimension, "dimension" {
        Quality = "quality", "Quality";
        Completeness = "completeness", "Completeness";
        Accuracy = "accuracy", "Accuracy";
        Availability = "availability", "Availability";
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MinimumQuality {
    pub dimension: Dimension,
    /// In percent.
    pub at_least: i64,
    /// Days within which it was measured and met; none: the promise will do.
    pub measured_within: Option<i64>,
}

impl Parameters for MinimumQuality {
    const ID: &'static str = "minimum-quality";
    const TITLE: &'static str = "Lowest quality";
    const HELP: &'static str = "The product promises a service level, and keeps it";
    const LIMITS: &'static [&'static str] = &["at-least"];

    fn fields() -> Vec<FormField> {
        vec![
            FormField { name: "dimension", label: "Dimension", hint: "", input: Input::One(choices!(Dimension)) },
            FormField { name: "at-least", label: "At least, in percent", hint: "", input: Input::Number { least: 1, most: 100 } },
            FormField {
                name: "measured-within",
                label: "Measured and met within so many days",
                hint: "Leave it empty when the promise will do",
                input: Input::Number { least: 1, most: 366 },
            },
        ]
    }

    fn read(form: &Form) -> Result<Self, Violations> {
        let mut reader = Reader::new(form);
        let (dimension, at_least) = (reader.one("dimension"), reader.number("at-least", 1, 100));
        let measured_within = reader.optional_number("measured-within", 1, 366);
        reader.done(dimension.map(|dimension| Self { dimension, at_least, measured_within }))
    }

    fn form(&self) -> Form {
        form([("dimension", words([self.dimension])), ("at-least", words([self.at_least])), ("measured-within", words(self.measured_within))])
    }

    fn rego(&self) -> String {
        let (label, at_least) = (self.dimension.label(), self.at_least);
        let mut rules = violation(
            "quality_not_promised",
            &quoted("service_levels"),
            &quoted(&format!("{label} of {at_least} % or more is not promised")),
            &format!("Add a service level for {} of at least {at_least} percent", label.to_lowercase()),
            "service-levels",
            &["not is_promised"],
        );
        let promised = format!(
            "is_promised if {{\n\tsome level in input.service_levels\n\tconcerns(level)\n}}\n\nconcerns(level) if {{\n\tlower(level.dimension) == {}\n\tis_percent(level.unit)\n\tlevel.target >= {at_least}\n}}\n\nis_percent(unit) if unit == \"percent\"\n\nis_percent(unit) if startswith(unit, \"%\")\n\n",
            quoted(self.dimension.as_str()),
        );
        rules.push_str(&promised);
        if let Some(days) = self.measured_within {
            rules.push_str(&violation(
                "quality_not_kept",
                &quoted("service_levels"),
                &quoted(&format!("{label} of {at_least} % was not measured and met within {days} days")),
                "Send a measurement; if it misses the objective, mend the data first",
                "service-levels",
                &["not is_kept"],
            ));
            let kept = format!(
                "is_kept if {{\n\tsome level in input.service_levels\n\tconcerns(level)\n\tlevel.measured.met\n\tlevel.measured.value >= {at_least}\n\tlevel.measured.days_ago <= {days}\n}}\n"
            );
            rules.push_str(&kept);
        }
        rules
    }

    fn looser_than(&self, wider: &Self) -> Vec<Looser> {
        if self.dimension != wider.dimension {
            return vec![Looser::new("dimension", format!("it no longer asks for {}", wider.dimension.label().to_lowercase()))];
        }
        let mut found = Vec::new();
        if self.at_least < wider.at_least {
            found.push(Looser::new("at-least", format!("{} % is lower than the {} % asked for there", self.at_least, wider.at_least)));
        }
        match (self.measured_within, wider.measured_within) {
            (None, Some(_)) => found.push(Looser::new("measured-within", "it no longer asks for a measurement")),
            (Some(own), Some(wider)) if own > wider => {
                found.push(Looser::new("measured-within", format!("a measurement may be {own} days old, and there {wider}")));
            }
            _ => {}
        }
        found
    }
}
