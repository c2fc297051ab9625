//! A column as a detector sees it. The caller reads the sample; nothing here reads anything.

use domain::catalogue::ColumnType;

/// A column with the values that were sampled from it.
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    /// The table's name, with or without its schema.
    pub table: &'a str,
    pub name: &'a str,
    pub column_type: Option<ColumnType>,
    /// The glossary term that the column carries, by its name or its address in the glossary.
    pub term: Option<&'a str>,
    /// The data domain, for detectors that belong to one alone.
    pub domain: Option<&'a str>,
    /// As text, with null for null; empty when sampling is off.
    pub values: &'a [Option<&'a str>],
}

impl<'a> Column<'a> {
    /// A column of which only names and values are known.
    pub const fn new(table: &'a str, name: &'a str, values: &'a [Option<&'a str>]) -> Self {
        Self { table, name, column_type: None, term: None, domain: None, values }
    }
}

/// Values looked at, at most: more of them say nothing new.
const MOST_VALUES: usize = 2_000;
/// Characters of one value that are looked at.
const LONGEST: usize = 4_000;
/// How people write that there is nothing.
const NOTHING: [&str; 14] = ["na", "n/a", "n.a.", "null", "nil", "none", "nan", "-", "--", "unknown", "not available", "not applicable", "tbc", "?"];

/// The values that say something, trimmed.
pub fn present<'a>(values: &[Option<&'a str>]) -> Vec<&'a str> {
    values.iter().take(MOST_VALUES).filter_map(|value| value.map(|text| clip(text).trim())).filter(|text| !is_nothing(text)).collect()
}

fn clip(text: &str) -> &str {
    text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end])
}

fn is_nothing(text: &str) -> bool {
    text.is_empty() || (text.len() <= 14 && NOTHING.contains(&text.to_lowercase().as_str()))
}
