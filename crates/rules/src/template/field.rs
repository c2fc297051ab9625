//! A template's form: names with their values, as an HTML form sends them, and reading them with words that say what to do.

use domain::{Violation, Violations};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

/// What was typed: each name with all its values.
pub type Form = BTreeMap<String, Vec<String>>;

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormField {
    pub name: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    pub input: Input,
}

/// How it is filled in. Choices are stored words with what people read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    Number {
        least: i64,
        most: i64,
    },
    Check,
    One(Vec<(&'static str, &'static str)>),
    Several(Vec<(&'static str, &'static str)>),
    /// Words, one a line.
    Lines,
}

/// Words and labels of an enumeration.
macro_rules! choices {
    ($name:ty) => {
        <$name>::ALL.iter().map(|value| (value.as_str(), value.label())).collect::<Vec<_>>()
    };
}
pub(super) use choices;

/// Words of an enumeration as a form holds them.
pub fn words<T: ToString>(values: impl IntoIterator<Item = T>) -> Vec<String> {
    values.into_iter().map(|value| value.to_string()).collect()
}

/// A name that the form does not have.
pub fn unknown(form: &Form, fields: &[FormField]) -> Result<(), Violations> {
    let known: Vec<&str> = fields.iter().map(|field| field.name).collect();
    match form.keys().find(|name| !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => {
            Err(vec![Violation::new("template", "parameter_unknown", format!("there is no parameter “{name}”; there is {}", known.join(", ")))])
        }
    }
}

/// Reads fields and gathers what is wrong with them.
pub struct Reader<'a> {
    form: &'a Form,
    pub faults: Violations,
}

impl<'a> Reader<'a> {
    pub const fn new(form: &'a Form) -> Self {
        Self { form, faults: Vec::new() }
    }

    fn values(&self, name: &str) -> Vec<&'a str> {
        self.form.get(name).into_iter().flatten().map(|value| value.trim()).filter(|value| !value.is_empty()).collect()
    }

    pub fn number(&mut self, name: &'static str, least: i64, most: i64) -> i64 {
        match self.values(name).first().map(|value| value.parse::<i64>()) {
            Some(Ok(number)) if (least..=most).contains(&number) => number,
            _ => {
                self.faults.push(Violation::new(name, "number_wrong", format!("Enter a whole number from {least} to {most}")));
                least
            }
        }
    }

    pub fn optional_number(&mut self, name: &'static str, least: i64, most: i64) -> Option<i64> {
        (!self.values(name).is_empty()).then(|| self.number(name, least, most))
    }

    pub fn check(&self, name: &str) -> bool {
        self.values(name).first().is_some_and(|value| matches!(*value, "yes" | "on" | "true"))
    }

    pub fn one<T: FromStr>(&mut self, name: &'static str) -> Option<T> {
        let read = self.values(name).first().and_then(|value| value.parse().ok());
        if read.is_none() {
            self.faults.push(Violation::new(name, "choice_missing", "Choose one"));
        }
        read
    }

    pub fn several<T: FromStr + Ord>(&mut self, name: &'static str) -> BTreeSet<T> {
        let read: Result<BTreeSet<T>, _> = self.values(name).into_iter().map(str::parse).collect();
        read.unwrap_or_else(|_| {
            self.faults.push(Violation::new(name, "choice_unknown", "Choose from the list"));
            BTreeSet::new()
        })
    }

    pub fn some<T: FromStr + Ord>(&mut self, name: &'static str) -> BTreeSet<T> {
        let read = self.several(name);
        if read.is_empty() && !self.faults.iter().any(|fault| fault.field == name) {
            self.faults.push(Violation::new(name, "choice_missing", "Choose at least one"));
        }
        read
    }

    /// Lines, also when several fields came.
    pub fn lines(&mut self, name: &'static str, most: usize) -> BTreeSet<String> {
        let read: BTreeSet<String> =
            self.values(name).into_iter().flat_map(str::lines).map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
        if read.len() > most || read.iter().any(|line| line.chars().count() > 60) {
            self.faults.push(Violation::new(name, "lines_too_many", format!("Enter at most {most} lines of at most 60 characters")));
            return BTreeSet::new();
        }
        read
    }

    /// The parameters, when nothing was wrong.
    pub fn done<T>(self, parameters: Option<T>) -> Result<T, Violations> {
        match parameters {
            Some(parameters) if self.faults.is_empty() => Ok(parameters),
            _ => Err(self.faults),
        }
    }
}

/// A form from names and values; what is empty is left out.
pub fn form<const N: usize>(fields: [(&str, Vec<String>); N]) -> Form {
    fields.into_iter().filter(|(_, values)| !values.is_empty()).map(|(name, values)| (name.to_owned(), values)).collect()
}

pub fn checked(yes: bool) -> Vec<String> {
    if yes { vec!["yes".to_owned()] } else { Vec::new() }
}
