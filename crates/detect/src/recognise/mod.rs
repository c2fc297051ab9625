//! Recognisers: what one value is by its form, its check character and the words in it. Each is a pure function of the text.

pub mod contact;
pub mod date;
pub mod finance;
pub mod identity;
pub mod national;
pub mod person;
pub mod place;
pub mod text;
pub mod vehicle;

/// How well a value fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    No,
    /// The form is right; there is a check character, and it is wrong.
    Wrong,
    /// The form is right; nothing to check it by.
    Form,
    /// The form is right and parts are hidden.
    Masked,
    /// Form and check character are right.
    Checked,
}

/// Capitals and digits alone: spaces, hyphens, dots and slashes are how people group them.
pub fn compact(value: &str) -> String {
    value.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '/' | '\u{a0}' | '_')).map(|c| c.to_ascii_uppercase()).collect()
}

pub const fn is_mask(c: char) -> bool {
    matches!(c, '*' | '•' | '●' | '#' | '█' | '×' | 'X' | 'x' | '?')
}

/// The digits of a text of digits alone.
pub fn digits(text: &str) -> Option<Vec<u32>> {
    if text.is_empty() {
        return None;
    }
    text.chars().map(|c| c.to_digit(10)).collect()
}

/// The sum of digits, each times its weight.
pub fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// The character of an ASCII table at a place.
pub fn letter(table: &[u8], at: u32) -> Option<char> {
    table.get(usize::try_from(at).ok()?).map(|byte| char::from(*byte))
}
