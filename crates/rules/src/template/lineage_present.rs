//! That it is known where the data comes from.

use super::field::{Form, FormField, Input, Reader, checked, choices, form, words};
use super::rego::{DATASET, array, quoted, violation};
use super::{Looser, Parameters};
use domain::Violations;
use domain::catalogue::ProductType;
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineagePresent {
    pub types: BTreeSet<ProductType>,
    /// Of every dataset that a port serves, not of the product alone.
    pub datasets: bool,
}

impl Parameters for LineagePresent {
    const ID: &'static str = "lineage-present";
    const TITLE: &'static str = "Lineage present";
    const HELP: &'static str = "It is known where the data comes from";
    const LIMITS: &'static [&'static str] = &[];

    fn fields() -> Vec<FormField> {
        vec![
            FormField { name: "types", label: "Products that are", hint: "", input: Input::Several(choices!(ProductType)) },
            FormField { name: "datasets", label: "Of every dataset that is served", hint: "Not of the product alone", input: Input::Check },
        ]
    }

    fn read(form: &Form) -> Result<Self, Violations> {
        let mut reader = Reader::new(form);
        let (types, datasets) = (reader.some("types"), reader.check("datasets"));
        reader.done(Some(Self { types, datasets }))
    }

    fn form(&self) -> Form {
        form([("types", words(&self.types)), ("datasets", checked(self.datasets))])
    }

    fn rego(&self) -> String {
        let mut rules = format!("types := {}\n\n", array(&self.types));
        rules.push_str(&violation(
            "lineage_missing",
            &quoted("lineage"),
            &quoted("Nobody knows where the data comes from"),
            "Publish lineage from the pipeline that makes it",
            "lineage",
            &["input.product.type in types", "not input.lineage.known"],
        ));
        if self.datasets {
            rules.push_str(&violation(
                "dataset_lineage_missing",
                DATASET,
                r#"sprintf("Nobody knows where dataset %s comes from", [dataset.name])"#,
                "Publish lineage for this dataset too",
                "lineage",
                &[
                    "input.product.type in types",
                    "some dataset in input.datasets",
                    "count(dataset.served_at) > 0",
                    "not dataset.name in input.lineage.datasets",
                ],
            ));
        }
        rules
    }

    fn looser_than(&self, wider: &Self) -> Vec<Looser> {
        let mut found: Vec<Looser> =
            wider.types.difference(&self.types).map(|own| Looser::new("types", format!("“{}” products no longer need it", own.label()))).collect();
        if wider.datasets && !self.datasets {
            found.push(Looser::new("datasets", "datasets are no longer looked at"));
        }
        found
    }
}
