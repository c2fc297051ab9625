//! The levels as people read them, in versions that the data office makes. A code never comes, goes or changes its place.

use super::{ColumnClass, JoinRule};
use crate::{Violation, Violations, text_enum};
use chrono::{DateTime, Utc};

text_enum! {
    /// What a level is of.
    Dimension, "dimension" {
        Security = "security", "Security classification";
        Sensitivity = "sensitivity", "Sensitivity";
        Personal = "personal", "Personal data";
    }
}

/// One level in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    pub dimension: Dimension,
    pub code: String,
    pub title: String,
    /// What it says of data.
    pub meaning: String,
    /// For whoever chooses it.
    pub guidance: String,
    pub in_use: bool,
}

/// A version of all levels, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheme {
    pub version: i32,
    pub levels: Vec<Level>,
    pub join: JoinRule,
    pub note: String,
    pub made_at: DateTime<Utc>,
    /// None: it came with the program.
    pub made_by: Option<String>,
}

impl Scheme {
    pub fn of(&self, dimension: Dimension) -> impl Iterator<Item = &Level> {
        self.levels.iter().filter(move |level| level.dimension == dimension)
    }

    pub fn level(&self, code: &str) -> Option<&Level> {
        self.levels.iter().find(|level| level.code == code)
    }

    /// What people call a code.
    pub fn title<'a>(&'a self, code: &'a str) -> &'a str {
        self.level(code).map_or(code, |level| level.title.as_str())
    }

    /// A class in this version's words.
    pub fn words(&self, class: ColumnClass) -> String {
        let codes = [class.classification.as_str(), class.sensitivity.as_str(), class.personal.as_str()];
        codes.map(|code| self.title(code).to_owned()).join(" · ")
    }

    /// Levels of a class that are not given any longer and that it did not have before.
    pub fn not_in_use(&self, class: ColumnClass, before: Option<ColumnClass>) -> Vec<&str> {
        let codes = |class: ColumnClass| [class.classification.as_str(), class.sensitivity.as_str(), class.personal.as_str()];
        let had = before.map(codes);
        let gone = |code: &&str| self.level(code).is_some_and(|level| !level.in_use) && !had.is_some_and(|had| had.contains(code));
        codes(class).into_iter().filter(gone).map(|code| self.title_of(code)).collect()
    }

    fn title_of(&self, code: &'static str) -> &str {
        self.level(code).map_or(code, |level| level.title.as_str())
    }
}

/// A level as typed, and why it is changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LevelForm {
    pub title: String,
    pub meaning: String,
    pub guidance: String,
    pub in_use: bool,
    pub note: String,
}

const LONGEST_TITLE: usize = 60;
const LONGEST_TEXT: usize = 600;

/// The level of a code as it is to be, with the note; or what is wrong with what was typed.
pub fn change_level(scheme: &Scheme, code: &str, form: &LevelForm) -> Result<(Level, String), Violations> {
    let mut wrong = Violations::new();
    let mut text = |field, typed: &str, longest: usize, missing: &str| {
        let text = typed.replace("\r\n", "\n").replace('\0', "").trim().to_owned();
        if text.is_empty() {
            wrong.push(Violation::new(field, "text_missing", missing));
        } else if text.chars().count() > longest {
            wrong.push(Violation::new(field, "text_too_long", format!("Use at most {longest} characters.")));
        }
        text
    };
    let title = text("title", &form.title, LONGEST_TITLE, "Say what the level is called.");
    let meaning = text("meaning", &form.meaning, LONGEST_TEXT, "Say what the level says of data.");
    let guidance = text("guidance", &form.guidance, LONGEST_TEXT, "Say when it is the right one.");
    let note = text("note", &form.note, LONGEST_TEXT, "Say what changes, and why.");
    let Some(before) = scheme.level(code) else {
        return Err(vec![Violation::new("title", "level_unknown", "There is no such level.")]);
    };
    let twin = |level: &&Level| level.dimension == before.dimension && level.code != code && level.title.to_lowercase() == title.to_lowercase();
    if scheme.levels.iter().any(|level| twin(&level)) {
        wrong.push(Violation::new("title", "title_known", "Another level is called so."));
    }
    let others = scheme.of(before.dimension).filter(|level| level.in_use && level.code != code).count();
    if !form.in_use && others == 0 {
        wrong.push(Violation::new("in_use", "last_level", "One level at least must be in use."));
    }
    if wrong.is_empty() { Ok((Level { title, meaning, guidance, in_use: form.in_use, ..before.clone() }, note)) } else { Err(wrong) }
}
