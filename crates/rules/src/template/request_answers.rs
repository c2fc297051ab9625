//! Answers that a request must give, by class.

use super::field::{Form, FormField, Input, Reader, checked, form, words};
use super::reach::Reach;
use super::rego::{quoted, violation};
use super::{Looser, Parameters};
use domain::access::Answer;
use domain::{Violation, Violations};
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestAnswers {
    pub reach: Reach,
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
        let (reached, personal) = self.reach.conditions();
        violation(
            &format!("{}_missing", answer.field()),
            &quoted(answer.as_str()),
            &quoted(&format!("{label}: the request does not say it")),
            &format!("Say it: {}", label.to_lowercase()),
            "request",
            &[&reached, personal, missing],
        )
    }
}

impl Parameters for RequestAnswers {
    const ID: &'static str = "request-answers";
    const TITLE: &'static str = "Answers that a request must give";
    const HELP: &'static str = "A request says certain things, and its form asks for them";
    const LIMITS: &'static [&'static str] = &[];

    fn fields() -> Vec<FormField> {
        let own = FormField { name: "answers", label: "What a request must say", hint: "", input: Input::Several(offered()) };
        Reach::fields().into_iter().chain([own]).collect()
    }

    fn read(form: &Form) -> Result<Self, Violations> {
        let mut reader = Reader::new(form);
        let (reach, answers) = (Reach::read(&mut reader), reader.some::<Answer>("answers"));
        if answers.contains(&Answer::Until) {
            reader.faults.push(Violation::new("answers", "choice_unknown", "Choose from the list"));
        }
        reader.done(reach.map(|reach| Self { reach, answers }))
    }

    fn form(&self) -> Form {
        form([("from", words([self.reach.from])), ("personal-only", checked(self.reach.personal_only)), ("answers", words(&self.answers))])
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
        let mut found = self.reach.looser_than(wider.reach);
        let missing = wider.answers.difference(&self.answers);
        found.extend(missing.map(|answer| Looser::new("answers", format!("“{}” is no longer asked for", answer.label()))));
        found
    }
}
