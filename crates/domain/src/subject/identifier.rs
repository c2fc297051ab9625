//! What a person is named by, while it is looked for: read, written in the ways that a source may hold it, masked; never shown.

use crate::text_enum;
use std::collections::BTreeSet;
use std::fmt;

text_enum! {
    IdentifierKind, "kind of identifier" {
        Nric = "nric", "NRIC or FIN";
        Passport = "passport", "Passport number";
        Email = "email", "E-mail address";
        Phone = "phone", "Phone number";
        Other = "other", "Another number or code";
    }
}

/// It prints as its mask, so that no log can hold it by mistake.
#[derive(Clone, PartialEq, Eq)]
pub struct Identifier {
    kind: IdentifierKind,
    value: String,
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.mask())
    }
}

const SHORTEST: usize = 4;
const LONGEST: usize = 100;

impl Identifier {
    /// Reads what was typed; the error says what to do.
    pub fn read(kind: IdentifierKind, typed: &str) -> Result<Self, &'static str> {
        let typed = typed.trim();
        let value = match kind {
            IdentifierKind::Nric => typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_uppercase(),
            IdentifierKind::Email => typed.to_lowercase(),
            IdentifierKind::Phone => typed.chars().filter(char::is_ascii_digit).collect(),
            IdentifierKind::Passport => typed.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase(),
            IdentifierKind::Other => typed.to_owned(),
        };
        let length = value.chars().count();
        let fits = match kind {
            IdentifierKind::Nric => {
                let letters: Vec<char> = value.chars().collect();
                letters.len() == 9
                    && letters[0].is_ascii_uppercase()
                    && letters[8].is_ascii_uppercase()
                    && letters[1..8].iter().all(char::is_ascii_digit)
            }
            IdentifierKind::Email => value.contains('@') && !value.contains(char::is_whitespace) && length <= LONGEST,
            IdentifierKind::Phone => (7..=15).contains(&length),
            IdentifierKind::Passport | IdentifierKind::Other => (SHORTEST..=LONGEST).contains(&length) && !value.chars().any(char::is_control),
        };
        if fits {
            return Ok(Self { kind, value });
        }
        Err(match kind {
            IdentifierKind::Nric => "Write a letter, seven digits and a letter.",
            IdentifierKind::Email => "Write a whole e-mail address.",
            IdentifierKind::Phone => "Write 7 to 15 digits.",
            IdentifierKind::Passport | IdentifierKind::Other => "Write 4 to 100 characters.",
        })
    }

    pub fn kind(&self) -> IdentifierKind {
        self.kind
    }

    /// What is hashed: the kind and the value as it was read, whatever spaces or capitals were typed.
    pub fn to_hash(&self) -> String {
        format!("{}\n{}", self.kind, self.value)
    }

    /// The ways in which a source may hold it, each once.
    pub fn written(&self) -> Vec<String> {
        let value = &self.value;
        let mut ways = BTreeSet::from([value.clone()]);
        match self.kind {
            IdentifierKind::Nric | IdentifierKind::Passport | IdentifierKind::Email | IdentifierKind::Other => {
                ways.insert(value.to_lowercase());
                ways.insert(value.to_uppercase());
            }
            IdentifierKind::Phone => {
                // Eight digits are a number of Singapore's, which may stand with or without its country.
                let local = value.strip_prefix("65").filter(|rest| rest.len() == 8).unwrap_or(value);
                if local.len() == 8 {
                    let (first, last) = local.split_at(4);
                    ways.extend([local.to_owned(), format!("{first} {last}")]);
                    ways.extend([format!("65{local}"), format!("+65{local}"), format!("+65 {local}"), format!("+65 {first} {last}")]);
                }
            }
        }
        ways.into_iter().collect()
    }

    /// Whether a text holds it, however it is spaced or capitalised.
    pub fn is_in(&self, text: &str) -> bool {
        let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
        let own = bare(&self.value);
        !own.is_empty() && bare(text).contains(&own)
    }

    pub fn mask(&self) -> String {
        masked(&self.value)
    }
}

/// Letters and digits as dots; of eight and more the last two stay, so that two of one request can be told apart.
pub fn masked(value: &str) -> String {
    let count = value.chars().filter(|c| c.is_alphanumeric()).count();
    let hidden = if count >= 8 { count - 2 } else { count };
    let mut seen = 0;
    value
        .chars()
        .map(|c| {
            if !c.is_alphanumeric() {
                return c;
            }
            seen += 1;
            if seen <= hidden { '•' } else { c }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(kind: IdentifierKind, typed: &str) -> Identifier {
        Identifier::read(kind, typed).unwrap()
    }

    #[test]
    fn one_person_is_one_hash_however_it_is_typed() {
        assert_eq!(read(IdentifierKind::Nric, "s1234567d").to_hash(), read(IdentifierKind::Nric, " S 1234567-D").to_hash());
        assert_eq!(read(IdentifierKind::Email, "A.Tan@B.example ").to_hash(), read(IdentifierKind::Email, "a.tan@b.example").to_hash());
        assert_ne!(read(IdentifierKind::Phone, "91234567").to_hash(), read(IdentifierKind::Other, "91234567").to_hash());
        for (kind, typed) in [
            (IdentifierKind::Nric, "1234567"),
            (IdentifierKind::Email, "a tan@b"),
            (IdentifierKind::Phone, "123"),
            (IdentifierKind::Other, "a"),
            (IdentifierKind::Other, "a\nbcdef"),
        ] {
            assert!(Identifier::read(kind, typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn it_is_looked_for_as_it_may_be_written() {
        assert_eq!(read(IdentifierKind::Nric, "S1234567D").written(), ["S1234567D", "s1234567d"]);
        let phone = read(IdentifierKind::Phone, "+65 9123 4567").written();
        for way in ["91234567", "9123 4567", "+6591234567", "+65 9123 4567"] {
            assert!(phone.contains(&way.to_owned()), "{phone:?}");
        }
    }

    #[test]
    fn it_prints_as_its_mask() {
        assert_eq!(format!("{:?}", read(IdentifierKind::Nric, "S1234567D")), "nric •••••••7D");
        assert_eq!(masked("a.tan@b.example"), "•.•••@•.•••••le");
        assert_eq!(masked("1234"), "••••");
    }

    proptest! {
        #[test]
        fn a_mask_shows_two_characters_at_most(value in "\\PC{0,60}") {
            let shown = masked(&value).chars().filter(|c| c.is_alphanumeric()).count();
            prop_assert!(shown <= 2 && masked(&value).chars().count() == value.chars().count());
        }
    }
}
