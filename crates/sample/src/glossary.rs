//! `sample/glossary.yaml` and `sample/synonyms.yaml`: what the catalogue's words mean, and phrases that mean the same.

use crate::{Unreadable, read};
use domain::glossary::{SynonymSet, TermDocument, synonym_set};
use serde::Deserialize;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGlossary {
    terms: Vec<TermDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSynonyms {
    synonyms: Vec<RawSet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSet {
    words: Vec<String>,
    note: Option<String>,
}

/// Terms in the document's order.
pub fn read_glossary(folder: &Path) -> Result<Vec<TermDocument>, Unreadable> {
    Ok(read::<RawGlossary>(&folder.join("glossary.yaml"))?.terms)
}

/// Sets in the document's order; one that is no set makes the whole document unreadable.
pub fn read_synonyms(folder: &Path) -> Result<Vec<SynonymSet>, Unreadable> {
    let file = folder.join("synonyms.yaml");
    let raw: RawSynonyms = read(&file)?;
    raw.synonyms
        .into_iter()
        .map(|set| {
            let unreadable = |fault: &str| Unreadable { file: file.display().to_string(), reason: format!("{}: {fault}", set.words.join(", ")) };
            let words = synonym_set(set.words.iter().map(String::as_str)).map_err(|violation| unreadable(&violation.message))?;
            Ok(SynonymSet { words, note: set.note })
        })
        .collect()
}
