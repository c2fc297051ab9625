//! E-mail addresses, phone numbers, addresses of machines, names of accounts.

use super::facts::{Facts, share};
use super::{CHECKED, Case, NOTHING_OF_IT};
use crate::naming::Subject;
use crate::proposal::{Basis, Kind};
use crate::recognise::contact::{self, Phone};
use crate::recognise::{finance, person};
use std::collections::HashSet;
use std::net::IpAddr;

pub fn weigh(facts: &Facts<'_>, all: &mut Vec<Case>) {
    all.extend([email(facts), phone(facts), ip(facts), device(facts), login(facts)]);
}

fn email(facts: &Facts<'_>) -> Case {
    let mut case = Case::new(Kind::Email);
    case.name(facts);
    let of = facts.count();
    let found = facts.matching(contact::email);
    let offices: Vec<&str> = found.iter().copied().filter(|value| contact::is_of_an_office(value)).collect();
    case.belongs(facts, -2.0, -1.0);
    let of_offices = facts.own() == Subject::Unknown && matches!(facts.table.subject, Subject::Organisation | Subject::Place);
    let named = found.iter().filter(|value| person::is_in_mailbox(value.split('@').next().unwrap_or_default())).count();
    if of_offices && found.len() >= 3 && share(named, found.len()) < 0.2 {
        case.show(-7.0, &found, of, "They are mailboxes of the organisations, hardly one names a person.");
    }
    if of == 0 {
    } else if share(offices.len(), found.len()) >= 0.7 {
        case.show(-9.0, &offices, of, "They are mailboxes of offices, not of persons.");
    } else if facts.share(found.len()) >= 0.08 && (found.len() >= 2 || of <= 5) {
        case.show(CHECKED, &found, of, "They are e-mail addresses.");
    } else if found.len() >= 2 {
        case.show(3.0, &found, of, "Some are e-mail addresses.");
    } else {
        case.show(NOTHING_OF_IT - 0.5, &found, of, "They are no e-mail addresses.");
    }
    case
}

fn phone(facts: &Facts<'_>) -> Case {
    let mut case = Case::new(Kind::Phone);
    case.name(facts);
    let of = facts.count();
    let plain = facts.matching(|value| contact::phone(value) == Phone::Plain);
    let bare = facts.matching(|value| contact::phone(value) == Phone::Bare);
    let service = facts.matching(|value| contact::phone(value) == Phone::Service);
    let numbers: Vec<&str> = plain.iter().chain(&bare).copied().collect();
    let said = matches!(facts.naming.says, Some((Kind::Phone, _))) || ["contact", "phone", "telegram"].iter().any(|word| facts.has_word(word));
    let fixed = numbers.iter().filter(|value| contact::is_fixed_line(value)).count();
    let offices = !matches!(facts.own(), Subject::Person | Subject::Unknown)
        || (facts.own() == Subject::Unknown && !matches!(facts.table.subject, Subject::Person | Subject::Unknown));
    case.belongs(facts, -6.0, -4.0);
    if of == 0 {
        return case;
    }
    if facts.share(service.len()) >= 0.4 {
        case.show(-6.0, &service, of, "They are service lines, not a person's.");
    }
    // Eight digits that begin as no phone number does: the others are none either.
    let odd = facts.matching(|value| is_eight_digits(value) && !value.starts_with(['3', '6', '8', '9']));
    if facts.share(odd.len()) >= 0.2 && facts.share(odd.len() + numbers.len()) >= 0.8 {
        case.show(NOTHING_OF_IT, &odd, of, "Phone numbers do not begin like this.");
    } else if facts.share(plain.len()) >= 0.4 {
        case.show(3.5, &plain, of, "They are written as phone numbers.");
    } else if facts.share(numbers.len()) >= 0.3 && said {
        case.show(2.0, &numbers, of, "They may be phone numbers.");
    } else if facts.share(numbers.len()) >= 0.7 && facts.naming.opaque && are_mobile(&numbers) {
        case.show(1.8, &numbers, of, "Their beginnings and endings vary as those of phone numbers do.");
    } else if plain.len() >= 2 && facts.share(plain.len()) >= 0.08 {
        case.show(2.2, &plain, of, "Some are written as phone numbers.");
    } else if facts.share(numbers.len()) >= 0.7 {
        case.show(-1.5, &numbers, of, "Numbers of that length are many things.");
    } else {
        case.show(NOTHING_OF_IT, &numbers, of, "They are not written as phone numbers.");
    }
    if offices && numbers.len() >= 3 && share(fixed, numbers.len()) >= 0.7 {
        case.show(-3.0, &[], of, "They are fixed lines of offices.");
    }
    case
}

fn is_eight_digits(value: &str) -> bool {
    value.chars().filter(char::is_ascii_digit).count() == 8 && value.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-'))
}

/// Whether eight digits are as mobile numbers are: beginning with 8 or 9 mostly, hardly one twice, neither counted up nor round.
fn are_mobile(values: &[&str]) -> bool {
    let of = values.len();
    let mobile = values.iter().filter(|value| value.len() == 8 && value.starts_with(['8', '9'])).count();
    let all = values.iter().filter(|value| value.len() == 8).count();
    let beginnings: HashSet<&str> = values.iter().filter_map(|value| value.get(..2)).collect();
    let round = values.iter().filter(|value| value.ends_with("00")).count();
    let distinct = values.iter().collect::<HashSet<_>>().len();
    let numbers: Vec<i64> = values.iter().filter_map(|value| value.parse().ok()).collect();
    let close = numbers.windows(2).filter(|pair| matches!(pair, [a, b] if (b - a).abs() < 5_000)).count();
    of >= 5
        && share(all, of) > 0.95
        && share(mobile, of) >= 0.55
        && beginnings.len() >= 4.min(of / 2)
        && share(round, of) < 0.2
        && share(distinct, of) > 0.7
        && share(close, of) < 0.3
}

fn ip(facts: &Facts<'_>) -> Case {
    let mut case = Case::new(Kind::IpAddress);
    case.name(facts);
    case.belongs(facts, -6.0, -6.0);
    let of = facts.count();
    if of == 0 {
        return case;
    }
    let found = facts.matching(|value| contact::ip(value).is_some());
    let addresses: Vec<IpAddr> = found.iter().filter_map(|value| contact::ip(value)).collect();
    let small = |address: &IpAddr| matches!(address, IpAddr::V4(four) if four.octets().iter().all(|octet| *octet < 40));
    let private = addresses.iter().filter(|address| contact::is_private(**address)).count();
    if facts.share(found.len()) < 0.3 {
        case.show(NOTHING_OF_IT, &found, of, "They are no addresses of machines.");
    } else if share(addresses.iter().filter(|address| small(address)).count(), addresses.len()) > 0.8 {
        case.show(-6.0, &found, of, "They are versions of something.");
    } else {
        case.show(4.0, &found, of, "They are addresses of machines.");
        if share(private, addresses.len()) > 0.9 && facts.own() != Subject::Person && facts.table.subject != Subject::Person {
            case.show(-2.5, &[], of, "They are addresses inside a network.");
        }
    }
    case
}

fn device(facts: &Facts<'_>) -> Case {
    let mut case = Case::new(Kind::Device);
    case.name(facts);
    let things = ["sensor", "router", "switch", "server", "network", "gateway", "camera", "meter", "printer"];
    if facts.table.subject == Subject::Thing || facts.table.subject == Subject::Place || things.iter().any(|word| facts.has_word(word)) {
        case.say(Basis::Table, -6.0, "The devices are an organisation's, not a person's.");
    }
    let of = facts.count();
    let cards = facts.matching(contact::mac);
    let phones = facts.matching(finance::device);
    let codes = facts.matching(|value| value.len() >= 12 && !value.contains(' '));
    if of == 0 {
    } else if facts.share(phones.len()) >= 0.8 && of >= 4 {
        case.show(2.5, &phones, of, "They are numbers of mobile devices, with the right check digit.");
    } else if facts.share(cards.len()) >= 0.6 {
        case.show(0.5, &cards, of, "They are addresses of network cards.");
    } else if facts.share(codes.len()) >= 0.6 {
        case.show(-0.5, &codes, of, "They may name devices.");
    } else {
        case.show(NOTHING_OF_IT, &[], of, "They name no devices.");
    }
    case
}

fn login(facts: &Facts<'_>) -> Case {
    let mut case = Case::new(Kind::Login);
    case.name(facts);
    if facts.has_word("agent") {
        case.say(Basis::Name, -3.0, "It is the program that somebody used.");
    }
    let of = facts.count();
    let names = facts.matching(|value| {
        let letters = value.chars().filter(|c| c.is_alphabetic()).count();
        !value.contains(' ') && letters >= 2 && value.chars().count() <= 40
    });
    if of == 0 {
    } else if facts.share(names.len()) >= 0.6 && facts.variety() > 0.1 {
        case.show(0.3, &names, of, "They are written as names of accounts.");
    } else {
        case.show(NOTHING_OF_IT, &[], of, "They are not written as names of accounts.");
    }
    case
}
