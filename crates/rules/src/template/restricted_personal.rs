//! Personal data from a class on: agreements on it end, and what identifies somebody leaves protected. Two templates in one standard, so that it is
//! tried, talked over and published once, and acts from one day.

use super::field::{Form, FormField, Input, Reader, choices, form, words};
use super::technique::Technique;
use super::{ClassificationTechnique, Looser, MaximumDuration, Parameters};
use domain::Violations;
use domain::catalogue::{Classification, PersonalCategory};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestrictedPersonal {
    pub ends: MaximumDuration,
    /// From the same class on.
    pub protects: ClassificationTechnique,
}

impl Parameters for RestrictedPersonal {
    const ID: &'static str = "restricted-personal-data";
    const TITLE: &'static str = "Restricted personal data";
    const HELP: &'static str = "Agreements on personal data end within so many days, and what identifies somebody leaves protected";
    const LIMITS: &'static [&'static str] = &["days", "techniques"];

    fn fields() -> Vec<FormField> {
        vec![
            FormField { name: "days", label: "Days at most", hint: "", input: Input::Number { least: 1, most: MaximumDuration::MOST } },
            FormField { name: "from", label: "From this class on", hint: "", input: Input::One(choices!(Classification)) },
            FormField {
                name: "personal",
                label: "Columns that are",
                hint: "By what they say about a person",
                input: Input::Several(choices!(PersonalCategory)),
            },
            FormField { name: "techniques", label: "Techniques that will do", hint: "Any of them", input: Input::Several(choices!(Technique)) },
        ]
    }

    fn read(form: &Form) -> Result<Self, Violations> {
        let mut reader = Reader::new(form);
        let (days, from) = (reader.number("days", 1, MaximumDuration::MOST), reader.one("from"));
        let (personal, techniques) = (reader.some("personal"), reader.some("techniques"));
        reader.done(from.map(|from| Self {
            ends: MaximumDuration { days, from, personal_only: true },
            protects: ClassificationTechnique { personal, from, techniques },
        }))
    }

    fn form(&self) -> Form {
        form([
            ("days", words([self.ends.days])),
            ("from", words([self.ends.from])),
            ("personal", words(&self.protects.personal)),
            ("techniques", words(&self.protects.techniques)),
        ])
    }

    fn rego(&self) -> String {
        [self.ends.rego(), self.protects.rego()].concat()
    }

    fn looser_than(&self, wider: &Self) -> Vec<Looser> {
        let mut found = self.ends.looser_than(&wider.ends);
        // The class is the same for both, and said once.
        found.extend(self.protects.looser_than(&wider.protects).into_iter().filter(|looser| looser.field != "from"));
        found
    }
}
