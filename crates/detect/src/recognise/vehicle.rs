//! Vehicle numbers: one to three letters, one to four digits, and a letter that checks them.

use super::{Fit, compact, is_mask, letter};

/// Weights of two letters and four digits, and the check letters in the order of the remainder.
const WEIGHTS: [u32; 6] = [9, 4, 5, 4, 3, 2];
const LETTERS: &[u8] = b"AZYXUTSRPMLKJHGEDCB";

pub fn number(value: &str) -> Fit {
    if value.len() > 14 {
        return Fit::No;
    }
    let text = compact(value);
    let bytes = text.as_bytes();
    let prefix = bytes.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let Some(rest) = bytes.get(prefix..) else { return Fit::No };
    let Some((&last, numbers)) = rest.split_last() else { return Fit::No };
    if !(1..=3).contains(&prefix) || !(1..=4).contains(&numbers.len()) || !last.is_ascii_uppercase() {
        return Fit::No;
    }
    if !numbers.iter().all(u8::is_ascii_digit) {
        let hidden = text.chars().filter(|c| is_mask(*c)).count();
        return if hidden >= 2 && value.contains(['*', '•']) { Fit::Masked } else { Fit::No };
    }
    match check_letter(bytes.get(..prefix).unwrap_or_default(), numbers) {
        Some(expected) if expected == char::from(last) => Fit::Checked,
        _ => Fit::Wrong,
    }
}

/// The letter that must follow: the last two letters of the prefix count, A as 1; digits are filled up to four.
pub fn check_letter(prefix: &[u8], numbers: &[u8]) -> Option<char> {
    let value = |byte: u8| u32::from(byte.saturating_sub(b'A')) + 1;
    let (first, second) = match *prefix {
        [one] => (0, value(one)),
        [.., first, second] => (value(first), value(second)),
        [] => return None,
    };
    let mut all = vec![first, second];
    all.extend(std::iter::repeat_n(0, 4_usize.checked_sub(numbers.len())?));
    all.extend(numbers.iter().map(|byte| u32::from(byte.saturating_sub(b'0'))));
    let sum: u32 = all.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    letter(LETTERS, sum % 19)
}

/// Plates of other countries, for a column whose name says that it holds plates: letters and digits together, five to nine.
pub fn plate_of_elsewhere(value: &str) -> bool {
    let text = compact(value);
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let numbers = text.chars().filter(char::is_ascii_digit).count();
    (4..=9).contains(&text.chars().count()) && letters >= 1 && numbers >= 1 && letters + numbers == text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_check_letter_follows_from_letters_and_digits() {
        assert_eq!(number("SBS9889U"), Fit::Checked);
        assert_eq!(number("sbs 9889 u"), Fit::Checked);
        assert_eq!(number("SBS9889A"), Fit::Wrong);
        assert_eq!(number("SBA****G"), Fit::Masked);
        assert_eq!(number("123A"), Fit::No);
    }

    proptest! {
        #[test]
        fn exactly_one_letter_is_right(prefix in "[A-Z]{1,3}", digits in "[0-9]{1,4}") {
            let right = ('A'..='Z').filter(|last| number(&format!("{prefix}{digits}{last}")) == Fit::Checked).count();
            prop_assert_eq!(right, 1);
        }

        #[test]
        fn no_value_panics(value in "\\PC{0,20}") {
            let _ = (number(&value), plate_of_elsewhere(&value));
        }
    }
}
