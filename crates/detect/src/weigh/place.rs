//! Where somebody lives: addresses, postal codes, coordinates of a home. Most places in data are nobody's home.

use super::facts::Facts;
use super::{Case, NOTHING_OF_IT};
use crate::naming::Subject;
use crate::proposal::{Basis, Kind};
use crate::recognise::date;
use crate::recognise::place::{self, Place};
use std::collections::HashSet;

pub fn weigh(facts: &Facts<'_>, all: &mut Vec<Case>) {
    all.extend([address(facts), postal_code(facts), whereabouts(facts)]);
}

/// A home says so by itself, whatever the table is about.
fn is_home(facts: &Facts<'_>) -> bool {
    if facts.has_word("ship") && facts.has_word("to") {
        return true;
    }
    ["home", "residential", "residence", "mailing", "billing", "correspondence", "delivery", "shipping"].iter().any(|word| facts.has_word(word))
}

/// Whether it is where the persons of the table live.
fn lived_at(case: &mut Case, facts: &Facts<'_>) {
    if is_home(facts) {
        case.say(Basis::Name, 0.8, "It is where somebody lives.");
    } else if facts.own() == Subject::Place && facts.table.subject == Subject::Person {
        // Of a table of residents the block is theirs.
        case.say(Basis::Table, 0.5, "The table is about persons.");
    } else {
        case.belongs(facts, -5.0, -6.0);
        case.beside(facts);
    }
}

fn address(facts: &Facts<'_>) -> Case {
    let mut case = Case::new(Kind::Address);
    case.name(facts);
    lived_at(&mut case, facts);
    let of = facts.count();
    if of == 0 {
        return case;
    }
    let units = facts.matching(|value| place::address(value) == Place::Unit || value.split_whitespace().count() <= 2 && place::is_unit(value.trim()));
    let houses = facts.matching(|value| place::address(value) >= Place::House);
    let long =
        facts.matching(|value| value.chars().any(char::is_numeric) && value.split([' ', ',']).count() >= 3 && value.chars().any(char::is_alphabetic));
    if facts.share(units.len()) >= 0.25 {
        case.show(3.0, &units, of, "They name a unit in a building.");
    } else if facts.share(houses.len()) >= 0.4 {
        case.show(2.3, &houses, of, "They name a building.");
    } else if facts.share(houses.len()) >= 0.15 {
        case.show(1.0, &houses, of, "Some name a building.");
    } else if facts.share(long.len()) >= 0.5 && matches!(facts.naming.says, Some((Kind::Address, _))) {
        case.show(0.3, &long, of, "They may be addresses as another country writes them.");
    } else {
        case.show(NOTHING_OF_IT + 0.5, &[], of, "They name no building: many live on a road.");
    }
    case
}

fn postal_code(facts: &Facts<'_>) -> Case {
    let mut case = Case::new(Kind::PostalCode);
    case.name(facts);
    lived_at(&mut case, facts);
    if facts.table.figures {
        case.say(Basis::Table, -3.0, "The table holds figures of many.");
    }
    let of = facts.count();
    let said = matches!(facts.naming.says, Some((Kind::PostalCode, _)));
    if said {
        case.say(Basis::Name, -0.7, "A postal code alone is a building, not a person.");
    }
    if of == 0 {
        return case;
    }
    let here = facts.matching(place::postal_code);
    let abroad = facts.matching(place::postal_code_of_elsewhere);
    let sectors: HashSet<&str> = here.iter().filter_map(|value| value.get(..2)).collect();
    let days = here.iter().filter(|value| date::is_yymmdd(value)).count();
    let written = here.iter().filter(|value| value.len() > 6).count();
    if said && (facts.share(here.len()) >= 0.5 || facts.share(abroad.len()) >= 0.6) {
        case.show(0.5, if here.is_empty() { &abroad } else { &here }, of, "They are written as postal codes.");
    } else if facts.share(here.len()) >= 0.95
        && of >= 8
        && facts.share(days) < 0.5
        && sectors.len() >= 5
        && facts.variety() > 0.4
        && (facts.naming.opaque || written * 2 > of)
    {
        case.show(0.9, &here, of, "Each begins with a sector that exists.");
    } else {
        case.show(NOTHING_OF_IT, &[], of, "They are not written as postal codes.");
    }
    case
}

fn whereabouts(facts: &Facts<'_>) -> Case {
    let mut case = Case::new(Kind::Whereabouts);
    case.name(facts);
    let is_point = facts.has_word("latitude") || facts.has_word("longitude") || facts.has_word("coordinate");
    if is_point && facts.naming.says.is_none() && facts.own() == Subject::Person {
        case.say(Basis::Name, 2.0, "It is where a person is.");
    }
    case
}
