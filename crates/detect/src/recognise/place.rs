//! Postal codes and addresses of buildings.

/// Words that name a road, in the languages that addresses here and abroad are written in.
const ROADS: [&str; 72] = [
    "road",
    "rd",
    "street",
    "st",
    "avenue",
    "ave",
    "av",
    "drive",
    "dr",
    "crescent",
    "cres",
    "lane",
    "ln",
    "link",
    "walk",
    "way",
    "close",
    "cl",
    "place",
    "pl",
    "terrace",
    "ter",
    "grove",
    "rise",
    "view",
    "heights",
    "hts",
    "park",
    "pk",
    "garden",
    "gardens",
    "gdns",
    "court",
    "ct",
    "square",
    "sq",
    "circle",
    "boulevard",
    "blvd",
    "highway",
    "hwy",
    "jalan",
    "jln",
    "lorong",
    "lor",
    "rue",
    "calle",
    "via",
    "viale",
    "piazza",
    "avenida",
    "rua",
    "plaza",
    "weg",
    "platz",
    "gasse",
    "allee",
    "straat",
    "laan",
    "ulica",
    "quay",
    "loop",
    "ring",
    "turn",
    "parkway",
    "pkwy",
    "mews",
    "green",
    "central",
    "vale",
    "north",
    "south",
];
const CITIES: [&str; 3] = ["singapore", "s'pore", "spore"];

/// A postal code of here: six digits of a sector that exists; perhaps `S` or the country's name before it.
pub fn postal_code(value: &str) -> bool {
    let text = value.trim().to_lowercase();
    let text = text.strip_prefix("singapore").or_else(|| text.strip_prefix('s')).unwrap_or(&text);
    let text = text.trim_matches([' ', '(', ')', ',', '-']);
    let sector: u32 = text.get(..2).and_then(|sector| sector.parse().ok()).unwrap_or_default();
    text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) && (1..=82).contains(&sector) && sector != 74
}

/// A postal code of anywhere, for a column whose name says that it holds postal codes.
pub fn postal_code_of_elsewhere(value: &str) -> bool {
    let text = value.trim();
    let numbers = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(char::is_ascii_alphabetic).count();
    let rest = text.chars().count().saturating_sub(numbers + letters);
    let masked = text.contains(['*', 'x', 'X']) && (4..=7).contains(&text.chars().count());
    (numbers >= 1 && rest <= 1 && (4..=10).contains(&text.chars().count()) && letters <= 5) || (masked && numbers >= 1)
}

/// How much of an address of one building a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    No,
    /// A road, and no more: many live there.
    Road,
    /// A house on a road.
    House,
    /// A unit in a house.
    Unit,
}

pub fn address(value: &str) -> Place {
    let lower = value.trim().to_lowercase();
    let length = lower.chars().count();
    if !(6..=200).contains(&length) {
        return Place::No;
    }
    let tokens: Vec<&str> =
        lower.split([' ', ',', '\n', ';']).map(|token| token.trim_matches(['.', '(', ')'])).filter(|token| !token.is_empty()).collect();
    if tokens.len() > 24 {
        return Place::No;
    }
    // A sentence about a place is no address.
    if tokens
        .iter()
        .filter(|token| matches!(**token, "the" | "at" | "is" | "was" | "for" | "near" | "from" | "to" | "along" | "with" | "and"))
        .count()
        >= 1
        && tokens.len() >= 5
    {
        return Place::No;
    }
    let is_road = |token: &&str| {
        ROADS.contains(token) || (token.len() > 6 && (token.ends_with("strasse") || token.ends_with("straße") || token.ends_with("straat")))
    };
    let road = tokens.iter().position(is_road);
    let unit = tokens.iter().any(|token| is_unit(token))
        || tokens
            .windows(2)
            .any(|pair| matches!(pair, [word, number] if matches!(*word, "unit" | "apt" | "flat" | "apartment" | "suite") && has_digit(number)));
    let block = tokens.windows(2).any(|pair| matches!(pair, [word, number] if matches!(*word, "blk" | "block") && has_digit(number)));
    let postal = tokens.last().is_some_and(|last| postal_code(last))
        || CITIES.iter().any(|city| lower.contains(city)) && tokens.iter().any(|token| postal_code(token));
    let house = tokens.first().is_some_and(|first| is_house(first));
    // `12 Main Street` and `Hauptstrasse 12`, but not `Bedok North Avenue 1`, whose number is the road's.
    let behind = road.is_some_and(|at| {
        let word = tokens.get(at).copied().unwrap_or_default();
        let abroad = matches!(word, "rue" | "calle" | "via" | "viale" | "piazza" | "avenida" | "rua" | "weg" | "platz" | "gasse" | "allee" | "ulica")
            || word.len() > 6 && (word.ends_with("sse") || word.ends_with("ße") || word.ends_with("straat"));
        abroad && tokens.iter().skip(at + 1).any(|token| is_house(token))
    });
    let japanese = value.contains('丁') || (value.contains('号') && value.chars().any(char::is_numeric));
    match (road.is_some(), unit, house || block || behind) {
        (_, true, true) | (true, true, _) => Place::Unit,
        (true, _, true) => Place::House,
        (false, true, _) if postal => Place::Unit,
        (_, _, true) if postal || block && tokens.len() >= 3 => Place::House,
        _ if japanese => Place::House,
        (true, ..) if postal => Place::House,
        (true, ..) => Place::Road,
        _ => Place::No,
    }
}

/// `#05-123`, `#B1-02`.
pub fn is_unit(token: &str) -> bool {
    let Some(rest) = token.strip_prefix('#') else { return false };
    let Some((floor, number)) = rest.split_once('-') else { return false };
    !floor.is_empty()
        && floor.len() <= 3
        && number.len() <= 6
        && has_digit(number)
        && floor.chars().chain(number.chars()).all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '*' | 'x'))
}

fn has_digit(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit())
}

/// `12`, `12a`, `12-14`: a house's number.
fn is_house(token: &str) -> bool {
    let numbers = token.chars().take_while(char::is_ascii_digit).count();
    let rest = token.get(numbers..).unwrap_or_default();
    (1..=5).contains(&numbers)
        && (rest.is_empty()
            || rest.len() == 1 && rest.chars().all(char::is_alphanumeric)
            || rest.strip_prefix(['-', '/']).is_some_and(|more| !more.is_empty() && more.chars().all(|c| c.is_ascii_digit())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn houses_are_told_from_roads() {
        for value in ["Blk 123 Ang Mo Kio Ave 3 #05-123 Singapore 560123", "12 Jalan Besar #02-01", "#05-12, 8 Shenton Way"] {
            assert_eq!(address(value), Place::Unit, "{value}");
        }
        for value in [
            "12 Main Street",
            "Hauptstrasse 12, 10115 Berlin",
            "10 rue de Rivoli, Paris",
            "BLK 5 Bedok Reservoir View",
            "221B Baker Street",
            "25 BEACH RD S(189765)",
        ] {
            assert_eq!(address(value), Place::House, "{value}");
        }
        for value in ["Victoria St", "BEDOK STH AVE 1", "Ang Mo Kio Avenue 3"] {
            assert_eq!(address(value), Place::Road, "{value}");
        }
        for value in ["Tan Ah Kow", "Hotel Grand Pacific", "560123", ""] {
            assert_eq!(address(value), Place::No, "{value}");
        }
        assert!(postal_code("049145") && postal_code("S(560123)") && !postal_code("741234") && !postal_code("991231") && !postal_code("01012"));
    }

    proptest! {
        #[test]
        fn no_value_panics(value in "\\PC{0,60}") {
            let _ = (address(&value), postal_code(&value), postal_code_of_elsewhere(&value));
        }
    }
}
