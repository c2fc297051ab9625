//! The class that a column must have at least, by what it says about a person.

use super::field::{Form, FormField, Input, Reader, choices, form, words};
use super::rego::{COLUMN, EACH_COLUMN, quoted, violation};
use super::{Looser, Parameters};
use crate::input::rank;
use domain::Violations;
use domain::catalogue::Classification;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassificationFloor {
    pub indirect: Classification,
    pub direct: Classification,
    pub sensitive: Classification,
    /// Whether a person must have set or accepted every class.
    pub accepted: bool,
}

impl ClassificationFloor {
    fn floors(&self) -> [(&'static str, &'static str, Classification); 3] {
        [
            ("indirect", "Indirect personal data", self.indirect),
            ("direct", "Direct personal data", self.direct),
            ("sensitive", "Sensitive personal data", self.sensitive),
        ]
    }
}

impl Parameters for ClassificationFloor {
    const ID: &'static str = "classification-floor";
    const TITLE: &'static str = "Lowest classification";
    const HELP: &'static str = "Columns with personal data have at least a certain class";
    const LIMITS: &'static [&'static str] = &["indirect", "direct", "sensitive"];

    fn fields() -> Vec<FormField> {
        let class = |name, label| FormField {
            name,
            label,
            hint: "The lowest class that such a column may have",
            input: Input::One(choices!(Classification)),
        };
        vec![
            class("indirect", "Indirect personal data"),
            class("direct", "Direct personal data"),
            class("sensitive", "Sensitive personal data"),
            FormField { name: "accepted", label: "A person has set or accepted every class", hint: "", input: Input::Check },
        ]
    }

    fn read(form: &Form) -> Result<Self, Violations> {
        let mut reader = Reader::new(form);
        let floors = (reader.one("indirect"), reader.one("direct"), reader.one("sensitive"));
        let accepted = reader.check("accepted");
        reader.done(match floors {
            (Some(indirect), Some(direct), Some(sensitive)) => Some(Self { indirect, direct, sensitive, accepted }),
            _ => None,
        })
    }

    fn form(&self) -> Form {
        let accepted = super::field::checked(self.accepted);
        form([("indirect", words([self.indirect])), ("direct", words([self.direct])), ("sensitive", words([self.sensitive])), ("accepted", accepted)])
    }

    fn rego(&self) -> String {
        let mut rules = String::new();
        for (word, label, floor) in self.floors() {
            let message = format!("sprintf({}, [column.name])", quoted(&format!("{label} in %s is classified below {}", floor.label())));
            let (category, below) = (format!("column.personal == {}", quoted(word)), format!("column.classification_rank < {}", rank(floor)));
            rules.push_str(&violation(
                "classification_too_low",
                COLUMN,
                &message,
                &format!("Classify the column as {} or higher", floor.label()),
                "schema",
                &[EACH_COLUMN[0], EACH_COLUMN[1], &category, &below],
            ));
        }
        if self.accepted {
            rules.push_str(&violation(
                "classification_not_accepted",
                COLUMN,
                r#"sprintf("Nobody has set or accepted the class of %s", [column.name])"#,
                "Look at the proposal and accept or change it",
                "schema",
                &[EACH_COLUMN[0], EACH_COLUMN[1], "not column.classified"],
            ));
        }
        rules
    }

    fn looser_than(&self, wider: &Self) -> Vec<Looser> {
        let mut found: Vec<Looser> = self
            .floors()
            .into_iter()
            .zip(wider.floors())
            .filter(|((.., own), (.., wider))| own < wider)
            .map(|((field, label, own), (.., wider))| Looser::new(field, format!("{label}: {} is lower than {}", own.label(), wider.label())))
            .collect();
        if wider.accepted && !self.accepted {
            found.push(Looser::new("accepted", "classes no longer need to be accepted by a person"));
        }
        found
    }
}
