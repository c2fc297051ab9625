//! What all detectors look at: names taken apart once, values trimmed once.

use crate::column::{Column, present};
use crate::naming::{self, Naming, Subject, TableNaming};
use domain::catalogue::ColumnType;
use std::collections::HashSet;

#[derive(Debug)]
pub struct Facts<'a> {
    pub naming: Naming,
    /// What the name says was said by the glossary term instead.
    pub from_term: bool,
    pub table: TableNaming,
    pub column_type: Option<ColumnType>,
    pub values: Vec<&'a str>,
    pub distinct: usize,
    pub yes_or_no: bool,
    /// Another column of the table names persons.
    pub beside_persons: bool,
}

impl<'a> Facts<'a> {
    pub fn of(column: &Column<'a>) -> Self {
        let values = present(column.values);
        let distinct = values.iter().collect::<HashSet<_>>().len();
        let mut naming = naming::of_column(column.name);
        let mut from_term = false;
        if let Some(term) = column.term.map(naming::of_column)
            && term.says.is_some()
            && naming.says.is_none()
        {
            naming = Naming { words: naming.words, subject: naming.subject, ..term };
            from_term = true;
        }
        let yes_or_no = !values.is_empty() && values.iter().all(|value| is_yes_or_no(value));
        let table = naming::of_table(column.table);
        Self { naming, from_term, table, column_type: column.column_type, values, distinct, yes_or_no, beside_persons: false }
    }

    pub fn count(&self) -> usize {
        self.values.len()
    }

    /// Whose the column is by its own words. An event is somebody's: `booking_email`.
    pub const fn own(&self) -> Subject {
        match self.naming.subject {
            Subject::Event => Subject::Unknown,
            subject => subject,
        }
    }

    /// The values that pass.
    pub fn matching(&self, passes: impl Fn(&str) -> bool) -> Vec<&'a str> {
        self.values.iter().copied().filter(|value| passes(value)).collect()
    }

    /// So many of all, from 0 to 1; 0 of none.
    pub fn share(&self, matched: usize) -> f64 {
        share(matched, self.count())
    }

    /// How many of the values are there once, from 0 to 1.
    pub fn variety(&self) -> f64 {
        share(self.distinct, self.count())
    }

    pub fn has_word(&self, word: &str) -> bool {
        self.naming.words.iter().any(|own| own == word)
    }
}

#[expect(clippy::cast_precision_loss, reason = "samples are thousands at most")]
pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn is_yes_or_no(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "true" | "false" | "yes" | "no" | "y" | "n" | "t" | "0" | "1")
}
