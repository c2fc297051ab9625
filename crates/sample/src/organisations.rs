//! `sample/organisations.yaml`: sectors, agencies, domains, invented people with their roles, purposes and holidays.

use crate::{Unreadable, read};
use chrono::NaiveDate;
use domain::organisation::Role;
use serde::Deserialize;
use std::path::Path;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisations {
    pub sectors: Vec<Sector>,
    pub agencies: Vec<Agency>,
    pub domains: Vec<DataDomain>,
    pub people: Vec<Person>,
    pub purposes: Vec<Purpose>,
    pub holidays: Vec<Holiday>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sector {
    pub slug: String,
    pub title: String,
    pub trusted_centre: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agency {
    pub slug: String,
    pub title: String,
    pub abbreviation: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataDomain {
    pub slug: String,
    pub title: String,
    pub agency: String,
    pub sector: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub email: String,
    pub name: String,
    pub agency: String,
    #[serde(default)]
    pub roles: Vec<RoleHeld>,
}

/// A role with its scope in words: `domain:ssot-a`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleHeld {
    pub role: Role,
    pub at: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    pub code: String,
    pub title: String,
    #[serde(default)]
    pub explanation: String,
    pub legal_source: String,
}

impl Purpose {
    /// As it stands in the list, at a place.
    pub fn at(&self, place: usize) -> domain::organisation::Purpose {
        domain::organisation::Purpose {
            code: self.code.clone(),
            title: self.title.clone(),
            explanation: self.explanation.clone(),
            legal_source: self.legal_source.clone(),
            position: i32::try_from(place).unwrap_or(i32::MAX),
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    pub day: NaiveDate,
    pub title: String,
}

pub fn read_organisations(folder: &Path) -> Result<Organisations, Unreadable> {
    read(&folder.join("organisations.yaml"))
}
