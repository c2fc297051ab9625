//! Who must agree to a request, by class.

use super::field::{Form, FormField, Input, Reader, checked, choices, form, words};
use super::reach::Reach;
use super::rego::{quoted, violation};
use super::{Looser, Parameters};
use domain::Violations;
use domain::organisation::Role;
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalSteps {
    pub reach: Reach,
    /// Each of them has a step that nobody else may take.
    pub roles: BTreeSet<Role>,
}

impl Parameters for ApprovalSteps {
    const ID: &'static str = "approval-steps";
    const TITLE: &'static str = "Approval steps by class";
    const HELP: &'static str = "Certain roles agree to a request";
    const LIMITS: &'static [&'static str] = &[];

    fn fields() -> Vec<FormField> {
        let own =
            FormField { name: "roles", label: "Roles that must agree", hint: "Each by a step of its own", input: Input::Several(choices!(Role)) };
        Reach::fields().into_iter().chain([own]).collect()
    }

    fn read(form: &Form) -> Result<Self, Violations> {
        let mut reader = Reader::new(form);
        let (reach, roles) = (Reach::read(&mut reader), reader.some("roles"));
        reader.done(reach.map(|reach| Self { reach, roles }))
    }

    fn form(&self) -> Form {
        form([("from", words([self.reach.from])), ("personal-only", checked(self.reach.personal_only)), ("roles", words(&self.roles))])
    }

    fn rego(&self) -> String {
        let (reached, personal) = self.reach.conditions();
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
        let mut found = self.reach.looser_than(wider.reach);
        for role in wider.roles.difference(&self.roles) {
            found.push(Looser::new("roles", format!("{} no longer has to agree", role.label())));
        }
        found
    }
}
