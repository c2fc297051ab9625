//! Numbers of cards, accounts and devices, with the checks that they carry.

use super::{Fit, digits, is_mask};

/// The check of payment cards and of device numbers.
pub fn luhn(all: &[u32]) -> bool {
    let sum: u32 = all
        .iter()
        .rev()
        .enumerate()
        .map(|(at, &digit)| match (at % 2, digit * 2) {
            (0, _) => digit,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    all.len() > 1 && sum.is_multiple_of(10) && all.iter().any(|digit| *digit > 0)
}

/// A payment card: a length and a beginning that the schemes use, and the check digit; or the same with the middle hidden.
pub fn card(value: &str) -> Fit {
    let text: String = value.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let length = text.chars().count();
    if value.len() > 40 || !(12..=19).contains(&length) {
        return Fit::No;
    }
    if let Some(all) = digits(&text) {
        let scheme = is_of_a_scheme(&text);
        return match (scheme, luhn(&all)) {
            (true, true) => Fit::Checked,
            (true, false) => Fit::Wrong,
            (false, _) => Fit::No,
        };
    }
    let hidden = text.chars().filter(|c| is_mask(*c)).count();
    let ending = text.chars().rev().take_while(char::is_ascii_digit).count();
    let whole = text.chars().all(|c| c.is_ascii_digit() || is_mask(c));
    if whole && hidden >= 6 && ending == 4 && length >= 14 { Fit::Masked } else { Fit::No }
}

fn is_of_a_scheme(text: &str) -> bool {
    let begins = |length: usize| text.get(..length).and_then(|head| head.parse::<u32>().ok()).unwrap_or_default();
    match text.len() {
        13 | 19 => begins(1) == 4 || (text.len() == 19 && begins(2) == 62),
        14 => matches!(begins(3), 300..=305) || matches!(begins(2), 36 | 38),
        15 => matches!(begins(2), 34 | 37),
        16 => {
            begins(1) == 4
                || matches!(begins(2), 51..=55 | 62 | 65)
                || matches!(begins(4), 2221..=2720 | 3528..=3589 | 6011)
                || matches!(begins(3), 644..=649)
        }
        17 | 18 => begins(2) == 62,
        _ => false,
    }
}

/// An international bank account number, checked.
pub fn iban(value: &str) -> Fit {
    let text: String = value.chars().filter(|c| *c != ' ').map(|c| c.to_ascii_uppercase()).collect();
    let bytes = text.as_bytes();
    let [c1, c2, d1, d2, rest @ ..] = bytes else { return Fit::No };
    let formed = c1.is_ascii_uppercase() && c2.is_ascii_uppercase() && d1.is_ascii_digit() && d2.is_ascii_digit();
    if !formed || !(11..=30).contains(&rest.len()) || !rest.iter().all(u8::is_ascii_alphanumeric) {
        return Fit::No;
    }
    let mut remainder: u32 = 0;
    for &byte in rest.iter().chain([c1, c2, d1, d2]) {
        let value = char::from(byte).to_digit(36).unwrap_or_default();
        remainder = (if value > 9 { remainder * 100 } else { remainder * 10 } + value) % 97;
    }
    if remainder == 1 { Fit::Checked } else { Fit::Wrong }
}

/// A bank account as banks here and elsewhere write it: seven to eighteen digits, perhaps grouped, perhaps hidden in part.
pub fn account(value: &str) -> bool {
    let numbers = value.chars().filter(char::is_ascii_digit).count();
    let hidden = value.chars().filter(|c| is_mask(*c)).count();
    let whole = value.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-') || is_mask(c));
    whole && numbers >= 3 && (7..=18).contains(&(numbers + hidden))
}

/// Accounts grouped as banks here print them: `123-45678-9`, `123-456789-0`, `123-456-789-0`.
pub fn account_of_here(value: &str) -> bool {
    let lengths: Option<Vec<usize>> = value.split('-').map(|part| digits(part).map(|all| all.len())).collect();
    matches!(lengths.as_deref(), Some([3, 5 | 6, 1] | [3, 3, 3, 1] | [3, 6, 3] | [3, 1, 6 | 7] | [4, 2, 5]))
}

/// A mobile device's number: fifteen digits, checked.
pub fn device(value: &str) -> bool {
    value.len() == 15 && digits(value).is_some_and(|all| luhn(&all)) && !is_of_a_scheme(value) && !value.starts_with('0')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn published_test_numbers() {
        for number in ["4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005", "6011111111111117"] {
            assert_eq!(card(number), Fit::Checked, "{number}");
        }
        assert_eq!(card("4111 1111 1111 1112"), Fit::Wrong);
        assert_eq!(card("**** **** **** 1234"), Fit::Masked);
        assert_eq!(card("411111XXXXXX1111"), Fit::Masked);
        assert_eq!(card("9111111111111111"), Fit::No);
        assert_eq!(iban("GB82 WEST 1234 5698 7654 32"), Fit::Checked);
        assert_eq!(iban("GB82 WEST 1234 5698 7654 33"), Fit::Wrong);
        assert!(account("123-45678-9") && account_of_here("123-456789-0") && !account_of_here("64-17-5"));
        assert!(device("490154203237518"));
    }

    proptest! {
        #[test]
        fn no_value_panics(value in "\\PC{0,40}") {
            let _ = (card(&value), iban(&value), account(&value), account_of_here(&value), device(&value));
        }
    }
}
