//! What is inside longer texts: identifiers of persons among other words.

use super::{Fit, contact, finance, identity, national, person};
use crate::proposal::Kind;

/// Words that come before a number which somebody can be called at.
const CALLS: [&str; 21] = [
    "call",
    "called",
    "contact",
    "tel",
    "hp",
    "mobile",
    "phone",
    "whatsapp",
    "sms",
    "reach",
    "reached",
    "ring",
    "callback",
    "handphone",
    "cell",
    "number",
    "ph",
    "text",
    "reachable",
    "at",
    "on",
];

/// Whether a value is a text rather than a name or a code: words with small letters, several of them.
pub fn is_text(value: &str) -> bool {
    value.split_whitespace().nth(3).is_some() || value.contains(['{', '\n', '|']) || (value.contains(';') && value.len() > 12)
}

/// The kinds found inside a text, the surest first.
pub fn inside(value: &str) -> Vec<Kind> {
    let words: Vec<&str> = value
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"' | '{' | '}' | '[' | ']' | '|' | '=' | '<' | '>'))
        .filter(|word| !word.is_empty())
        .collect();
    let mut found = Vec::new();
    let mut note = |kind: Kind| {
        if !found.contains(&kind) {
            found.push(kind);
        }
    };
    for (at, word) in words.iter().enumerate() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '*' | '+'));
        let after_colon = bare.rsplit(':').next().unwrap_or(bare);
        if identity::nric(after_colon) == Fit::Checked || identity::nric(after_colon) == Fit::Masked && after_colon.len() >= 8 || spaced(&words, at) {
            note(Kind::Nric);
        }
        if contact::email(after_colon) && !contact::is_of_an_office(after_colon) {
            note(Kind::Email);
        }
        if is_called(&words, at, after_colon) {
            note(Kind::Phone);
        }
        if finance::iban(after_colon) == Fit::Checked {
            note(Kind::BankAccount);
        }
        if after_colon.contains('-') && national::number(after_colon) == Fit::Checked {
            note(Kind::NationalId);
        }
    }
    if groups(value).any(|run| finance::card(&run) == Fit::Checked) {
        note(Kind::Card);
    }
    if person::within(&words) {
        note(Kind::PersonName);
        if words.iter().any(|word| is_mobile(word.trim_matches(|c: char| !c.is_alphanumeric()))) {
            note(Kind::Phone);
        }
    }
    found
}

/// `S 1234567 D` over three words, or `S1234567 D` over two.
fn spaced(words: &[&str], at: usize) -> bool {
    [2, 3].into_iter().any(|count| {
        words.get(at..at + count).is_some_and(|parts| {
            let joined = parts.concat();
            let joined = joined.trim_end_matches(['.', ')', ',']).trim_start_matches('(');
            joined.len() == 9
                && parts.first().is_some_and(|first| first.trim_start_matches('(').starts_with(['S', 'T', 'F', 'G', 'M']))
                && identity::nric(joined) == Fit::Checked
        })
    })
}

/// Whether a number stands here that somebody is called at: written as phone numbers are, or after a word of calling.
fn is_called(words: &[&str], at: usize, word: &str) -> bool {
    let pair = words.get(at..at + 2).map(|pair| pair.join(" ")).unwrap_or_default();
    let pair = pair.trim_end_matches(|c: char| !c.is_ascii_digit()).trim_start_matches(|c: char| !c.is_ascii_digit() && c != '+');
    let groups = |text: &str| text.split(' ').map(|part| part.trim_start_matches('+').len()).collect::<Vec<_>>();
    if matches!(groups(pair).as_slice(), [4, 4]) && pair.starts_with(['8', '9']) && contact::phone(pair) == contact::Phone::Plain {
        return true;
    }
    if word.starts_with('+') {
        let all: String = words.iter().skip(at).take(4).take_while(|next| next.chars().any(|c| c.is_ascii_digit())).copied().collect();
        let count = all.chars().filter(char::is_ascii_digit).count();
        return (8..=15).contains(&count);
    }
    let digits: String = word.chars().filter(char::is_ascii_digit).collect();
    let mobile = digits.len() == 8 && digits.starts_with(['8', '9']) && word.chars().all(|c| c.is_ascii_digit() || c == '-');
    let cued = words.get(at.saturating_sub(3)..at).unwrap_or_default().iter().any(|cue| {
        let cue = cue.to_lowercase();
        CALLS.contains(&cue.trim_matches(|c: char| !c.is_alphanumeric()))
    });
    mobile && cued || cued && contact::phone(word) == contact::Phone::Plain && digits.len() >= 9 || word.len() < 16 && mobile_marked(words, at, word)
}

/// Eight digits as mobile numbers here have.
fn is_mobile(word: &str) -> bool {
    word.len() == 8 && word.starts_with(['8', '9']) && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// `HP:91234567`, `tel=91234567`.
fn mobile_marked(words: &[&str], at: usize, word: &str) -> bool {
    let whole = words.get(at).copied().unwrap_or_default().to_lowercase();
    let digits = word.chars().filter(char::is_ascii_digit).count();
    digits == 8
        && word.starts_with(['8', '9'])
        && whole.split_once(':').is_some_and(|(cue, _)| CALLS.contains(&cue.trim_matches(|c: char| !c.is_alphanumeric())))
}

/// Runs of digits that are grouped by spaces or hyphens, long enough for a card.
fn groups(value: &str) -> impl Iterator<Item = String> {
    value
        .split(|c: char| !(c.is_ascii_digit() || matches!(c, ' ' | '-')))
        .map(|run| run.trim_matches([' ', '-']).to_owned())
        .filter(|run| run.chars().filter(char::is_ascii_digit).count() >= 13 && run.len() < 30)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn identifiers_among_words() {
        assert_eq!(inside("Applicant (S1234567D) came to the counter."), [Kind::Nric]);
        assert_eq!(inside("IC no. S 1234567 D verified at counter 3"), [Kind::Nric]);
        assert_eq!(inside("please call back at 9123 4567 after six"), [Kind::Phone]);
        assert_eq!(inside("write to a.tan@mail.example, thanks"), [Kind::Email]);
        assert_eq!(inside("{\"nric\":\"S1234567D\"}"), [Kind::Nric]);
        assert_eq!(inside("paid with 4111 1111 1111 1111 yesterday"), [Kind::Card]);
        assert_eq!(inside("Serial S1234567A replaced, part 91234567, see feedback@agency.example"), []);
        assert_eq!(inside("Lift 3 at Blk 12 stopped on 2026-01-02 for 20 minutes"), []);
    }

    proptest! {
        #[test]
        fn no_value_panics(value in "\\PC{0,120}", near in "[0-9STFGa-z:@ .+-]{0,60}") {
            let _ = (inside(&value), inside(&near), is_text(&value));
        }
    }
}
