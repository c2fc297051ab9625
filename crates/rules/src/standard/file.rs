//! A standard as a document in YAML: text in, a checked standard out.

use super::{Kind, Scope, Severity, Source, Standard, Status};
use crate::cases::Case;
use crate::rule::Fault;
use crate::template::{Form, Template};
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The document, key by key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandardFile {
    pub id: String,
    #[serde(default = "first")]
    pub version: u32,
    pub title: String,
    pub kind: Kind,
    pub scope: Scope,
    pub severity: Severity,
    #[serde(default = "draft")]
    pub status: Status,
    pub owner: String,
    pub contact: String,
    #[serde(default)]
    pub references: Vec<String>,
    pub text: String,
    /// Either a template's id with its parameters, or Rego.
    #[serde(default)]
    pub template: Option<String>,
    #[serde(default)]
    pub parameters: BTreeMap<String, OneOrMany>,
    #[serde(default)]
    pub rego: Option<String>,
    #[serde(default)]
    pub tightens: Option<String>,
    #[serde(default)]
    pub effective_from: Option<NaiveDate>,
    #[serde(default)]
    pub effective_until: Option<NaiveDate>,
    #[serde(default)]
    pub grace_days: u32,
    #[serde(default)]
    pub cases: Vec<Case>,
}

const fn first() -> u32 {
    1
}

const fn draft() -> Status {
    Status::Draft
}

/// A parameter: one word, or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    One(Scalar),
    Many(Vec<Scalar>),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    Yes(bool),
    Number(i64),
    Text(String),
}

impl Scalar {
    fn text(self) -> String {
        match self {
            Self::Yes(true) => "yes".to_owned(),
            Self::Yes(false) => "no".to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum UnreadableStandard {
    #[error("the standard cannot be read: {0}")]
    Yaml(String),
    #[error("a standard has either a template or rego, not both and not neither")]
    NoRule,
    #[error("there is no template “{0}”")]
    NoTemplate(String),
    #[error("the template’s parameters: {}", .0.iter().map(|fault| format!("{}: {}", fault.field, fault.message)).collect::<Vec<_>>().join("; "))]
    Parameters(domain::Violations),
    #[error("the rule: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Rule(Vec<Fault>),
}

impl Standard {
    /// Reads a document, and compiles its rule to be sure that it can be run.
    pub fn read(yaml: &str) -> Result<Self, UnreadableStandard> {
        let file: StandardFile = serde_saphyr::from_str(yaml).map_err(|error| UnreadableStandard::Yaml(error.to_string()))?;
        let source = match (file.template, file.rego) {
            (Some(id), None) => {
                let form: Form = file
                    .parameters
                    .into_iter()
                    .map(|(name, value)| match value {
                        OneOrMany::One(one) => (name, vec![one.text()]),
                        OneOrMany::Many(many) => (name, many.into_iter().map(Scalar::text).collect()),
                    })
                    .collect();
                Source::Template(Template::read(&id, &form).ok_or(UnreadableStandard::NoTemplate(id))?.map_err(UnreadableStandard::Parameters)?)
            }
            (None, Some(rego)) => Source::Rego(rego),
            _ => return Err(UnreadableStandard::NoRule),
        };
        let standard = Self {
            id: file.id,
            version: file.version,
            title: file.title,
            kind: file.kind,
            scope: file.scope,
            severity: file.severity,
            status: file.status,
            owner: file.owner,
            contact: file.contact,
            references: file.references,
            text: file.text,
            source,
            tightens: file.tightens,
            effective_from: file.effective_from,
            effective_until: file.effective_until,
            grace_days: file.grace_days,
            cases: file.cases,
        };
        standard.compile().map_err(UnreadableStandard::Rule)?;
        Ok(standard)
    }
}
