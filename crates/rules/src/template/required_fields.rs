//! Fields that a product must have filled in.

use super::field::{Form, FormField, Input, Reader, choices, form, words};
use super::rego::{COLUMN, DATASET, EACH_COLUMN, quoted, violation};
use super::{Looser, Parameters};
use domain::{Violations, text_enum};
use std::collections::BTreeSet;

text_enum! {
    /// A field that may be asked for.
    Field, "field" {
        Summary = "summary", "Summary";
        Description = "description", "Description";
        Owner = "owner", "Data owner";
        Steward = "steward", "Data domain steward";
        Frequency = "frequency", "How often it is updated";
        UpdatedOn = "updated-on", "Day of the last update";
        Coverage = "coverage", "Place that it covers";
        Period = "period", "Period that it covers";
        Tags = "tags", "Tags";
        Retention = "retention", "Days within which copies must be gone";
        DatasetDescription = "dataset-description", "Description of every dataset";
        ColumnDescription = "column-description", "Description of every column";
        ColumnTerm = "column-term", "Glossary term of every key column";
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredFields {
    pub fields: BTreeSet<Field>,
}

impl Field {
    fn rego(self) -> String {
        let label = self.label();
        let product = |path: &str, code: &str, page: &str, condition: String| {
            let message = quoted(&format!("{label}: nothing is said"));
            violation(code, &quoted(path), &message, &format!("Fill in: {}", label.to_lowercase()), page, &[&condition])
        };
        let missing = |path: &str, code: &str| product(path, code, "overview", format!("is_missing(input.product.{path})"));
        match self {
            Self::Summary => missing("summary", "summary_missing"),
            Self::Description => missing("description", "description_missing"),
            Self::Frequency => missing("frequency", "frequency_missing"),
            Self::UpdatedOn => missing("updated_on", "updated_on_missing"),
            Self::Coverage => missing("coverage", "coverage_missing"),
            Self::Period => missing("coverage_start", "period_missing"),
            Self::Tags => product("tags", "tags_missing", "overview", "count(input.product.tags) == 0".to_owned()),
            Self::Owner => product("owner", "owner_missing", "overview", "not \"owner\" in input.people.filled".to_owned()),
            Self::Steward => product("steward", "steward_missing", "overview", "not \"steward\" in input.people.filled".to_owned()),
            Self::Retention => {
                product("agreement.retention_days", "retention_missing", "agreement", "is_null(input.product.terms.retention_days)".to_owned())
            }
            Self::DatasetDescription => violation(
                "dataset_description_missing",
                DATASET,
                r#"sprintf("Dataset %s has no description", [dataset.name])"#,
                "Say what one row of it is",
                "schema",
                &["some dataset in input.datasets", "is_missing(dataset.description)"],
            ),
            Self::ColumnDescription => violation(
                "column_description_missing",
                COLUMN,
                r#"sprintf("Column %s has no description", [column.name])"#,
                "Say what the column holds and in which unit",
                "schema",
                &[EACH_COLUMN[0], EACH_COLUMN[1], "is_missing(column.description)"],
            ),
            Self::ColumnTerm => violation(
                "column_term_missing",
                COLUMN,
                r#"sprintf("Key column %s carries no term of the glossary", [column.name])"#,
                "Choose the term that it carries, so that others can join on it",
                "schema",
                &[EACH_COLUMN[0], EACH_COLUMN[1], "column.key", "is_missing(column.term)"],
            ),
        }
    }
}

impl Parameters for RequiredFields {
    const ID: &'static str = "required-fields";
    const TITLE: &'static str = "Required fields";
    const HELP: &'static str = "The product says certain things about itself";
    const LIMITS: &'static [&'static str] = &[];

    fn fields() -> Vec<FormField> {
        vec![FormField { name: "fields", label: "Fields that must be filled in", hint: "", input: Input::Several(choices!(Field)) }]
    }

    fn read(form: &Form) -> Result<Self, Violations> {
        let mut reader = Reader::new(form);
        let fields = reader.some("fields");
        reader.done(Some(Self { fields }))
    }

    fn form(&self) -> Form {
        form([("fields", words(&self.fields))])
    }

    fn rego(&self) -> String {
        let rules: String = self.fields.iter().map(|field| field.rego()).collect();
        if rules.contains("is_missing(") {
            format!("{rules}is_missing(value) if is_null(value)\n\nis_missing(value) if {{\n\tis_string(value)\n\ttrim_space(value) == \"\"\n}}\n")
        } else {
            rules
        }
    }

    fn looser_than(&self, wider: &Self) -> Vec<Looser> {
        let missing = wider.fields.difference(&self.fields);
        missing.map(|field| Looser::new("fields", format!("“{}” is no longer asked for", field.label()))).collect()
    }
}
