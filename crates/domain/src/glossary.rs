//! The words people share: terms with one meaning for the whole service, the format of those that many columns carry, and sets of phrases
//! that search takes as one.

mod format;
mod pattern;
mod text;

pub use format::{Carrying, ENOUGH, FormatForm, FormatRule, Rule, check_format, read_rule};
pub use pattern::Pattern;
pub use text::{TermForm, TermText, check_term};

use crate::Violation;

/// A term as a document says it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermDocument {
    /// Its place in the URL: `planning-area`.
    pub slug: String,
    pub name: String,
    pub definition: String,
    /// The slug of the sector whose trusted centre keeps it; none for words of the whole service.
    #[serde(default)]
    pub sector: Option<String>,
    /// The slug of the broader term, of this document or known already.
    #[serde(default)]
    pub parent: Option<String>,
    #[serde(default)]
    pub also_called: Vec<String>,
    /// Names of columns that carry it, in lower case.
    #[serde(default)]
    pub column_names: Vec<String>,
    /// How its values are written: it is a polyseme then.
    #[serde(default)]
    pub format: Option<FormatForm>,
}

/// Phrases that mean the same, in the form that [`synonym_set`] gives, and why they are one set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SynonymSet {
    pub words: Vec<String>,
    pub note: Option<String>,
}

/// Phrases in one set, at most.
const PHRASES: usize = 20;
/// Characters in one phrase, at most.
const CHARACTERS: usize = 60;
/// Bytes in one set, at most: what a key of an index can hold.
const BYTES: usize = 1500;

/// Brings phrases that mean the same into the one form in which they are kept: lower case, single spaces, in order, none
/// twice. A comma or the end of a line ends a phrase, so that none holds one. The fault belongs to the field `words`.
pub fn synonym_set<'a>(phrases: impl IntoIterator<Item = &'a str>) -> Result<Vec<String>, Violation> {
    let mut words: Vec<String> =
        phrases.into_iter().flat_map(|text| text.split([',', '\n'])).map(plain).filter(|phrase| !phrase.is_empty()).collect();
    words.sort();
    words.dedup();
    let fault = |code, message: String| Err(Violation::new("words", code, message));
    if words.len() < 2 {
        return fault("words_too_few", "Enter at least two different phrases, with commas between them.".into());
    }
    if words.len() > PHRASES {
        return fault("words_too_many", format!("Enter at most {PHRASES} phrases, or make two sets."));
    }
    if let Some(long) = words.iter().find(|phrase| phrase.chars().count() > CHARACTERS) {
        let start: String = long.chars().take(20).collect();
        return fault("word_too_long", format!("Shorten “{start}…” to {CHARACTERS} characters or fewer."));
    }
    if words.iter().map(String::len).sum::<usize>() > BYTES {
        return fault("words_too_long", "This set is too long. Make two sets of it.".into());
    }
    Ok(words)
}

fn plain(phrase: &str) -> String {
    phrase
        .split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(typed: &str) -> &'static str {
        synonym_set([typed]).unwrap_err().code
    }

    #[test]
    fn a_set_has_one_form_however_it_is_typed() {
        let expected = ["car park", "carpark", "parking lot"];
        assert_eq!(synonym_set([" Parking  lot,carpark\r\n\tCar\u{0}park , carpark,"]).unwrap(), expected);
        assert_eq!(synonym_set(expected).unwrap(), expected);
    }

    #[test]
    fn what_is_no_set_is_refused_with_what_to_do() {
        assert_eq!(code(""), "words_too_few");
        assert_eq!(code("Bus, bus ,BUS"), "words_too_few");
        assert_eq!(code(&(0..21).map(|n| n.to_string()).collect::<Vec<_>>().join(",")), "words_too_many");
        assert_eq!(code(&format!("bus,{}", "x".repeat(61))), "word_too_long");
        let wide: Vec<String> = (0..20).map(|n| format!("{n}{}", "車".repeat(50))).collect();
        assert_eq!(code(&wide.join(",")), "words_too_long");
    }
}
