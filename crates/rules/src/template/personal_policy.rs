//! No personal data without a policy that says how it is protected.

use super::field::{Form, FormField, Input, Reader, checked, form};
use super::rego::{quoted, violation};
use super::{Looser, Parameters};
use domain::Violations;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalPolicy {
    /// Also when personal data only comes in from another product.
    pub upstream: bool,
    /// Also that terms never let personal data be passed on to anyone.
    pub no_public: bool,
}

impl Parameters for PersonalPolicy {
    const ID: &'static str = "personal-data-policy";
    const TITLE: &'static str = "No personal data without a policy";
    const HELP: &'static str = "Products with personal data say how they protect it";
    const LIMITS: &'static [&'static str] = &[];

    fn fields() -> Vec<FormField> {
        vec![
            FormField { name: "upstream", label: "Also when it comes in from another product", hint: "As lineage tells", input: Input::Check },
            FormField {
                name: "no-public",
                label: "Never open to anyone",
                hint: "Terms of such products let nothing go to the public",
                input: Input::Check,
            },
        ]
    }

    fn read(form: &Form) -> Result<Self, Violations> {
        let reader = Reader::new(form);
        let (upstream, no_public) = (reader.check("upstream"), reader.check("no-public"));
        reader.done(Some(Self { upstream, no_public }))
    }

    fn form(&self) -> Form {
        form([("upstream", checked(self.upstream)), ("no-public", checked(self.no_public))])
    }

    fn rego(&self) -> String {
        let rule = |code: &str, message: &str, when: &[&str]| {
            violation(code, &quoted("privacy_policy"), message, "Say how personal data is protected, column by column", "schema", when)
        };
        let mut rules = rule(
            "privacy_policy_missing",
            &quoted("It holds personal data, and no policy says how that is protected"),
            &["input.product.personal", "not input.product.privacy_policy"],
        );
        if self.upstream {
            rules.push_str(&rule(
                "upstream_policy_missing",
                r#"sprintf("Personal data comes in from %s, and no policy says how it is protected", [upstream.address])"#,
                &["some upstream in input.lineage.upstream", "upstream.personal", "not input.product.privacy_policy"],
            ));
        }
        if self.no_public {
            rules.push_str(&violation(
                "personal_data_public",
                &quoted("agreement.onward"),
                &quoted("Its terms let personal data be passed on to anyone"),
                "Narrow whom it may be passed on to",
                "agreement",
                &["input.product.personal", "input.product.terms.onward == \"public\""],
            ));
        }
        rules
    }

    fn looser_than(&self, wider: &Self) -> Vec<Looser> {
        let mut found = Vec::new();
        if wider.upstream && !self.upstream {
            found.push(Looser::new("upstream", "personal data that comes in is no longer looked at"));
        }
        if wider.no_public && !self.no_public {
            found.push(Looser::new("no-public", "terms may let it go to anyone"));
        }
        found
    }
}
