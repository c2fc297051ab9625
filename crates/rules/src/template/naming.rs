//! How columns and datasets are named.

use super::field::{Form, FormField, Input, Reader, choices, form, words};
use super::rego::{COLUMN, DATASET, EACH_COLUMN, array, quoted, violation};
use super::{Looser, Parameters};
use domain::{Violation, Violations, text_enum};
use std::collections::BTreeSet;

text_enum! {
    /// How words of a name are put together. The first takes everything that the second does.
    Style, "style" {
        Words = "words", "Small letters, digits, hyphens and underscores";
        Snake = "snake", "Small words joined by underscores";
    }
}

impl Style {
    const fn pattern(self) -> &'static str {
        match self {
            Self::Words => "^[a-z][a-z0-9_-]*$",
            Self::Snake => "^[a-z][a-z0-9]*(_[a-z0-9]+)*$",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    pub style: Style,
    pub longest: i64,
    /// Names of columns that must not be used, because another is agreed.
    pub avoid: BTreeSet<String>,
}

impl Parameters for Naming {
    const ID: &'static str = "naming";
    const TITLE: &'static str = "Naming";
    const HELP: &'static str = "Columns and datasets are named alike";
    const LIMITS: &'static [&'static str] = &["style", "longest"];

    fn fields() -> Vec<FormField> {
        vec![
            FormField { name: "style", label: "Style", hint: "", input: Input::One(choices!(Style)) },
            FormField { name: "longest", label: "Characters at most", hint: "", input: Input::Number { least: 8, most: 63 } },
            FormField {
                name: "avoid",
                label: "Names to avoid",
                hint: "One a line: names of columns for which another is agreed",
                input: Input::Lines,
            },
        ]
    }

    fn read(form: &Form) -> Result<Self, Violations> {
        let mut reader = Reader::new(form);
        let (style, longest, avoid) = (reader.one("style"), reader.number("longest", 8, 63), reader.lines("avoid", 100));
        if avoid.iter().any(|name| !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')) {
            reader.faults.push(Violation::new("avoid", "name_wrong", "Write names in small letters, digits, hyphens and underscores"));
        }
        reader.done(style.map(|style| Self { style, longest, avoid }))
    }

    fn form(&self) -> Form {
        form([("style", words([self.style])), ("longest", words([self.longest])), ("avoid", words(&self.avoid))])
    }

    fn rego(&self) -> String {
        let (style, longest) = (self.style.label().to_lowercase(), self.longest);
        let (column, dataset) = ("[column.name]", "[dataset.name]");
        let fits = format!("fits(name) if {{\n\tregex.match({}, name)\n\tcount(name) <= {longest}\n}}\n\n", quoted(self.style.pattern()));
        let mend = format!("Rename it: {style}, {longest} characters at most");
        let mut rules = fits;
        rules.push_str(&violation(
            "column_name",
            COLUMN,
            &format!("sprintf(\"Column %s is not named as agreed\", {column})"),
            &mend,
            "schema",
            &[EACH_COLUMN[0], EACH_COLUMN[1], "not fits(column.name)"],
        ));
        rules.push_str(&violation(
            "dataset_name",
            DATASET,
            &format!("sprintf(\"Dataset %s is not named as agreed\", {dataset})"),
            &mend,
            "schema",
            &[EACH_COLUMN[0], "not fits(dataset.name)"],
        ));
        if !self.avoid.is_empty() {
            let avoid = format!("avoid := {}\n\n", array(&self.avoid));
            rules.push_str(&avoid);
            rules.push_str(&violation(
                "column_name_avoided",
                COLUMN,
                &format!("sprintf(\"Another name than %s is agreed for such columns\", {column})"),
                "Use the name that the glossary gives",
                "schema",
                &[EACH_COLUMN[0], EACH_COLUMN[1], "column.name in avoid"],
            ));
        }
        rules
    }

    fn looser_than(&self, wider: &Self) -> Vec<Looser> {
        let mut found = Vec::new();
        if self.style < wider.style {
            found.push(Looser::new("style", format!("it takes “{}”, and there “{}”", self.style.label(), wider.style.label())));
        }
        if self.longest > wider.longest {
            found.push(Looser::new("longest", format!("{} characters is longer than the {} allowed there", self.longest, wider.longest)));
        }
        for name in wider.avoid.difference(&self.avoid) {
            found.push(Looser::new("avoid", format!("“{name}” is to be avoided there")));
        }
        found
    }
}
