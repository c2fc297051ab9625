//! Free text that names persons among other words.

use super::Case;
use super::facts::Facts;
use crate::proposal::Kind;
use crate::recognise::text;

pub fn weigh(facts: &Facts<'_>, all: &mut Vec<Case>) {
    let mut case = Case::new(Kind::FreeText);
    if matches!(facts.naming.says, Some((Kind::FreeText, _))) {
        case.name(facts);
    }
    let of = facts.count();
    if of > 0 {
        let looked: Vec<(&str, Vec<Kind>)> = facts
            .values
            .iter()
            .filter(|value| value.len() > 9 && value.contains([' ', ';', '|', '{', ':', '/']))
            .map(|value| (*value, text::inside(value)))
            .collect();
        let numbered: Vec<&str> =
            looked.iter().filter(|(_, kinds)| kinds.iter().any(|kind| *kind != Kind::PersonName)).map(|(value, _)| *value).collect();
        let named: Vec<&str> =
            looked.iter().filter(|(value, kinds)| kinds.contains(&Kind::PersonName) && is_sentence(value)).map(|(value, _)| *value).collect();
        if !numbered.is_empty() && (facts.share(numbered.len()) >= 0.02 || numbered.len() >= 3) {
            case.show(if numbered.len() >= 2 { 4.5 } else { 2.5 }, &numbered, of, "Numbers or addresses of persons stand in the text.");
        }
        if named.len() >= 2 && facts.share(named.len()) >= 0.06 || named.len() == 1 && of <= 8 {
            case.show(2.5, &named, of, "Names of persons stand in the text.");
        }
        if numbered.is_empty() && named.is_empty() {
            case.show(-2.5, &[], of, "Nothing of a person stands in the text.");
        }
    }
    all.push(case);
}

/// Words in small letters between the others, as sentences have and names of firms have not; or the mark-up of a record.
fn is_sentence(value: &str) -> bool {
    let small = value.split_whitespace().filter(|word| word.chars().next().is_some_and(char::is_lowercase) && word.len() > 1).count();
    text::is_text(value) && (small >= 2 || value.contains(['{', ';', '|', ':']))
}
