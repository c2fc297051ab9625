//! Who must agree to a request, by class.

use super::field::{Form, FormField, Input, Reader, checked, choices, form, words};
use super::rego::{quoted, violation};
use super::{Looser, Parameters};
use crate::input::rank;
use domain::Violations;
use domain::catalogue::Classification;
use domain::organisation::Role;
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalSteps {
    /// Holds for requests from this class on.
    pub from: Classification,
    pub personal_only: bool,
    /// Each of them has a step that nobody else may take.
    pub roles: BTreeSet<Role>,
}

impl Parameters for ApprovalSteps {
    const ID: &'static str = "approval-steps";
    const TITLE: &'static str = "Approval steps by class";
    const HELP: &'static str = "Certain roles agree to a request";
    const LIMITS: &'static [&'static str] = &[];

    fn fields() -> Vec<FormField> {
        vec![
            FormField { name: "from", label: "Requests from this class on", hint: "", input: Input::One(choices!(Classification)) },
            FormField { name: "personal-only", label: "For personal data alone", hint: "", input: Input::Check },
            FormField { name: "roles", label: "Roles that must agree", hint: "Each by a step of its own", input: Input::Several(choices!(Role)) },
        ]
    }

    fn read(form: &Form) -> Result<Self, Violations> {
        let mut reader = Reader::new(form);
        let (from, personal_only, roles) = (reader.one("from"), reader.check("personal-only"), reader.some("roles"));
        reader.done(from.map(|from| Self { from, personal_only, roles }))
    }

    fn form(&self) -> Form {
        form([("from", words([self.from])), ("personal-only", checked(self.personal_only)), ("roles", words(&self.roles))])
    }

    fn rego(&self) -> String {
        let (reached, personal) =
            (format!("input.request.classification_rank >= {}", rank(self.from)), if self.personal_only { "input.request.personal" } else { "true" });
        let each = self.roles.iter().map(|role| {
            let message = quoted(&format!("{} has to agree to this request", role.label()));
            let missing = format!("not agrees({})", quoted(role.as_str()));
            violation(
                "step_missing",
                &quoted(role.as_str()),
                &message,
                &format!("Add a step for: {}", role.label()),
                "request",
                &[&reached, personal, &missing],
            )
        });
        let rules: String = each.collect();
        format!("{rules}agrees(role) if {{\n\tsome step in input.request.steps\n\tstep.roles == [role]\n}}\n")
    }

    fn looser_than(&self, wider: &Self) -> Vec<Looser> {
        let mut found = Vec::new();
        if self.from > wider.from {
            found.push(Looser::new("from", format!("it begins at {}, and there at {}", self.from.label(), wider.from.label())));
        }
        if self.personal_only && !wider.personal_only {
            found.push(Looser::new("personal-only", "it holds for personal data alone, and there for all"));
        }
        for role in wider.roles.difference(&self.roles) {
            found.push(Looser::new("roles", format!("{} no longer has to agree", role.label())));
        }
        found
    }
}
