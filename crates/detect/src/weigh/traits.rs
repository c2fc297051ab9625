//! What a person is like: dates of birth, traits, health, belief, income. Said of one person they are personal; counted over many
//! they are not, so that the table matters as much as the name.

use super::facts::{Facts, share};
use super::{Case, NOTHING_OF_IT};
use crate::naming::Subject;
use crate::proposal::{Basis, Kind};
use crate::recognise::date::{self, Day};
use std::collections::HashSet;

pub fn weigh(facts: &Facts<'_>, all: &mut Vec<Case>) {
    all.push(birth_date(facts));
    all.extend([Kind::Attribute, Kind::Health, Kind::Belief, Kind::Income].map(|kind| of_a_person(facts, kind)));
}

fn birth_date(facts: &Facts<'_>) -> Case {
    let mut case = Case::new(Kind::BirthDate);
    case.name(facts);
    let said = matches!(facts.naming.says, Some((Kind::BirthDate, _)));
    if !matches!(facts.own(), Subject::Person | Subject::Unknown)
        || facts.own() == Subject::Unknown && matches!(facts.table.subject, Subject::Thing | Subject::Place)
    {
        case.say(Basis::Name, -3.5, "What was born or built is no person.");
    } else if facts.table.subject == Subject::Person || facts.own() == Subject::Person {
        case.say(Basis::Table, 1.0, "It is about persons.");
    } else {
        case.beside(facts);
    }
    let of = facts.count();
    if of == 0 {
        return case;
    }
    let dated = facts.matching(|value| date::day(value).is_some());
    let days: Vec<Day> = dated.iter().filter_map(|value| date::day(value)).collect();
    let short = facts.matching(date::is_yymmdd);
    let years = facts.matching(|value| {
        value.parse().is_ok_and(|year: u32| (1900..=2030).contains(&year))
            || value.contains(['*', 'X', 'x']) && value.chars().any(|c| c.is_ascii_digit())
    });
    let timed = days.iter().filter(|day| day.timed).count();
    if share(timed, days.len().max(1)) > 0.5 {
        case.show(-2.5, &dated, of, "A time of day stands behind most of them.");
    }
    if said && facts.share(dated.len()) >= 0.4 {
        case.show(1.0, &dated, of, "They are days.");
    } else if said && facts.share(short.len().max(years.len())) >= 0.6 {
        case.show(0.3, if short.len() > years.len() { &short } else { &years }, of, "They may be days or years of birth.");
    } else if facts.share(dated.len()) >= 0.85 && are_births(&days) && facts.naming.opaque {
        case.show(1.7, &dated, of, "The years lie apart as those of births do.");
    } else {
        case.show(NOTHING_OF_IT, &[], of, "They are no days of birth.");
    }
    case
}

/// Whether days lie apart as births of a population do: over decades, ending some years before the others begin to end, hardly one twice.
fn are_births(days: &[Day]) -> bool {
    let mut years: Vec<u32> = days.iter().map(|day| day.year).collect();
    years.sort_unstable();
    let at = |part: usize| years.get(years.len() * part / 100).copied().unwrap_or_default();
    let distinct = days.iter().map(|day| (day.year, day.month, day.of_month)).collect::<HashSet<_>>().len();
    let firsts = days.iter().filter(|day| day.of_month == 1).count();
    days.len() >= 6
        && at(75).saturating_sub(at(25)) >= 9
        && at(90).saturating_sub(at(5)) >= 20
        && at(5) >= 1900
        && at(50) < 2005
        && share(distinct, days.len()) > 0.8
        && share(firsts, days.len()) < 0.3
}

fn of_a_person(facts: &Facts<'_>, kind: Kind) -> Case {
    let mut case = Case::new(kind);
    case.name(facts);
    let said = matches!(facts.naming.says, Some((own, _)) if own == kind);
    if said {
        case.say(Basis::Name, -1.0, "It may be said of many as well as of one.");
    }
    let own_person = facts.own() == Subject::Person;
    if (facts.naming.about || facts.has_word("name")) && said {
        case.say(Basis::Name, -3.0, "It is a band, a rate or a count.");
    }
    if facts.table.figures {
        case.say(Basis::Table, -4.0, "The table holds figures of many.");
    } else if own_person {
        case.say(Basis::Name, 1.0, "It is about a person.");
    } else if facts.own() != Subject::Unknown && !(kind == Kind::Health && facts.own() == Subject::Thing) {
        case.say(Basis::Name, -4.0, "It is about an organisation, a place or a thing.");
    } else {
        match facts.table.subject {
            Subject::Person => case.say(Basis::Table, 1.2, "The table is about persons."),
            Subject::Unknown => {}
            _ => case.say(Basis::Table, -3.0, "The table is about organisations, places or things."),
        }
    }
    case.beside(facts);
    if !said {
        case.weight = case.weight.min(-1.5);
        return case;
    }
    let of = facts.count();
    if of > 0 {
        let totals = facts.matching(is_of_many);
        if !totals.is_empty() {
            case.show(-5.0, &totals, of, "Sums and bands stand among them.");
        } else if !suits(facts, kind) {
            case.show(NOTHING_OF_IT, &[], of, "The values are not what the name says.");
        } else if counts_up(&facts.values) {
            case.show(-3.0, &[], of, "They count up: rows are groups, not persons.");
        } else {
            case.show(0.3, &facts.values, of, "The values are what the name says.");
        }
    }
    case
}

/// Whether a value stands for many: `Total`, `25 - 29`, `65 and over`.
fn is_of_many(value: &str) -> bool {
    let lower = value.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let number = |word: &&str| word.chars().all(|c| c.is_ascii_digit());
    let band = matches!(words.as_slice(), [from, to] if number(from) && number(to) && from.len() <= 3 && to.len() <= 3)
        && lower.contains(['-', '–', '~'])
        || matches!(words.as_slice(), [from, "to", to] if number(from) && number(to));
    let ended = matches!(words.as_slice(), [first, "and" | "years", "over" | "above" | "below" | "under", ..] if number(first))
        || matches!(words.as_slice(), ["under" | "below" | "over" | "above", first, ..] if number(first))
        || words.len() == 1 && lower.ends_with('+') && words.iter().all(number);
    band || ended
        || matches!(lower.as_str(), "total" | "all" | "both" | "both sexes" | "all ages" | "overall" | "persons" | "all races" | "all ethnic groups")
}

/// Whether the values can be what the name says, where that can be told.
fn suits(facts: &Facts<'_>, kind: Kind) -> bool {
    let numeric = facts.matching(|value| value.replace([',', '$', ' '], "").parse::<f64>().is_ok());
    let of_years = facts.matching(|value| value.parse::<f64>().is_ok_and(|age| (0.0..=120.0).contains(&age)));
    let sexes = facts.matching(|value| {
        matches!(
            value.to_lowercase().as_str(),
            "m" | "f"
                | "male"
                | "female"
                | "man"
                | "woman"
                | "u"
                | "x"
                | "o"
                | "1"
                | "2"
                | "0"
                | "9"
                | "other"
                | "non-binary"
                | "lelaki"
                | "perempuan"
                | "男"
                | "女"
                | "h"
                | "w"
        )
    });
    if facts.has_word("age") {
        return facts.share(of_years.len()) >= 0.6;
    }
    if facts.has_word("gender") || facts.has_word("sex") {
        return facts.share(sexes.len()) >= 0.6;
    }
    match kind {
        Kind::Income => {
            facts.share(numeric.len()) >= 0.6 || facts.matching(|value| value.chars().any(|c| c.is_ascii_digit())).len() * 2 > facts.count()
        }
        Kind::Attribute if ["height", "weight", "bmi", "year"].iter().any(|word| facts.has_word(word)) => facts.share(numeric.len()) >= 0.6,
        Kind::Attribute | Kind::Belief => facts.share(numeric.len()) < 0.7 || facts.distinct <= 12,
        _ => true,
    }
}

/// `0, 1, 2, 3 …`: the rows of a table of groups.
fn counts_up(values: &[&str]) -> bool {
    let numbers: Vec<i64> = values.iter().filter_map(|value| value.parse().ok()).collect();
    numbers.len() == values.len()
        && numbers.len() >= 5
        && share(numbers.windows(2).filter(|pair| matches!(pair, [a, b] if b - a == 1)).count(), numbers.len() - 1) > 0.8
}
