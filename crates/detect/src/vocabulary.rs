//! The words that names of columns and tables are made of, and what they tell. The lists are data, in `data`: a new word is a
//! new word there.

use crate::proposal::Kind;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

const SUBJECTS: &str = include_str!("../data/subjects.txt");
const CONCEPTS: &str = include_str!("../data/concepts.txt");
const FULL_FORM_LINES: &str = include_str!("../data/full_forms.txt");

/// What a word in the name of a column or table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    Person,
    Organisation,
    Place,
    Thing,
    /// What happens, or the record of it: its rows may be about persons.
    Event,
    /// The table holds figures of many, or a list of codes.
    Figures,
    /// The column is about something rather than holds it: `email_status`, `is_phone_verified`.
    About,
    /// It says nothing about what is inside: `col`, `data`, `x`.
    Empty,
}

/// A phrase that says what a column holds.
#[derive(Debug, Clone)]
pub struct Concept {
    pub words: Vec<&'static str>,
    pub kind: Kind,
    pub strong: bool,
}

/// The roles of each word; a word may have several.
pub static ROLES: LazyLock<HashMap<&'static str, Vec<Role>>> = LazyLock::new(|| {
    let mut roles: HashMap<&str, Vec<Role>> = HashMap::new();
    let mut role = Role::Empty;
    for line in lines(SUBJECTS) {
        match line {
            "[persons]" => role = Role::Person,
            "[organisations]" => role = Role::Organisation,
            "[places]" => role = Role::Place,
            "[things]" => role = Role::Thing,
            "[events]" => role = Role::Event,
            "[figures]" => role = Role::Figures,
            "[about]" => role = Role::About,
            "[empty]" => role = Role::Empty,
            words => words.split_whitespace().for_each(|word| roles.entry(word).or_default().push(role)),
        }
    }
    roles
});

/// Longest first.
pub static PHRASES: LazyLock<Vec<Concept>> = LazyLock::new(|| {
    let mut phrases: Vec<Concept> = lines(CONCEPTS).filter_map(concepts).flatten().collect();
    phrases.sort_by_key(|concept| std::cmp::Reverse(concept.words.len()));
    phrases
});

fn concepts(line: &'static str) -> Option<impl Iterator<Item = Concept>> {
    let (head, phrases) = line.split_once(':')?;
    let (kind, strength) = head.split_once(' ')?;
    let kind: Kind = kind.parse().ok()?;
    let strong = strength == "strong";
    Some(phrases.split('|').map(move |phrase| Concept { words: phrase.split_whitespace().collect(), kind, strong }))
}

/// Short forms and words of other languages, each with the words that it stands for.
pub static FULL_FORMS: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    lines(FULL_FORM_LINES)
        .filter_map(|line| line.split_once('='))
        .flat_map(|(full, short)| short.split_whitespace().map(move |short| (short, full.split_whitespace().collect())))
        .collect()
});

/// Every word that a name is known to be made of.
pub static KNOWN: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let of_phrases = PHRASES.iter().flat_map(|concept| concept.words.iter().copied());
    let of_forms = FULL_FORMS.values().flatten().copied();
    ROLES.keys().copied().chain(of_phrases).chain(of_forms).collect()
});

pub fn has_role(word: &str, role: Role) -> bool {
    ROLES.get(word).is_some_and(|roles| roles.contains(&role))
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_lists_is_read() {
        assert_eq!(lines(CONCEPTS).filter(|line| concepts(line).is_none()).count(), 0);
        assert_eq!(lines(FULL_FORM_LINES).filter(|line| !line.contains('=')).count(), 0);
        assert!(has_role("applicant", Role::Person) && has_role("clinic", Role::Organisation) && !has_role("clinic", Role::Person));
    }
}
