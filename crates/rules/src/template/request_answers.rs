//! Answers that a request must give, by class.

use super::field::{Form, FormField, Input, Reader, checked, choices, form, words};
use super::rego::{quoted, violation};
use super::{Looser, Parameters};
use crate::input::rank;
use domain::access::Answer;
use domain::catalogue::Classification;
use domain::{Violation, Violations};
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestAnswers {
    /// Holds for requests from this class on.
    pub from: Classification,
    pub personal_only: bool,
    /// Any but the day, which each request has in the end.
    pub answers: BTreeSet<Answer>,
}

/// What is there to be missed.
fn offered() -> Vec<(&'static str, &'static str)> {
    Answer::ALL.iter().filter(|answer| **answer != Answer::Until).map(|answer| (answer.as_str(), answer.label())).collect()
}

impl RequestAnswers {
    fn rule(&self, answer: Answer) -> String {
        let missing = match answer {
            Answer::Explanation => "input.request.explanation_words == 0",
            Answer::LegalBasis => "is_missing(input.request.legal_basis)",
            Answer::Team => "input.request.team_words == 0",
            Answer::Others => "input.request.others_words == 0",
            Answer::Until => "false",
        };
        let label = answer.label();
        violation(
            &format!("{}_missing", answer.field()),
            &quoted(answer.as_str()),
            &quoted(&format!("{label}: the request does not say it")),
            &format!("Say it: {}", label.to_lowercase()),
            "request",
            &[
                &format!("input.request.classification_rank >= {}", rank(self.from)),
                if self.personal_only { "input.request.personal" } else { "true" },
                missing,
            ],
        )
    }
}

impl Parameters for RequestAnswers {
    const ID: &'static str = "request-answers";
    const TITLE: &'static str = "Answers that a request must give";
    const HELP: &'static str = "A request says certain things, and its form asks for them";
    const LIMITS: &'static [&'static str] = &[];

    fn fields() -> Vec<FormField> {
        vec![
            FormField { name: "from", label: "Requests from this class on", hint: "", input: Input::One(choices!(Classification)) },
            FormField { name: "personal-only", label: "For personal data alone", hint: "", input: Input::Check },
            FormField { name: "answers", label: "What a request must say", hint: "", input: Input::Several(offered()) },
        ]
    }

    fn read(form: &Form) -> Result<Self, Violations> {
        let mut reader = Reader::new(form);
        let (from, personal_only, answers) = (reader.one("from"), reader.check("personal-only"), reader.some::<Answer>("answers"));
        if answers.contains(&Answer::Until) {
            reader.faults.push(Violation::new("answers", "choice_unknown", "Choose from the list"));
        }
        reader.done(from.map(|from| Self { from, personal_only, answers }))
    }

    fn form(&self) -> Form {
        form([("from", words([self.from])), ("personal-only", checked(self.personal_only)), ("answers", words(&self.answers))])
    }

    fn rego(&self) -> String {
        let rules: String = self.answers.iter().map(|answer| self.rule(*answer)).collect();
        if self.answers.contains(&Answer::LegalBasis) {
            format!("{rules}is_missing(value) if is_null(value)\n\nis_missing(value) if {{\n\tis_string(value)\n\ttrim_space(value) == \"\"\n}}\n")
        } else {
            rules
        }
    }

    fn looser_than(&self, wider: &Self) -> Vec<Looser> {
        let mut found = Vec::new();
        if self.from > wider.from {
            found.push(Looser::new("from", format!("it begins at {}, and there at {}", self.from.label(), wider.from.label())));
        }
        if self.personal_only && !wider.personal_only {
            found.push(Looser::new("personal-only", "it holds for personal data alone, and there for all"));
        }
        let missing = wider.answers.difference(&self.answers);
        found.extend(missing.map(|answer| Looser::new("answers", format!("“{}” is no longer asked for", answer.label()))));
        found
    }
}
