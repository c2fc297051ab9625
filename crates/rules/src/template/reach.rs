//! Which requests a template is about, by class: the same two choices wherever one is about some requests and not others.

use super::Looser;
use super::field::{FormField, Input, Reader, choices};
use crate::input::rank;
use domain::catalogue::Classification;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Holds for requests from this class on.
    pub from: Classification,
    pub personal_only: bool,
}

impl Reach {
    pub fn fields() -> Vec<FormField> {
        vec![
            FormField { name: "from", label: "Requests from this class on", hint: "", input: Input::One(choices!(Classification)) },
            FormField { name: "personal-only", label: "For personal data alone", hint: "", input: Input::Check },
        ]
    }

    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let (from, personal_only) = (reader.one("from"), reader.check("personal-only"));
        from.map(|from| Self { from, personal_only })
    }

    /// What must hold of a request that it is about.
    pub fn conditions(self) -> (String, &'static str) {
        let reached = format!("input.request.classification_rank >= {}", rank(self.from));
        (reached, if self.personal_only { "input.request.personal" } else { "true" })
    }

    pub fn looser_than(self, wider: Self) -> Vec<Looser> {
        let mut found = Vec::new();
        if self.from > wider.from {
            found.push(Looser::new("from", format!("it begins at {}, and there at {}", self.from.label(), wider.from.label())));
        }
        if self.personal_only && !wider.personal_only {
            found.push(Looser::new("personal-only", "it holds for personal data alone, and there for all"));
        }
        found
    }
}
