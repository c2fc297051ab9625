//! Identity numbers of other countries, where their form or their check digits tell them from other numbers.

use super::{Fit, compact, date, digits, letter, weighted};

/// Checked when check digits or a date inside are right, of the form alone when that says enough beside a name.
pub fn number(value: &str) -> Fit {
    if value.len() > 24 || !value.chars().any(|c| c.is_ascii_digit()) {
        return Fit::No;
    }
    let text = compact(value).replace(['(', ')'], "");
    let all = digits(&text);
    let checked = match (&all, text.len()) {
        (Some(all), 11) => value.contains(['.', '-']) && brazil(all),
        (Some(all), 12) => value.contains('-') && malaysia(value) || value.contains(' ') && verhoeff(all),
        (Some(all), 13) => value.contains('-') && (korea(all, value) || thailand(all)),
        (Some(all), 18) => china(all, None),
        (None, 18) => text.strip_suffix('X').and_then(digits).is_some_and(|all| china(&all, Some(10))),
        (None, 8 | 9) => hong_kong(&text) && value.contains('(') || spain(&text) && text.len() == 9,
        _ => false,
    };
    if checked || united_states(value) {
        return Fit::Checked;
    }
    let formed = match (&all, text.len()) {
        (Some(_), 10..=13 | 18) => true,
        (None, _) => united_kingdom(&text) || india_tax(&text) || hong_kong(&text) || spain(&text) || italy(&text),
        _ => false,
    };
    if formed { Fit::Form } else { Fit::No }
}

/// `123-45-6789`, with the groups that are never given out left out.
fn united_states(value: &str) -> bool {
    let parts: Vec<&str> = value.trim().split('-').collect();
    matches!(parts.as_slice(), [a, b, c] if a.len() == 3 && b.len() == 2 && c.len() == 4
        && parts.iter().all(|part| digits(part).is_some()) && *a != "000" && *a != "666" && *b != "00" && *c != "0000")
}

/// `901231-14-5678`: a day, a place, a serial.
fn malaysia(value: &str) -> bool {
    let parts: Vec<&str> = value.trim().split('-').collect();
    matches!(parts.as_slice(), [day, place, serial] if day.len() == 6 && place.len() == 2 && serial.len() == 4 && date::is_yymmdd(day))
}

/// `900101-1234567`.
fn korea(all: &[u32], value: &str) -> bool {
    value.trim().find('-') == Some(6) && matches!(all.get(6), Some(1..=8)) && value.get(..6).is_some_and(date::is_yymmdd)
}

fn thailand(all: &[u32]) -> bool {
    let sum: u32 = all.iter().take(12).zip((2..=13).rev()).map(|(digit, weight)| digit * weight).sum();
    all.get(12) == Some(&((11 - sum % 11) % 10))
}

fn brazil(all: &[u32]) -> bool {
    let check = |length: u32| {
        let sum: u32 = all.iter().take(length as usize).zip((2..=length + 1).rev()).map(|(digit, weight)| digit * weight).sum();
        sum * 10 % 11 % 10
    };
    all.iter().any(|digit| Some(digit) != all.first()) && all.get(9) == Some(&check(9)) && all.get(10) == Some(&check(10))
}

/// Eighteen: a place, a day of birth, a serial, a check digit that may be X.
fn china(all: &[u32], last: Option<u32>) -> bool {
    let year = all.get(6..10).map_or(0, |year| year.iter().fold(0, |sum, digit| sum * 10 + digit));
    let sum = weighted(all.get(..17).unwrap_or_default(), &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    let given = last.or_else(|| all.get(17).copied());
    (1900..2100).contains(&year) && given == Some((12 - sum % 11) % 11)
}

fn hong_kong(text: &str) -> bool {
    let letters = text.chars().take_while(char::is_ascii_uppercase).count();
    let Some(rest) = text.get(letters..) else { return false };
    let (Some(six), Some(last)) = (rest.get(..6).and_then(digits), rest.get(6..)) else { return false };
    let value = |c: char| c.to_digit(36).unwrap_or_default();
    let (first, second) = match text.chars().take(letters).collect::<Vec<_>>().as_slice() {
        [one] => (36, value(*one)),
        [one, two] => (value(*one), value(*two)),
        _ => return false,
    };
    let check = match last {
        "A" => 10,
        digit => match digits(digit).as_deref() {
            Some([one]) => *one,
            _ => return false,
        },
    };
    (first * 9 + second * 8 + weighted(&six, &[7, 6, 5, 4, 3, 2]) + check).is_multiple_of(11)
}

/// DNI and NIE: eight digits, the first perhaps X, Y or Z, and a letter.
fn spain(text: &str) -> bool {
    let number = match text.as_bytes() {
        [first @ (b'X' | b'Y' | b'Z'), ..] => format!("{}{}", first - b'X', text.get(1..8).unwrap_or_default()),
        _ => text.get(..8).unwrap_or_default().to_owned(),
    };
    let Ok(number) = number.parse::<u32>() else { return false };
    text.len() == 9 && text.chars().last() == letter(b"TRWAGMYFPDXBNJZSQVHLCKE", number % 23)
}

/// `AB123456C`.
fn united_kingdom(text: &str) -> bool {
    matches!(text.as_bytes(), [a, b, six @ .., last] if six.len() == 6 && a.is_ascii_uppercase() && b.is_ascii_uppercase()
        && six.iter().all(u8::is_ascii_digit) && matches!(last, b'A'..=b'D'))
}

/// `ABCDE1234F`: a tax number of India.
fn india_tax(text: &str) -> bool {
    matches!(text.as_bytes(), [five @ .., d1, d2, d3, d4, last] if five.len() == 5 && five.iter().all(u8::is_ascii_uppercase)
        && [d1, d2, d3, d4].iter().all(|d| d.is_ascii_digit()) && last.is_ascii_uppercase())
}

/// `RSSMRA85T10A562S`.
fn italy(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 16
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            0..=5 | 8 | 11 | 15 => byte.is_ascii_uppercase(),
            _ => byte.is_ascii_alphanumeric(),
        })
        && bytes.get(6..8).is_some_and(|year| year.iter().all(u8::is_ascii_digit))
}

/// The check of India's number, by multiplication in the group of a pentagon's symmetries.
fn verhoeff(all: &[u32]) -> bool {
    const TIMES: [&[u8; 10]; 10] = [
        b"0123456789",
        b"1234067895",
        b"2340178956",
        b"3401289567",
        b"4012395678",
        b"5987604321",
        b"6598710432",
        b"7659821043",
        b"8765932104",
        b"9876543210",
    ];
    const TURN: [&[u8; 10]; 8] =
        [b"0123456789", b"1576283094", b"5803796142", b"8916043527", b"9453126870", b"4286573901", b"2793806415", b"7046913258"];
    let mut state = 0_usize;
    for (at, digit) in all.iter().rev().enumerate() {
        let turned = TURN.get(at % 8).and_then(|row| row.get(*digit as usize)).map_or(0, |byte| usize::from(byte - b'0'));
        state = TIMES.get(state).and_then(|row| row.get(turned)).map_or(0, |byte| usize::from(byte - b'0'));
    }
    state == 0 && all.first().is_some_and(|first| *first >= 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn published_examples() {
        for value in
            ["123-45-6789", "901231-14-5678", "900101-1234567", "11010519491231002X", "A123456(3)", "529.982.247-25", "12345678Z", "X1234567L"]
        {
            assert_eq!(number(value), Fit::Checked, "{value}");
        }
        assert_eq!(number("AB123456C"), Fit::Form);
        assert_eq!(number("ABCDE1234F"), Fit::Form);
        assert_eq!(number("000-45-6789"), Fit::No);
        assert!(verhoeff(&[2, 3, 6]), "236 is the method's published example");
    }

    proptest! {
        #[test]
        fn no_value_panics(value in "\\PC{0,30}", numbers in "[0-9A-Z() .-]{6,20}") {
            let _ = (number(&value), number(&numbers));
        }
    }
}
