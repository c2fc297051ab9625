//! Singapore's identity numbers: NRIC and FIN of persons, UEN of entities, and passports.

use super::{Fit, compact, digits, is_mask, letter, weighted};

/// NRIC or FIN: prefix, seven digits, and the letter that checks them, however it is spaced; or the same with parts hidden.
pub fn nric(value: &str) -> Fit {
    if value.len() > 24 {
        return Fit::No;
    }
    let text = compact(value);
    let characters: Vec<char> = text.chars().collect();
    let &[prefix, .., last] = characters.as_slice() else { return Fit::No };
    if characters.len() == 9
        && let Some(expected) = check_letter(&text)
    {
        return match (last == expected, last.is_ascii_alphabetic()) {
            (true, _) => Fit::Checked,
            (false, true) => Fit::Wrong,
            (false, false) => Fit::No,
        };
    }
    if is_masked(value, &characters, prefix) { Fit::Masked } else { Fit::No }
}

/// The letter that must follow a prefix and seven digits.
pub fn check_letter(text: &str) -> Option<char> {
    let prefix = text.chars().next()?;
    let seven = digits(text.get(1..8)?)?;
    let sum = weighted(&seven, &[2, 7, 6, 5, 4, 3, 2]);
    match prefix {
        'S' => letter(b"JZIHGFEDCBA", sum % 11),
        'T' => letter(b"JZIHGFEDCBA", (sum + 4) % 11),
        'F' => letter(b"XWUTRQPNMLK", sum % 11),
        'G' => letter(b"XWUTRQPNMLK", (sum + 4) % 11),
        'M' => letter(b"KLJNPQRTUWX", 10 - (sum + 3) % 11),
        _ => None,
    }
}

/// `*****567D`, `SXXXX567D`, `S****567D`, `S1234***D`: four hidden or more, what is left in its place.
fn is_masked(value: &str, characters: &[char], prefix: char) -> bool {
    let hidden = characters.iter().filter(|c| is_mask(**c)).count();
    let shown = characters.len().saturating_sub(hidden);
    let real_mask = value.chars().any(|c| is_mask(c) && !c.is_alphabetic()) || value.to_uppercase().contains("XXX");
    if hidden < 3 || shown < 2 || !real_mask || !(5..=10).contains(&characters.len()) {
        return false;
    }
    let Some((last, front)) = characters.split_last() else { return false };
    let ends = (last.is_ascii_uppercase() || is_mask(*last)) && !last.is_ascii_digit();
    let begins = matches!(prefix, 'S' | 'T' | 'F' | 'G' | 'M') || is_mask(prefix);
    let middle = front.iter().skip(1).all(|c| c.is_ascii_digit() || is_mask(*c));
    let digits = front.iter().filter(|c| c.is_ascii_digit()).count();
    ends && begins && middle && digits >= 2 && (last.is_ascii_uppercase() || matches!(prefix, 'S' | 'T' | 'F' | 'G' | 'M'))
}

/// The last three digits and the letter: what is shown of a number by custom. Many codes look like it.
pub fn nric_ending(value: &str) -> bool {
    let bytes = value.as_bytes();
    matches!(bytes, [a, b, c, last] if [a, b, c].iter().all(|d| d.is_ascii_digit()) && b"ABCDEFGHIJZKLMNPQRTUWX".contains(&last.to_ascii_uppercase()))
}

/// UEN of a business, a company or another entity.
pub fn uen(value: &str) -> Fit {
    let text = compact(value);
    let Some((last, front)) = text.char_indices().next_back().map(|(at, last)| (last, text.get(..at).unwrap_or_default())) else {
        return Fit::No;
    };
    if !last.is_ascii_alphabetic() {
        return Fit::No;
    }
    let expected = match (front.len(), digits(front)) {
        (8, Some(all)) => letter(b"XMKECAWLJDB", weighted(&all, &[10, 4, 9, 3, 8, 2, 7, 1]) % 11),
        (9, Some(all)) if front.starts_with(['1', '2']) => letter(b"ZKCMDNERGWH", weighted(&all, &[10, 8, 6, 4, 9, 7, 5, 3, 1]) % 11),
        (9, None) => uen_of_others(front),
        _ => return Fit::No,
    };
    match expected {
        None => Fit::No,
        Some(expected) if expected == last => Fit::Checked,
        Some(_) => Fit::Wrong,
    }
}

/// `[TSR]yyPQnnnn`: two digits of the year, two letters of the kind of entity, four digits.
fn uen_of_others(front: &str) -> Option<char> {
    const ALL: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWX0123456789";
    let bytes = front.as_bytes();
    let [b'T' | b'S' | b'R', y1, y2, p, q, rest @ ..] = bytes else { return None };
    let formed =
        y1.is_ascii_digit() && y2.is_ascii_digit() && p.is_ascii_uppercase() && q.is_ascii_alphanumeric() && rest.iter().all(u8::is_ascii_digit);
    if !formed {
        return None;
    }
    let mut sum = 0;
    for (byte, weight) in bytes.iter().zip([4, 3, 5, 3, 10, 2, 2, 5, 7]) {
        sum += ALL.iter().position(|known| known == byte)? * weight;
    }
    letter(ALL, u32::try_from((sum + 11 - 5) % 11).ok()?)
}

/// A passport number of here: E or K, seven digits, a letter.
pub fn passport_of_here(value: &str) -> bool {
    let text = compact(value);
    matches!(text.as_bytes(), [b'E' | b'K', middle @ .., last] if middle.len() == 7 && middle.iter().all(u8::is_ascii_digit) && last.is_ascii_uppercase())
}

/// A passport number of anywhere: six to nine letters and digits, mostly digits; or with parts hidden.
pub fn passport(value: &str) -> bool {
    let text = compact(value);
    let numbers = text.chars().filter(char::is_ascii_digit).count();
    let hidden = text.chars().filter(|c| is_mask(*c)).count();
    super::date::day(value).is_none()
        && (6..=10).contains(&text.chars().count())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || is_mask(c))
        && numbers + hidden >= 5
        && (numbers >= 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn published_examples_are_right_and_their_neighbours_are_not() {
        for number in ["S1234567D", "T1234567J", "F1234567N", "G1234567X", "M1234567K", "M4332674T", "s1234567d", "S 1234567 D", "S-1234567-D"] {
            assert_eq!(nric(number), Fit::Checked, "{number}");
        }
        assert_eq!(nric("S1234567A"), Fit::Wrong);
        assert_eq!(nric("SCN-125"), Fit::No);
        assert_eq!(nric("A1234567D"), Fit::No);
    }

    #[test]
    fn hidden_numbers_are_known_by_what_is_left() {
        for number in ["*****567D", "SXXXX567D", "S****567D", "XXXXX567D", "xxxxx567d", "S1234***D", "####567A"] {
            assert_eq!(nric(number), Fit::Masked, "{number}");
        }
        for other in ["XXL", "****", "X", "12XX5", "MAXXX"] {
            assert_eq!(nric(other), Fit::No, "{other}");
        }
    }

    #[test]
    fn entities_have_numbers_of_three_forms() {
        // 53*… businesses, companies and others: made up, each with the letter that its weights give.
        for front in ["53123456", "200812345", "T08GB0001"] {
            let right = ('A'..='Z').filter(|last| uen(&format!("{front}{last}")) == Fit::Checked).count();
            assert_eq!(right, 1, "{front}");
        }
        assert_eq!(uen("2008123456"), Fit::No);
    }

    proptest! {
        #[test]
        fn one_letter_of_the_alphabet_checks_a_number_and_only_one(prefix in "[STFGM]", number in "[0-9]{7}") {
            let right = ('A'..='Z').filter(|last| nric(&format!("{prefix}{number}{last}")) == Fit::Checked).count();
            prop_assert_eq!(right, 1);
        }

        #[test]
        fn a_changed_digit_is_noticed(prefix in "[STFGM]", number in "[0-9]{7}", at in 0_usize..7, by in 1_u8..10) {
            let Some(last) = check_letter(&format!("{prefix}{number}")) else { return Err(TestCaseError::fail("no letter")) };
            let mut changed: Vec<u8> = number.bytes().collect();
            changed[at] = b'0' + (changed[at] - b'0' + by) % 10;
            let changed = String::from_utf8(changed).unwrap();
            prop_assert_eq!(nric(&format!("{prefix}{changed}{last}")), Fit::Wrong);
        }

        #[test]
        fn no_value_makes_any_of_them_panic(value in "\\PC{0,30}") {
            let _ = (nric(&value), uen(&value), passport(&value), passport_of_here(&value), nric_ending(&value));
        }
    }
}
