//! E-mail addresses, phone numbers, and the addresses of machines on a network.

use super::is_mask;
use std::net::IpAddr;

/// Names of mailboxes that belong to an office, not to a person.
const OFFICES: [&str; 45] = [
    "info",
    "enquiry",
    "enquiries",
    "inquiry",
    "feedback",
    "contact",
    "contactus",
    "admin",
    "support",
    "help",
    "helpdesk",
    "hr",
    "sales",
    "service",
    "noreply",
    "no-reply",
    "donotreply",
    "webmaster",
    "postmaster",
    "office",
    "hello",
    "mail",
    "general",
    "customerservice",
    "care",
    "billing",
    "accounts",
    "finance",
    "media",
    "press",
    "careers",
    "jobs",
    "security",
    "operations",
    "ops",
    "reception",
    "quality",
    "team",
    "marketing",
    "it",
    "procurement",
    "customercare",
    "servicedesk",
    "abuse",
    "privacy",
];

/// Whether a text is one e-mail address, perhaps with letters hidden, perhaps with a name before it in brackets' manner.
pub fn email(value: &str) -> bool {
    let text = value.trim().trim_start_matches("mailto:");
    let text = match (text.find('<'), text.strip_suffix('>')) {
        (Some(at), Some(inner)) => inner.get(at + 1..).unwrap_or_default(),
        _ => text,
    };
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let Some((host, last)) = domain.rsplit_once('.') else { return false };
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '\'' | '%' | '&' | '=' | '~' | '!' | '$' | '/') || is_mask(c);
    !local.is_empty()
        && local.chars().count() <= 64
        && local.chars().all(allowed)
        && !host.is_empty()
        && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-') || is_mask(c))
        && last.chars().count() >= 2
        && last.chars().all(|c| c.is_alphabetic() || c == '*')
}

/// Whether an e-mail address is that of an office: `feedback@agency.example`, `hr-tampines@…`.
pub fn is_of_an_office(value: &str) -> bool {
    let local = value.trim().trim_start_matches("mailto:").split('@').next().unwrap_or_default().to_lowercase();
    let first = local.split(['.', '_', '-', '+']).next().unwrap_or_default();
    OFFICES.contains(&local.as_str()) || OFFICES.contains(&first) || OFFICES.contains(&local.replace(['.', '_', '-'], "").as_str())
}

/// What a phone number's form says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phone {
    No,
    /// Digits alone that may be one: eight beginning as numbers here do, or more.
    Bare,
    /// Written as only phone numbers are.
    Plain,
    /// A service line: `1800 …`.
    Service,
}

pub fn phone(value: &str) -> Phone {
    let text = value.trim().trim_start_matches("tel:");
    let lower = text.to_ascii_lowercase();
    let main = lower.split("ext").next().unwrap_or_default().split(" x").next().unwrap_or_default().trim_end_matches([' ', '.', ',']);
    if !(7..=24).contains(&main.len())
        || !main.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '.' | '*' | '/' | 'x' | '\u{a0}'))
    {
        return Phone::No;
    }
    let numbers: String = main.chars().filter(|c| c.is_ascii_digit() || matches!(c, '*' | 'x')).collect();
    let shown = numbers.chars().filter(char::is_ascii_digit).count();
    let first = |text: &str| text.starts_with(['3', '6', '8', '9']);
    if shown < numbers.len() {
        if !numbers.contains("***") && !numbers.contains("xxx") {
            return Phone::No;
        }
        // Hidden in part. What is left at the end alone may belong to a card as well.
        if numbers.starts_with('*') && (7..=11).contains(&numbers.len()) && shown >= 3 {
            return Phone::Bare;
        }
        return if shown >= 2 && (first(&numbers) || main.starts_with('+')) && (8..=13).contains(&numbers.len()) { Phone::Plain } else { Phone::No };
    }
    if numbers.starts_with("1800") || (numbers.starts_with("1900") && numbers.len() == 11) || (numbers.len() == 11 && numbers.starts_with("800")) {
        return Phone::Service;
    }
    if main.starts_with('+') {
        return if (8..=15).contains(&numbers.len()) && !main.contains('.') { Phone::Plain } else { Phone::No };
    }
    let groups: Vec<usize> = main.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).map(str::len).collect();
    match groups.as_slice() {
        [8] if first(&numbers) => Phone::Bare,
        [10] if numbers.starts_with("65") && numbers.get(2..).is_some_and(first) => Phone::Plain,
        [9..=13] => {
            if numbers.starts_with('0') || numbers.len() == 10 {
                Phone::Bare
            } else {
                Phone::No
            }
        }
        [4, 4] | [2, 4, 4] if numbers.get(numbers.len().saturating_sub(8)..).is_some_and(first) => Phone::Plain,
        [2, 8] if numbers.starts_with("65") => Phone::Plain,
        [3, 3, 4] | [1, 3, 3, 4] if !main.contains('/') => Phone::Plain,
        [2..=5, 3..=8] if (main.starts_with(['0', '('])) && (9..=11).contains(&numbers.len()) => Phone::Plain,
        [2..=5, 2..=4, 2..=4] | [2..=5, 2..=4, 2..=4, 2..=4] | [2, 2, 2, 2, 2]
            if main.starts_with(['0', '(']) && (9..=13).contains(&numbers.len()) =>
        {
            Phone::Plain
        }
        [2, 2..=4, 3..=4, 3..=4] | [2, 2, 3, 4] if main.starts_with("00") || main.starts_with("60") || main.starts_with("62") => Phone::Plain,
        _ => Phone::No,
    }
}

/// A number that only a fixed line of an office or home has here: eight digits that begin with 6 or 3.
pub fn is_fixed_line(value: &str) -> bool {
    let numbers: String = value.chars().filter(char::is_ascii_digit).collect();
    let local = if numbers.len() == 10 { numbers.strip_prefix("65").unwrap_or(&numbers) } else { &numbers };
    local.len() == 8 && local.starts_with(['6', '3'])
}

/// An address of the internet protocol, perhaps with a port or a mask of bits behind it; none for versions such as `1.2.3.4`,
/// as far as one value can tell.
pub fn ip(value: &str) -> Option<IpAddr> {
    let text = value.trim();
    let text = text.split('/').next().unwrap_or_default();
    if let Ok(address) = text.trim_matches(['[', ']']).parse::<IpAddr>() {
        return Some(address);
    }
    let (address, port) = text.rsplit_once(':')?;
    port.parse::<u16>().ok()?;
    address.trim_matches(['[', ']']).parse().ok()
}

/// Whether an address says nothing of who is behind it: private, local or unspecified.
pub fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => four.is_private() || four.is_loopback() || four.is_link_local() || four.is_unspecified(),
        IpAddr::V6(six) => six.is_loopback() || six.is_unspecified() || six.is_unique_local(),
    }
}

/// An address of a network card.
pub fn mac(value: &str) -> bool {
    let parts: Vec<&str> = value.trim().split([':', '-']).collect();
    parts.len() == 6 && parts.iter().all(|part| part.len() == 2 && part.chars().all(|c| c.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_and_numbers_in_their_many_forms() {
        for value in ["a.tan@b.example", "A_B+c@sub.example.sg", "j***@mail.example", "Tan <tan@b.example>"] {
            assert!(email(value), "{value}");
        }
        for value in ["@handle", "a@b", "user at b.example", "a b@c.example d"] {
            assert!(!email(value), "{value}");
        }
        for value in [
            "+65 9123 4567",
            "9123 4567",
            "(65) 6123-4567",
            "6591234567",
            "+44 7700 900123",
            "(415) 555-0132",
            "012-345 6789",
            "9123****",
            "+65 0123 4567",
        ] {
            assert_eq!(phone(value), Phone::Plain, "{value}");
        }
        assert_eq!(phone("91234567"), Phone::Bare);
        assert_eq!(phone("1800 123 4567"), Phone::Service);
        for value in ["1.296848", "2026-11-08", "SCN-125", "12345678", "103.852536", "01012", "192.168.1.1"] {
            assert_eq!(phone(value), Phone::No, "{value}");
        }
        assert!(ip("203.0.113.7").is_some() && ip("2001:db8::1").is_some() && ip("203.0.113.7:443").is_some() && ip("12:30").is_none());
        assert!(is_of_an_office("feedback@agency.example") && !is_of_an_office("tan.info@agency.example"));
    }

    proptest! {
        #[test]
        fn no_value_panics(value in "\\PC{0,40}", near in "[0-9+() x.@-]{6,24}") {
            for text in [&value, &near] {
                let _ = (email(text), is_of_an_office(text), phone(text), ip(text), mac(text), is_fixed_line(text));
            }
        }
    }
}
