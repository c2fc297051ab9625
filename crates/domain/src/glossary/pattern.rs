//! Patterns of values: a small part of regular expressions whose every match is short, and whose number of matches is known.
//!
//! Letters, digits, spaces and `- _ / : #` stand for themselves, `\.` for a point; `[0-9A-Z]` is one of several, `(AB|CD)` one of some
//! words, and `?`, `{4}` or `{2,6}` say how often. The whole value must match. Nothing else is taken: no `*`, `+`, `.` or `[^…]`, so that no
//! source is kept busy. Postgres reads such a pattern in the same way.

use std::collections::BTreeSet;

/// Characters of a pattern, at most.
const LONGEST: usize = 200;
/// How often one part may be repeated.
const OFTENEST: usize = 40;
/// A pattern with so many different matches, and no words to choose from, is about how values are written and singles none out.
const BROAD: u128 = 10_000;

/// A pattern that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    source: String,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    what: What,
    least: usize,
    most: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    One(BTreeSet<char>),
    Words(Vec<Vec<Piece>>),
}

impl Pattern {
    /// Reads a pattern; otherwise what is wrong with it.
    pub fn read(source: &str) -> Result<Self, String> {
        if source.is_empty() || source.chars().count() > LONGEST {
            return Err(format!("Write a pattern of at most {LONGEST} characters."));
        }
        let mut rest: &str = source;
        let pieces = sequence(&mut rest, false)?;
        if !rest.is_empty() {
            return Err(unexpected(rest));
        }
        Ok(Self { source: source.to_owned(), pieces })
    }

    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// Whether a whole value is written so.
    pub fn matches(&self, value: &str) -> bool {
        let letters: Vec<char> = value.chars().collect();
        ends(&self.pieces, &letters, BTreeSet::from([0])).contains(&letters.len())
    }

    /// Whether it says how values are written rather than which they are: what is asked of columns that hold personal data.
    pub fn is_broad(&self) -> bool {
        !self.pieces.iter().any(|piece| matches!(piece.what, What::Words(_))) && count(&self.pieces) >= BROAD
    }
}

fn unexpected(rest: &str) -> String {
    match rest.chars().next() {
        Some(letter) => format!("“{letter}” cannot stand here. Write what is repeated as [0-9]{{6}}, and a point as \\."),
        None => "The pattern ends too soon: a bracket is open.".to_owned(),
    }
}

/// Reads pieces up to the end, or within brackets up to `|` or `)`.
fn sequence(rest: &mut &str, within: bool) -> Result<Vec<Piece>, String> {
    let mut pieces = vec![];
    while let Some(letter) = rest.chars().next() {
        if within && matches!(letter, '|' | ')') {
            break;
        }
        let what = match letter {
            '[' => one_of(rest)?,
            '(' if !within => words(rest)?,
            '\\' if rest.starts_with("\\.") => {
                *rest = &rest[2..];
                What::One(BTreeSet::from(['.']))
            }
            _ if letter.is_ascii_alphanumeric() || " -_/:#".contains(letter) => {
                *rest = &rest[1..];
                What::One(BTreeSet::from([letter]))
            }
            _ => return Err(unexpected(rest)),
        };
        let (least, most) = times(rest)?;
        if most > 1 && matches!(what, What::Words(_)) {
            return Err("Words in round brackets can be there once or, with “?”, not at all.".to_owned());
        }
        pieces.push(Piece { what, least, most });
    }
    if pieces.is_empty() { Err(unexpected(rest)) } else { Ok(pieces) }
}

fn one_of(rest: &mut &str) -> Result<What, String> {
    let all = *rest;
    let Some((inside, after)) = all[1..].split_once(']').filter(|(inside, _)| !inside.is_empty()) else { return Err(unexpected("")) };
    *rest = after;
    let inside: Vec<char> = inside.chars().collect();
    let mut letters = BTreeSet::new();
    let mut at = 0;
    while at < inside.len() {
        let first = inside[at];
        match (inside.get(at + 1), inside.get(at + 2)) {
            (Some('-'), Some(last)) if alike(first, *last) => {
                letters.extend(first..=*last);
                at += 3;
            }
            _ if first.is_ascii_alphanumeric() || " _/:#.".contains(first) || (first == '-' && at + 1 == inside.len()) => {
                letters.insert(first);
                at += 1;
            }
            _ => return Err(unexpected(&inside[at..].iter().collect::<String>())),
        }
    }
    Ok(What::One(letters))
}

/// Whether two characters are the ends of a range: two digits, or two letters of one kind.
fn alike(first: char, last: char) -> bool {
    first <= last
        && (first.is_ascii_digit() && last.is_ascii_digit()
            || first.is_ascii_uppercase() && last.is_ascii_uppercase()
            || first.is_ascii_lowercase() && last.is_ascii_lowercase())
}

fn words(rest: &mut &str) -> Result<What, String> {
    let mut all = vec![];
    loop {
        // The bracket, or the line between two words.
        *rest = &rest[1..];
        all.push(sequence(rest, true)?);
        match rest.chars().next() {
            Some('|') => {}
            Some(_) => {
                *rest = &rest[1..];
                return Ok(What::Words(all));
            }
            None => return Err(unexpected("")),
        }
    }
}

fn times(rest: &mut &str) -> Result<(usize, usize), String> {
    let all = *rest;
    if let Some(after) = all.strip_prefix('?') {
        *rest = after;
        return Ok((0, 1));
    }
    let Some((inside, after)) = all.strip_prefix('{').and_then(|after| after.split_once('}')) else { return Ok((1, 1)) };
    *rest = after;
    let (least, most) = inside.split_once(',').unwrap_or((inside, inside));
    let number = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit()).then(|| text.parse::<usize>().ok()).flatten();
    match (number(least), number(most)) {
        (Some(least), Some(most)) if least <= most && (1..=OFTENEST).contains(&most) => Ok((least, most)),
        _ => Err(format!("Say how often as {{4}} or {{2,6}}, {OFTENEST} times at most.")),
    }
}

/// Where a match of these pieces can end that begins at one of the places.
fn ends(pieces: &[Piece], letters: &[char], begins: BTreeSet<usize>) -> BTreeSet<usize> {
    pieces.iter().fold(begins, |begins, piece| {
        let mut found = if piece.least == 0 { begins.clone() } else { BTreeSet::new() };
        let mut here = begins;
        for time in 1..=piece.most {
            here = match &piece.what {
                What::One(of) => here.iter().filter(|at| letters.get(**at).is_some_and(|letter| of.contains(letter))).map(|at| at + 1).collect(),
                What::Words(all) => all.iter().flat_map(|word| ends(word, letters, here.clone())).collect(),
            };
            if time >= piece.least {
                found.extend(&here);
            }
        }
        found
    })
}

/// How many different ways there are to match, at least as many as matches.
fn count(pieces: &[Piece]) -> u128 {
    pieces.iter().fold(1, |so_far: u128, piece| {
        let one = match &piece.what {
            What::One(of) => of.len() as u128,
            What::Words(all) => all.iter().map(|word| count(word)).fold(0, u128::saturating_add),
        };
        let ways = (piece.least..=piece.most).map(|times| one.saturating_pow(u32::try_from(times).unwrap_or(u32::MAX)));
        so_far.saturating_mul(ways.fold(0, u128::saturating_add))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(source: &str) -> Pattern {
        Pattern::read(source).unwrap()
    }

    #[test]
    fn whole_values_match_and_nothing_else_does() {
        for (source, good, bad) in [
            ("[0-9]{6}", vec!["018956", "999999"], vec!["", "18956", "0189561", "01895a", "018956\n", "０18956"]),
            ("[STFGM][0-9]{7}[A-Z]", vec!["T9123456J"], vec!["X9123456J", "T912345J", "t9123456j"]),
            ("[A-Z]{2}[0-9]?", vec!["AM", "AM1"], vec!["A", "AM12"]),
            ("(BUS|MRT)-[0-9]{1,3}", vec!["BUS-1", "MRT-963"], vec!["BUS-", "TRAM-1", "BUS-9631"]),
            ("A(B|BB)?B", vec!["AB", "ABB", "ABBB"], vec!["A", "ABBBB"]),
            ("v[0-9]\\.[0-9]", vec!["v1.2"], vec!["v1x2"]),
            ("[A-Z -]{3}", vec!["A -"], vec!["A_-"]),
        ] {
            let pattern = pattern(source);
            for value in good {
                assert!(pattern.matches(value), "{source} {value}");
            }
            for value in bad {
                assert!(!pattern.matches(value), "{source} {value}");
            }
        }
    }

    #[test]
    fn what_could_keep_a_source_busy_is_no_pattern() {
        for source in [
            "",
            "a*",
            "a+",
            ".",
            "[^a]",
            "(a*)*",
            "(a|b){2}",
            "((a)|b)",
            "a{41}",
            "a{0}",
            "a{3,2}",
            "a{,2}",
            "a{2,}",
            "a{",
            "(a",
            "a)",
            "(a||b)",
            "[a",
            "[]",
            "[z-a]",
            "[A-z]",
            "a|b",
            "^a$",
            "\\d",
            "\\1",
            "(?=a)",
            "[[:alpha:]]",
            "é",
            "a\u{0}",
        ] {
            assert!(Pattern::read(source).is_err(), "{source}");
        }
        assert!(Pattern::read(&"a".repeat(201)).is_err());
    }

    #[test]
    fn a_pattern_that_names_values_is_not_broad() {
        assert!(pattern("[STFGM][0-9]{7}[A-Z]").is_broad() && pattern("[0-9]{5}").is_broad());
        assert!(!pattern("T9123456J").is_broad() && !pattern("T912345[0-9]J").is_broad());
        assert!(!pattern("([0-9]{8}|[A-Z]{8})").is_broad(), "words can leave one value out");
        assert!(pattern(&"[0-9A-Z]{40}".repeat(8)).is_broad(), "without an overflow");
    }

    #[test]
    fn a_pattern_of_many_parts_is_answered_at_once() {
        let many = pattern(&"[a-z]{0,40}".repeat(18));
        assert!(many.matches(&"a".repeat(700)) && !many.matches(&"a".repeat(721)) && !many.matches(&format!("{}1", "a".repeat(200))));
    }
}
