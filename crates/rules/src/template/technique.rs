//! Columns that must be protected at output ports, and the techniques that will do.

use super::field::{Form, FormField, Input, Reader, choices, form, words};
use super::rego::{COLUMN, EACH_COLUMN, array, violation};
use super::{Looser, Parameters};
use crate::input::rank;
use domain::catalogue::{Classification, PersonalCategory};
use domain::{Violations, text_enum};
use std::collections::BTreeSet;

text_enum! {
    /// A technique of the PDPC's guide, in the word that a column's plan has for it.
    Technique, "technique" {
        Suppress = "suppress", "Left out";
        Mask = "mask", "Character masking";
        Pseudonym = "pseudonym", "Pseudonym";
        Band = "band", "Bands of numbers";
        DateTo = "date-to", "Dates to month, quarter or year";
        PostalSector = "postal-sector", "Postal code to sector";
        Grid = "grid", "Coordinates to a grid";
        Round = "round", "Rounding";
        Noise = "noise", "Bounded noise";
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassificationTechnique {
    /// What such columns say about a person.
    pub personal: BTreeSet<PersonalCategory>,
    /// Their lowest class.
    pub from: Classification,
    pub techniques: BTreeSet<Technique>,
}

impl Parameters for ClassificationTechnique {
    const ID: &'static str = "classification-needs-technique";
    const TITLE: &'static str = "Classification needs a technique";
    const HELP: &'static str = "Certain columns leave the port protected";
    const LIMITS: &'static [&'static str] = &["techniques"];

    fn fields() -> Vec<FormField> {
        vec![
            FormField {
                name: "personal",
                label: "Columns that are",
                hint: "By what they say about a person",
                input: Input::Several(choices!(PersonalCategory)),
            },
            FormField { name: "from", label: "From this class on", hint: "", input: Input::One(choices!(Classification)) },
            FormField { name: "techniques", label: "Techniques that will do", hint: "Any of them", input: Input::Several(choices!(Technique)) },
        ]
    }

    fn read(form: &Form) -> Result<Self, Violations> {
        let mut reader = Reader::new(form);
        let (personal, from, techniques) = (reader.some("personal"), reader.one("from"), reader.some("techniques"));
        reader.done(from.map(|from| Self { personal, from, techniques }))
    }

    fn form(&self) -> Form {
        form([("personal", words(&self.personal)), ("from", words([self.from])), ("techniques", words(&self.techniques))])
    }

    fn rego(&self) -> String {
        let labels: Vec<&str> = self.techniques.iter().map(|technique| technique.label()).collect();
        let reached = format!("column.classification_rank >= {}", rank(self.from));
        let rule = violation(
            "technique_missing",
            COLUMN,
            r#"sprintf("%s is %s and leaves the port without a technique that will do", [column.name, column.classification])"#,
            &format!("Protect the column: {}", labels.join(", ").to_lowercase()),
            "schema",
            &[EACH_COLUMN[0], EACH_COLUMN[1], "count(dataset.served_at) > 0", "column.personal in personal", &reached, "not is_protected(column)"],
        );
        format!(
            "personal := {}\n\ntechniques := {}\n\n{rule}is_protected(column) if column.technique in techniques\n",
            array(&self.personal),
            array(&self.techniques),
        )
    }

    fn looser_than(&self, wider: &Self) -> Vec<Looser> {
        let mut found = Vec::new();
        for category in wider.personal.difference(&self.personal) {
            found.push(Looser::new("personal", format!("columns that are “{}” no longer need one", category.label())));
        }
        if self.from > wider.from {
            found.push(Looser::new("from", format!("columns from {} to below {} no longer need one", wider.from.label(), self.from.label())));
        }
        for technique in self.techniques.difference(&wider.techniques) {
            found.push(Looser::new("techniques", format!("“{}” will not do there", technique.label())));
        }
        found
    }
}
