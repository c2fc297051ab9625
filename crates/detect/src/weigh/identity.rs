//! Numbers that are given to one person: identity numbers, passports, cards, accounts, vehicles, staff numbers.

use super::facts::Facts;
use super::{CHECKED, Case, NOTHING_OF_IT};
use crate::naming::Subject;
use crate::proposal::{Basis, Kind};
use crate::recognise::{Fit, finance, identity, national, vehicle};
use crate::vocabulary::{Role, has_role};
use std::collections::HashSet;

pub fn weigh(facts: &Facts<'_>, all: &mut Vec<Case>) {
    all.extend([
        nric(facts),
        national_id(facts),
        passport(facts),
        card(facts),
        account(facts),
        plate(facts),
        numbers(facts, Kind::StaffNumber),
        numbers(facts, Kind::PersonNumber),
    ]);
}

/// What a check character says of a column: right in most is the real thing, wrong in most is another number that looks alike.
fn checked(case: &mut Case, facts: &Facts<'_>, fit: impl Fn(&str) -> Fit, chance: f64) -> bool {
    let of = facts.count();
    if of == 0 {
        return false;
    }
    let right = facts.matching(|value| fit(value) == Fit::Checked);
    let wrong = facts.matching(|value| fit(value) == Fit::Wrong);
    let masked = facts.matching(|value| fit(value) == Fit::Masked);
    let formed = facts.share(right.len() + wrong.len() + masked.len());
    let ratio = super::facts::share(right.len(), right.len() + wrong.len());
    // By chance a part of look-alikes passes too: more than that must.
    let enough = right.len() >= 2 || (right.len() == 1 && of <= 5);
    if enough && ratio >= 0.5 && ratio > 3.0 * chance {
        let weight = if facts.share(right.len()) >= 0.08 { CHECKED } else { CHECKED - 1.5 };
        case.show(weight, &right, of, "The form and the check character are right.");
    } else if facts.share(masked.len()) >= 0.25 || masked.len() >= 3 {
        case.show(CHECKED - 1.0, &masked, of, "The form is right, parts are hidden.");
    } else if formed >= 0.3 && !wrong.is_empty() {
        case.show(-1.5, &wrong, of, "They look alike, but the check character is wrong.");
    } else {
        return false;
    }
    true
}

fn nric(facts: &Facts<'_>) -> Case {
    let mut case = Case::new(Kind::Nric);
    case.name(facts);
    if checked(&mut case, facts, identity::nric, 1.0 / 11.0) || facts.count() == 0 {
        return case;
    }
    let digests = facts.matching(|value| value.len() >= 32 && value.chars().all(|c| c.is_ascii_hexdigit()));
    if facts.share(digests.len()) >= 0.8 && matches!(facts.naming.says, Some((Kind::Nric, true))) {
        case.show(1.0, &digests, facts.count(), "They are digests: who has the numbers can make them again.");
        return case;
    }
    let endings = facts.matching(identity::nric_ending);
    let letters: HashSet<char> = endings.iter().filter_map(|value| value.chars().last()).map(|c| c.to_ascii_uppercase()).collect();
    let said = matches!(facts.naming.says, Some((Kind::Nric, _)));
    // Of block numbers the letter is one of the first few; of identity numbers any of eleven.
    let like_a_check = letters.len() >= 6 && letters.iter().all(|c| "ABCDEFGHIZJ".contains(*c)) && letters.iter().any(|c| "IZJ".contains(*c));
    if facts.share(endings.len()) >= 0.6 && (said || (like_a_check && facts.naming.opaque && facts.share(endings.len()) >= 0.95)) {
        case.show(2.2, &endings, facts.count(), "The last three digits and the letter, as identity numbers are shown.");
    } else {
        case.show(NOTHING_OF_IT, &[], facts.count(), "None has the form.");
    }
    case
}

fn national_id(facts: &Facts<'_>) -> Case {
    let mut case = Case::new(Kind::NationalId);
    case.name(facts);
    let of = facts.count();
    if of == 0 {
        return case;
    }
    let right = facts.matching(|value| national::number(value) == Fit::Checked);
    let formed = facts.matching(|value| national::number(value) != Fit::No);
    let codes = facts.matching(is_code);
    if facts.share(right.len()) >= 0.6 && right.len() >= 2 {
        case.show(CHECKED - 1.0, &right, of, "The form of another country's identity number.");
    } else if facts.share(formed.len()) >= 0.5 {
        case.show(0.7, &formed, of, "They may be another country's identity numbers.");
    } else if facts.share(codes.len()) >= 0.6 {
        case.show(0.0, &codes, of, "They are numbers of some kind.");
    } else {
        case.show(NOTHING_OF_IT, &[], of, "None has the form.");
    }
    case
}

fn passport(facts: &Facts<'_>) -> Case {
    let mut case = Case::new(Kind::Passport);
    case.name(facts);
    let of = facts.count();
    let here = facts.matching(identity::passport_of_here);
    let any = facts.matching(identity::passport);
    let both = here.iter().filter_map(|value| value.chars().next()).collect::<HashSet<_>>().len();
    if of == 0 {
    } else if facts.share(here.len()) >= 0.9 && of >= 4 {
        let weight = if both >= 2 || facts.count() < 8 { 2.4 } else { 1.8 };
        case.show(weight, &here, of, "E or K, seven digits and a letter, as passports here have.");
    } else if facts.share(any.len()) >= 0.5 {
        let said = matches!(facts.naming.says, Some((Kind::Passport, _)));
        case.show(if said { 1.0 } else { -0.5 }, &any, of, "Passports are written like this, and so are other numbers.");
    } else {
        case.show(NOTHING_OF_IT, &[], of, "Passports are not written like this.");
    }
    case
}

fn card(facts: &Facts<'_>) -> Case {
    let mut case = Case::new(Kind::Card);
    case.name(facts);
    if facts.count() > 0 && !checked(&mut case, facts, finance::card, 0.1) {
        case.show(NOTHING_OF_IT, &[], facts.count(), "None has the form of a payment card.");
    }
    case
}

fn account(facts: &Facts<'_>) -> Case {
    let mut case = Case::new(Kind::BankAccount);
    case.name(facts);
    let of = facts.count();
    let said = matches!(facts.naming.says, Some((Kind::BankAccount, _)));
    let here = facts.matching(finance::account_of_here);
    let any = facts.matching(finance::account);
    case.belongs(facts, -4.5, -2.5);
    case.beside(facts);
    if of == 0 || checked(&mut case, facts, finance::iban, 0.05) {
    } else if facts.share(here.len()) >= 0.6 {
        case.show(2.3, &here, of, "Grouped as banks here print accounts.");
    } else if said && facts.share(any.len()) >= 0.5 {
        case.show(0.8, &any, of, "Accounts are written like this, and so are other numbers.");
    } else {
        case.show(NOTHING_OF_IT, &[], of, "Accounts are not written like this.");
    }
    case
}

fn plate(facts: &Facts<'_>) -> Case {
    let mut case = Case::new(Kind::Vehicle);
    case.name(facts);
    let things = facts.own() == Subject::Thing || facts.table.subject == Subject::Thing;
    if things {
        case.say(Basis::Table, -7.0, "The vehicles are an organisation's, not a person's.");
    }
    let of = facts.count();
    if of == 0 || checked(&mut case, facts, vehicle::number, 1.0 / 19.0) {
        return case;
    }
    let abroad = facts.matching(vehicle::plate_of_elsewhere);
    let said = matches!(facts.naming.says, Some((Kind::Vehicle, _)));
    if said && facts.share(abroad.len()) >= 0.5 {
        case.show(0.5, &abroad, of, "Plates of other countries are written like this.");
    } else {
        case.show(NOTHING_OF_IT, &[], of, "None has the form of a vehicle number.");
    }
    case
}

/// A code: no words, a digit somewhere.
fn is_code(value: &str) -> bool {
    value.chars().any(|c| c.is_ascii_digit()) && value.chars().count() <= 36 && value.split_whitespace().count() <= 4 && !value.contains(['@', ','])
}

/// Staff numbers, and numbers that a register gives to persons: the name must say so, since any number may be one.
fn numbers(facts: &Facts<'_>, kind: Kind) -> Case {
    let mut case = Case::new(kind);
    case.name(facts);
    let numbered = ["number", "identifier", "code", "reference", "ref", "key", "uuid"].iter().any(|word| facts.has_word(word));
    // `student_admission_no`: the number of an event of a person.
    let somebodys = facts.naming.subject == Subject::Event && facts.naming.words.iter().any(|word| has_role(word, Role::Person));
    let of_a_person = facts.own() == Subject::Person || somebodys;
    if kind == Kind::PersonNumber && facts.naming.says.is_none() && numbered && of_a_person && !facts.naming.words.iter().any(|word| word == "count")
    {
        case.say(Basis::Name, 2.2, "It is the number of a person.");
    }
    if facts.naming.words.windows(2).any(|pair| matches!(pair, [number, of] if number == "number" && of == "of")) {
        case.say(Basis::Name, -5.0, "It says how many.");
    }
    if facts.table.figures {
        case.say(Basis::Table, -2.0, "The table holds figures of many.");
    }
    let of = facts.count();
    if of == 0 {
        return case;
    }
    let codes = facts.matching(is_code);
    let lettered = codes.iter().filter(|value| value.chars().any(char::is_alphabetic)).count();
    // Counts are small numbers of differing lengths; numbers of persons are written in full.
    let lengths: HashSet<usize> = codes.iter().map(|value| value.len()).collect();
    let counts = lettered == 0 && !numbered && lengths.len() > 1;
    if facts.share(codes.len()) < 0.6 || counts || facts.variety() < 0.05 {
        case.show(NOTHING_OF_IT, &[], of, "They are not numbers that a register gives out.");
    } else {
        case.show(0.5, &codes, of, "They are numbers as a register gives them out.");
    }
    case
}
