//! Names of persons.

use super::facts::Facts;
use super::{Case, NOTHING_OF_IT};
use crate::naming::Subject;
use crate::proposal::{Basis, Kind};
use crate::recognise::person::{Named, named};

pub fn weigh(facts: &Facts<'_>, all: &mut Vec<Case>) {
    all.push(name(facts));
}

fn name(facts: &Facts<'_>) -> Case {
    let mut case = Case::new(Kind::PersonName);
    case.name(facts);
    match (facts.naming.subject, facts.naming.says) {
        (Subject::Person, None) => case.say(Basis::Name, 2.2, "It names a person's part."),
        (Subject::Person, _) => case.say(Basis::Name, 1.5, "It is about a person."),
        (Subject::Unknown, _) => match facts.table.subject {
            Subject::Person => case.say(Basis::Table, 1.2, "The table is about persons."),
            Subject::Unknown => {}
            _ => case.say(Basis::Table, -4.0, "The table is about organisations, places or things."),
        },
        (_, Some((Kind::PersonName, true))) => case.say(Basis::Name, -1.0, "It is about an organisation, a place or a thing."),
        _ => case.say(Basis::Name, -4.0, "It names an organisation, a place or a thing."),
    }
    let of = facts.count();
    if of == 0 {
        return case;
    }
    let each: Vec<(&str, Named)> = facts.values.iter().map(|value| (*value, named(value))).collect();
    let of_class = |class: &[Named]| -> Vec<&str> { each.iter().filter(|(_, found)| class.contains(found)).map(|(value, _)| *value).collect() };
    let surely = of_class(&[Named::Surely]);
    let good = of_class(&[Named::Surely, Named::Likely]);
    let perhaps = of_class(&[Named::Perhaps]);
    let other = of_class(&[Named::Other]);
    let (good_share, perhaps_share, other_share) = (facts.share(good.len()), facts.share(perhaps.len()), facts.share(other.len()));
    if facts.share(surely.len()) >= 0.25 {
        case.show(2.5, &surely, of, "Words stand in them that only names of persons have.");
    }
    if good_share >= 0.85 && facts.variety() > 0.7 && of >= 6 {
        // Things that are named after persons come again and again; persons hardly do.
        case.show(5.0, &good, of, "Family and given names are known, and hardly one comes twice.");
    } else if good_share >= 0.6 {
        case.show(4.0, &good, of, "Family and given names are known.");
    } else if other_share >= 0.6 {
        case.show(NOTHING_OF_IT, &other, of, "They hold words and signs that names of persons do not have.");
    } else if good_share >= 0.3 || (good_share >= 0.15 && good.len() >= 3 && other_share < 0.3) {
        case.show(1.9, &good, of, "Many are names of persons.");
    } else if other_share >= 0.35 {
        case.show(-2.0, &other, of, "Many hold words that names of persons do not have.");
    } else if good_share + perhaps_share >= 0.65 && facts.distinct >= 4 {
        let nearly_all = perhaps_share + good_share >= 0.85 && facts.distinct >= 5;
        case.show(if nearly_all { 2.1 } else { 1.4 }, &perhaps, of, "They may be names of persons.");
    } else if matches!(facts.naming.says, Some((Kind::PersonName, _))) && other_share < 0.15 && facts.variety() > 0.5 && are_formed(facts) {
        case.show(0.7, &facts.values, of, "They have the form of names, though none is known.");
    } else {
        case.show(-0.3, &perhaps, of, "The names in them are not known.");
    }
    case
}

/// Two to four words, each beginning with a capital, or written in a writing without any.
fn are_formed(facts: &Facts<'_>) -> bool {
    let formed = facts.matching(|value| {
        let words: Vec<&str> = value.split_whitespace().collect();
        let capital = |word: &&str| word.chars().next().is_some_and(|first| !first.is_lowercase());
        ((2..=4).contains(&words.len()) && words.iter().filter(|word| capital(word)).count() >= 2)
            || (!value.is_ascii() && value.chars().count() <= 12)
    });
    facts.share(formed.len()) > 0.7
}
