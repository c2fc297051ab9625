//! How long ago the last update may be.

use super::field::{Form, FormField, Input, Reader, checked, form, words};
use super::rego::{DATASET, quoted, violation};
use super::{Looser, Parameters};
use domain::Violations;

const MOST: i64 = 3660;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freshness {
    pub days: i64,
    /// Each dataset too, not the product alone.
    pub datasets: bool,
}

impl Parameters for Freshness {
    const ID: &'static str = "freshness";
    const TITLE: &'static str = "Freshness";
    const HELP: &'static str = "The data was updated within so many days";
    const LIMITS: &'static [&'static str] = &["days"];

    fn fields() -> Vec<FormField> {
        vec![
            FormField { name: "days", label: "Days since the last update, at most", hint: "", input: Input::Number { least: 1, most: MOST } },
            FormField { name: "datasets", label: "Each dataset too", hint: "Not the product alone", input: Input::Check },
        ]
    }

    fn read(form: &Form) -> Result<Self, Violations> {
        let mut reader = Reader::new(form);
        let (days, datasets) = (reader.number("days", 1, MOST), reader.check("datasets"));
        reader.done(Some(Self { days, datasets }))
    }

    fn form(&self) -> Form {
        form([("days", words([self.days])), ("datasets", checked(self.datasets))])
    }

    fn rego(&self) -> String {
        let days = self.days;
        // How many days it is late would be another finding each day, with an input of its own to be kept.
        let (mend, passed) =
            (format!("Update it at least every {days} days, or describe it as ended"), format!("than {days} days have passed since the last update"));
        let mut rules = violation(
            "update_late",
            &quoted("updated_on"),
            &quoted(&format!("More {passed}")),
            &mend,
            "overview",
            &["not is_null(input.product.days_since_update)", &format!("input.product.days_since_update > {days}")],
        );
        rules.push_str(&violation(
            "update_unknown",
            &quoted("updated_on"),
            &quoted("Nobody knows when it was last updated"),
            "Say when it was last updated",
            "overview",
            &["is_null(input.product.days_since_update)"],
        ));
        if self.datasets {
            rules.push_str(&violation(
                "dataset_update_late",
                DATASET,
                &format!("sprintf({}, [dataset.name])", quoted(&format!("Dataset %s: more {passed}"))),
                &mend,
                "schema",
                &["some dataset in input.datasets", "not is_null(dataset.days_since_update)", &format!("dataset.days_since_update > {days}")],
            ));
        }
        rules
    }

    fn looser_than(&self, wider: &Self) -> Vec<Looser> {
        let mut found = Vec::new();
        if self.days > wider.days {
            found.push(Looser::new("days", format!("{} days is longer than the {} allowed there", self.days, wider.days)));
        }
        if wider.datasets && !self.datasets {
            found.push(Looser::new("datasets", "datasets are no longer looked at"));
        }
        found
    }
}
