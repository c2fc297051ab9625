//! `sample/generated.yaml`: the words that made-up products are put together from.

use crate::organisations::Sector;
use crate::{Unreadable, read};
use domain::catalogue::{ColumnType, PersonalCategory};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vocabulary {
    pub sectors: Vec<Sector>,
    pub agencies: Vec<GeneratedAgency>,
    pub kinds: BTreeMap<KindName, Kind>,
    /// Columns that any dataset may have.
    pub columns: Vec<Column>,
    pub formats: Vec<String>,
    pub places: Vec<String>,
    pub openings: Vec<String>,
    pub details: Vec<String>,
    pub cautions: Vec<String>,
}

/// An invented agency with the one domain it runs, which has the agency's slug.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GeneratedAgency {
    pub slug: String,
    pub title: String,
    pub abbreviation: String,
    /// Title of its domain.
    pub domain: String,
    /// Slug of its sector.
    pub sector: String,
    pub(super) subjects: BTreeMap<KindName, Vec<String>>,
}

/// What sort of thing a subject is; it decides what can be measured of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KindName {
    People,
    Events,
    Places,
    Amounts,
    Levels,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// `{}` stands for the subject.
    pub measures: Vec<String>,
    /// An empty one stands for no breakdown.
    pub breakdowns: Vec<String>,
    pub columns: Vec<Column>,
    pub personal: Vec<Column>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub name: String,
    pub r#type: ColumnType,
    pub description: String,
    #[serde(default = "not_personal")]
    pub category: PersonalCategory,
}

const fn not_personal() -> PersonalCategory {
    PersonalCategory::None
}

impl Vocabulary {
    pub fn read(folder: &Path) -> Result<Self, Unreadable> {
        let file = folder.join("generated.yaml");
        let vocabulary: Self = read(&file)?;
        vocabulary.faults().map_err(|reason| Unreadable { file: file.display().to_string(), reason })?;
        Ok(vocabulary)
    }

    /// What types cannot say: names that must exist, and lists that must not be empty.
    fn faults(&self) -> Result<(), String> {
        for agency in &self.agencies {
            if !self.sectors.iter().any(|sector| sector.slug == agency.sector) {
                return Err(format!("agency {} is in {}, which is no sector", agency.slug, agency.sector));
            }
            if let Some(kind) = agency.subjects.keys().find(|kind| !self.kinds.contains_key(kind)) {
                return Err(format!("agency {} has subjects of a kind that is not described: {kind:?}", agency.slug));
            }
        }
        for (name, kind) in &self.kinds {
            if kind.measures.is_empty() || kind.breakdowns.is_empty() || kind.columns.len() < 5 || kind.personal.is_empty() {
                return Err(format!("kind {name:?} needs measures, breakdowns, personal columns and at least five other columns"));
            }
        }
        if [&self.formats, &self.places, &self.openings, &self.details, &self.cautions].into_iter().any(Vec::is_empty) {
            return Err("formats, places, openings, details and cautions must not be empty".into());
        }
        Ok(())
    }
}
