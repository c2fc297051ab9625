//! The longest that an agreement may last.

use super::field::{Form, FormField, Input, Reader, checked, choices, form, words};
use super::rego::{quoted, violation};
use super::{Looser, Parameters};
use crate::input::rank;
use domain::Violations;
use domain::catalogue::Classification;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaximumDuration {
    pub days: i64,
    /// Holds for products and requests from this class on.
    pub from: Classification,
    /// Holds for personal data alone.
    pub personal_only: bool,
}

impl MaximumDuration {
    /// Days that a form takes.
    pub(super) const MOST: i64 = 3660;
}

impl Parameters for MaximumDuration {
    const ID: &'static str = "maximum-duration";
    const TITLE: &'static str = "Longest agreement";
    const HELP: &'static str = "Agreements end within so many days";
    const LIMITS: &'static [&'static str] = &["days"];

    fn fields() -> Vec<FormField> {
        vec![
            FormField { name: "days", label: "Days at most", hint: "", input: Input::Number { least: 1, most: Self::MOST } },
            FormField { name: "from", label: "From this class on", hint: "", input: Input::One(choices!(Classification)) },
            FormField { name: "personal-only", label: "For personal data alone", hint: "", input: Input::Check },
        ]
    }

    fn read(form: &Form) -> Result<Self, Violations> {
        let mut reader = Reader::new(form);
        let (days, from, personal_only) = (reader.number("days", 1, Self::MOST), reader.one("from"), reader.check("personal-only"));
        reader.done(from.map(|from| Self { days, from, personal_only }))
    }

    fn form(&self) -> Form {
        form([("days", words([self.days])), ("from", words([self.from])), ("personal-only", checked(self.personal_only))])
    }

    fn rego(&self) -> String {
        let (days, rank) = (self.days, rank(self.from));
        let personal = |whose: &str| if self.personal_only { format!("input.{whose}.personal") } else { "true".to_owned() };
        let rule = |code: &str, field: &str, what: &str, whose: &str, length: &str, page: &str| {
            let message = format!("sprintf({}, [{length}])", quoted(&format!("{what} %d days; {days} at most")));
            let (reached, personal, long) = (format!("input.{whose}.classification_rank >= {rank}"), personal(whose), format!("{length} > {days}"));
            violation(code, &quoted(field), &message, &format!("Shorten it to {days} days or less"), page, &[&reached, &personal, &long])
        };
        [
            rule(
                "terms_too_long",
                "agreement.longest_days",
                "The terms allow agreements of",
                "product",
                "input.product.terms.longest_days",
                "agreement",
            ),
            rule("agreement_too_long", "agreement", "The agreement lasts", "product", "input.agreement.days", "agreement"),
            rule("request_too_long", "until", "The request is for", "request", "input.request.days", "request"),
        ]
        .concat()
    }

    fn looser_than(&self, wider: &Self) -> Vec<Looser> {
        let mut found = Vec::new();
        if self.days > wider.days {
            found.push(Looser::new("days", format!("{} days is longer than the {} allowed there", self.days, wider.days)));
        }
        if self.from > wider.from {
            found.push(Looser::new("from", format!("it begins at {}, and there at {}", self.from.label(), wider.from.label())));
        }
        if self.personal_only && !wider.personal_only {
            found.push(Looser::new("personal-only", "it holds for personal data alone, and there for all"));
        }
        found
    }
}
