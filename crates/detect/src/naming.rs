//! What the names of a column and of its table say, before any value is looked at.

use crate::proposal::Kind;
use crate::vocabulary::{KNOWN, PHRASES, Role, has_role};
use crate::words::words;

/// Who or what a column or table is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Person,
    Organisation,
    Place,
    Thing,
    /// What happens, or the record of it.
    Event,
    Unknown,
}

/// What the name of a column says.
#[derive(Debug, Clone, PartialEq)]
pub struct Naming {
    pub words: Vec<String>,
    /// The kind that the name says, and whether it says so plainly.
    pub says: Option<(Kind, bool)>,
    /// The name is about a kind rather than holds it: `email_status`.
    pub about: bool,
    /// Whose: from the words beside the kind.
    pub subject: Subject,
    /// The name tells nothing: `col_7`, `x`, `data`.
    pub opaque: bool,
}

/// What the name of a table says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TableNaming {
    pub subject: Subject,
    /// It holds figures of many rather than a row for each.
    pub figures: bool,
}

pub fn of_column(name: &str) -> Naming {
    let words = words(name);
    // `dbo.name2` and `phone_2` number the column, they say nothing of it.
    let telling: Vec<&str> = words.iter().map(String::as_str).filter(|word| !word.chars().all(char::is_numeric)).collect();
    let found = phrase(&telling).or_else(|| phrase(&words.iter().map(String::as_str).collect::<Vec<_>>()));
    let (says, about, subject) = match found {
        Some((concept, begin, end)) => {
            let before = telling.get(..begin).unwrap_or_default();
            let after = telling.get(end..).unwrap_or_default();
            let about = before.iter().chain(after).any(|word| has_role(word, Role::About))
                || (after.first() == Some(&"code") && concept.0 != Kind::PostalCode);
            let subject = match nearest(before) {
                Subject::Unknown => nearest(after),
                known => known,
            };
            (Some(concept), about, subject)
        }
        None => (None, false, nearest(&telling)),
    };
    // Letters that are no known word tell as little as `col` does.
    let tells_nothing = |word: &&str| has_role(word, Role::Empty) || (word.chars().count() <= 3 && !KNOWN.contains(*word));
    let opaque = says.is_none() && telling.iter().all(tells_nothing);
    Naming { words, says, about, subject, opaque }
}

pub fn of_table(name: &str) -> TableNaming {
    let words = words(name);
    let all: Vec<&str> = words.iter().map(String::as_str).collect();
    TableNaming { subject: of_rows(&all), figures: all.iter().any(|word| has_role(word, Role::Figures)) }
}

/// What the rows of a table are about: of `patient_visits` patients, of `visits` nobody knows.
fn of_rows(words: &[&str]) -> Subject {
    let known: Vec<&str> = words.iter().copied().filter(|word| !has_role(word, Role::Event)).collect();
    nearest(&known)
}

/// The longest phrase in the words; of equally long ones a plain one, then the last, since the head of a name
/// stands behind.
fn phrase(words: &[&str]) -> Option<((Kind, bool), usize, usize)> {
    let mut best: Option<((Kind, bool), usize, usize)> = None;
    for concept in PHRASES.iter() {
        let length = concept.words.len();
        if best.is_some_and(|(_, begin, end)| end - begin > length) {
            break;
        }
        if length == 0 || length > words.len() {
            continue;
        }
        if let Some(begin) = words.windows(length).rposition(|window| window == concept.words.as_slice())
            && best.is_none_or(|((_, strong), first, _)| (concept.strong, begin) > (strong, first))
        {
            best = Some(((concept.kind, concept.strong), begin, begin + length));
        }
    }
    best
}

/// The subject that the last word with one names.
fn nearest(words: &[&str]) -> Subject {
    let telling = words.iter().rev().filter(|word| !has_role(word, Role::Empty));
    telling
        .into_iter()
        .find_map(|word| {
            [
                (Role::Person, Subject::Person),
                (Role::Organisation, Subject::Organisation),
                (Role::Place, Subject::Place),
                (Role::Thing, Subject::Thing),
                (Role::Event, Subject::Event),
            ]
            .into_iter()
            .find(|(role, _)| has_role(word, *role))
            .map(|(_, subject)| subject)
        })
        .unwrap_or(Subject::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(name: &str) -> (Option<Kind>, bool, Subject) {
        let naming = of_column(name);
        (naming.says.map(|(kind, _)| kind), naming.about, naming.subject)
    }

    #[test]
    fn a_name_says_a_kind_and_whose() {
        assert_eq!(says("cust_nric_no"), (Some(Kind::Nric), false, Subject::Person));
        assert_eq!(says("CompanyEmail"), (Some(Kind::Email), false, Subject::Organisation));
        assert_eq!(says("email_status"), (Some(Kind::Email), true, Subject::Unknown));
        assert_eq!(says("telephone_home").0, Some(Kind::Phone));
        assert_eq!(says("born_on"), (Some(Kind::BirthDate), false, Subject::Unknown));
        assert_eq!(says("blk_no"), (None, false, Subject::Place));
        assert_eq!(says("ACADEMIC_YEAR_CODE").0, None);
        assert!(of_column("col_7").opaque && of_column("x").opaque && !of_column("browser").opaque);
    }

    #[test]
    fn a_table_is_about_its_last_subject() {
        assert_eq!(of_table("clinic_patients").subject, Subject::Person);
        assert_eq!(of_table("public.bus_stops").subject, Subject::Place);
        assert!(of_table("population_by_age").figures && !of_table("applicants").figures);
    }
}
