//! What a steward types of the rows of a dataset, and of a waiver.

use super::{Aggregation, DatasetPolicy, KAnonymity};
use crate::{Violation, Violations};
use chrono::{Days, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// Fields of `DatasetPolicy` as a form has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicyForm {
    /// A line for each column: `area: SENTOSA, TUAS`.
    pub without: String,
    pub k: String,
    pub identifiers: BTreeSet<String>,
    pub minimum: String,
    pub by: BTreeSet<String>,
}

impl PolicyForm {
    /// The policy that was typed; whether its columns exist is `DatasetPolicy::check`.
    pub fn parse(&self) -> Result<DatasetPolicy, Violations> {
        let mut wrong = vec![];
        let mut without: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for line in self.without.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let values = |text: &str| text.split(',').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect::<BTreeSet<_>>();
            match line.split_once(':').map(|(column, rest)| (column.trim(), values(rest))) {
                Some((column, values)) if !column.is_empty() && !values.is_empty() => {
                    without.entry(column.to_owned()).or_default().extend(values);
                }
                _ => wrong.push(Violation::new(
                    "policy_without",
                    "policy_without",
                    format!("Write “{line}” as a column, a colon, and values with commas between"),
                )),
            }
        }
        let number = |field: &'static str, typed: &str, wrong: &mut Violations| match typed.trim() {
            "" => None,
            typed => typed.parse::<u16>().map_err(|_| wrong.push(Violation::new(field, "policy_number", "Type a whole number, in digits"))).ok(),
        };
        let k = number("policy_k", &self.k, &mut wrong);
        let minimum = number("policy_minimum", &self.minimum, &mut wrong);
        if k.is_none() && !self.identifiers.is_empty() && wrong.is_empty() {
            wrong.push(Violation::new("policy_k", "policy_number", "Say how many rows each combination has at least, or choose no columns"));
        }
        if minimum.is_none() && !self.by.is_empty() && wrong.is_empty() {
            wrong.push(Violation::new("policy_minimum", "policy_number", "Say how many records a group has at least, or choose no columns"));
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let k = k.map(|k| KAnonymity { k, identifiers: self.identifiers.clone() });
        let aggregate = minimum.map(|minimum| Aggregation { minimum, by: self.by.clone() });
        Ok(DatasetPolicy { without, k, aggregate })
    }

    /// As the form shows a policy that holds.
    pub fn of(policy: &DatasetPolicy) -> Self {
        let line = |(column, values): (&String, &BTreeSet<String>)| format!("{column}: {}", values.iter().cloned().collect::<Vec<_>>().join(", "));
        Self {
            without: policy.without.iter().map(line).collect::<Vec<_>>().join("\n"),
            k: policy.k.as_ref().map(|k| k.k.to_string()).unwrap_or_default(),
            identifiers: policy.k.as_ref().map(|k| k.identifiers.clone()).unwrap_or_default(),
            minimum: policy.aggregate.as_ref().map(|group| group.minimum.to_string()).unwrap_or_default(),
            by: policy.aggregate.as_ref().map(|group| group.by.clone()).unwrap_or_default(),
        }
    }
}

/// The longest that a waiver may last.
pub const LONGEST_WAIVER_DAYS: u64 = 365;

/// Checks a waiver: why, in 10 to 500 characters, and its last day.
pub fn check_waiver(reason: &str, until: &str, today: NaiveDate) -> Result<(String, NaiveDate), Violations> {
    let reason = reason.trim();
    let mut wrong = vec![];
    if !(10..=500).contains(&reason.chars().count()) {
        wrong.push(Violation::new("reason", "reason_missing", "Say in 10 to 500 characters why more may be shown than the rules allow"));
    }
    let last = today.checked_add_days(Days::new(LONGEST_WAIVER_DAYS)).unwrap_or(today);
    let until = until.trim().parse::<NaiveDate>().ok().filter(|day| (today..=last).contains(day));
    match until {
        Some(until) if wrong.is_empty() => Ok((reason.to_owned(), until)),
        Some(_) => Err(wrong),
        None => {
            wrong.push(Violation::new("until", "until_wrong", format!("Choose a day from today to {}", last.format("%-d %B %Y"))));
            Err(wrong)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_becomes_a_policy_and_is_shown_again() {
        let typed = PolicyForm {
            without: " area: SENTOSA , TUAS\n\narea:CHANGI\n".into(),
            k: "5".into(),
            identifiers: ["born".to_owned()].into(),
            minimum: "10".into(),
            by: BTreeSet::new(),
        };
        let policy = typed.parse().unwrap();
        assert_eq!(policy.without["area"].iter().map(String::as_str).collect::<Vec<_>>(), ["CHANGI", "SENTOSA", "TUAS"]);
        assert_eq!((policy.k.as_ref().unwrap().k, policy.aggregate.as_ref().unwrap().minimum), (5, 10));
        assert_eq!(PolicyForm::of(&policy).parse().unwrap(), policy);
        assert!(PolicyForm::default().parse().unwrap().is_nothing());
    }

    #[test]
    fn what_cannot_be_read_is_said_by_field() {
        let fields = |form: PolicyForm| form.parse().unwrap_err().iter().map(|one| one.field).collect::<Vec<_>>();
        assert_eq!(fields(PolicyForm { without: "area\n: x".into(), ..PolicyForm::default() }), ["policy_without", "policy_without"]);
        assert_eq!(fields(PolicyForm { k: "-1".into(), minimum: "many".into(), ..PolicyForm::default() }), ["policy_k", "policy_minimum"]);
        assert_eq!(fields(PolicyForm { identifiers: ["born".to_owned()].into(), ..PolicyForm::default() }), ["policy_k"]);
    }

    #[test]
    fn a_waiver_has_a_reason_and_an_end() {
        let today = "2026-11-20".parse().unwrap();
        assert!(check_waiver("An inquest asks for names.", "2027-01-31", today).is_ok());
        let fields = |reason: &str, until: &str| check_waiver(reason, until, today).unwrap_err().iter().map(|one| one.field).collect::<Vec<_>>();
        assert_eq!(fields("why", "2026-11-19"), ["reason", "until"]);
        assert_eq!(fields("An inquest asks for names.", "2028-01-01"), ["until"]);
    }
}
