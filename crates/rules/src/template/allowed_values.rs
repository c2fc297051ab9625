//! A field that takes certain values alone.

use super::field::{Form, FormField, Input, Reader, choices, form, words};
use super::rego::{array, quoted, violation};
use super::{Looser, Parameters};
use domain::{Violations, text_enum};
use std::collections::BTreeSet;

text_enum! {
    /// A field of which the values may be limited.
    Limited, "field" {
        Frequency = "frequency", "How often it is updated";
        ProductType = "type", "Type of product";
        Sharing = "sharing", "How access works";
        Distribution = "distribution", "What may be passed on";
        Purposes = "purposes", "Purposes that are allowed";
        PortKind = "port-kind", "Kind of output port";
        Format = "format", "Format of a dataset";
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedValues {
    pub field: Limited,
    pub values: BTreeSet<String>,
}

impl Parameters for AllowedValues {
    const ID: &'static str = "allowed-values";
    const TITLE: &'static str = "Allowed values";
    const HELP: &'static str = "A field takes certain values alone";
    const LIMITS: &'static [&'static str] = &["values"];

    fn fields() -> Vec<FormField> {
        vec![
            FormField { name: "field", label: "Field", hint: "", input: Input::One(choices!(Limited)) },
            FormField { name: "values", label: "Values that are allowed", hint: "One a line, as they are stored", input: Input::Lines },
        ]
    }

    fn read(form: &Form) -> Result<Self, Violations> {
        let mut reader = Reader::new(form);
        let (field, values) = (reader.one("field"), reader.lines("values", 60));
        if values.is_empty() {
            reader.faults.push(domain::Violation::new("values", "values_missing", "Enter at least one value"));
        }
        reader.done(field.map(|field| Self { field, values }))
    }

    fn form(&self) -> Form {
        form([("field", words([self.field])), ("values", words(&self.values))])
    }

    fn rego(&self) -> String {
        let (label, allowed) = (self.field.label(), format!("allowed := {}\n", array(&self.values)));
        let mend = format!("Choose one of: {}", self.values.iter().cloned().collect::<Vec<_>>().join(", "));
        let rule = |path: &str, page: &str, when: &[&str]| {
            let message = format!("sprintf({}, [value])", quoted(&format!("{label}: “%s” is not among the allowed values").replace("%s", "%v")));
            violation("value_not_allowed", &quoted(path), &message, &mend, page, when)
        };
        let product = |path: &str, name: &str, page: &str| {
            let value = format!("value := input.product.{path}");
            rule(name, page, &[&value, "not value in allowed"])
        };
        let rules = match self.field {
            Limited::Frequency => product("frequency", "frequency", "overview"),
            Limited::ProductType => product("type", "type", "overview"),
            Limited::Sharing => product("terms.sharing", "agreement.sharing", "agreement"),
            Limited::Distribution => product("terms.distribution", "agreement.distribution", "agreement"),
            Limited::Purposes => {
                let all = "value := \"every purpose\"";
                let some = rule("agreement.purposes", "agreement", &["some value in input.product.terms.purposes", "not value in allowed"]);
                format!("{some}{}", rule("agreement.purposes", "agreement", &[all, "count(input.product.terms.purposes) == 0"]))
            }
            Limited::PortKind => rule("ports", "ports", &["some port in input.ports.output", "value := port.kind", "not value in allowed"]),
            Limited::Format => rule("datasets", "schema", &["some dataset in input.datasets", "value := dataset.format", "not value in allowed"]),
        };
        format!("{allowed}\n{rules}")
    }

    fn looser_than(&self, wider: &Self) -> Vec<Looser> {
        if self.field != wider.field {
            return vec![Looser::new("field", format!("it no longer limits “{}”", wider.field.label()))];
        }
        self.values.difference(&wider.values).map(|value| Looser::new("values", format!("“{value}” is not allowed there"))).collect()
    }
}
