//! Takes the name of a column or table apart into words: `custNRICNo`, `cust_nric_no` and `CUSTNRICNO` say the same.

use crate::vocabulary::{FULL_FORMS, KNOWN};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Words without their vowels, as old systems shorten them: `brth`, `vhcl`. Only those that one word alone can stand for.
static SKELETONS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut all: HashMap<String, Option<&'static str>> = HashMap::new();
    for word in KNOWN.iter().copied().filter(|word| word.is_ascii() && word.len() >= 4) {
        let skeleton: String = word.char_indices().filter(|(at, c)| *at == 0 || !"aeiou".contains(*c)).map(|(_, c)| c).collect();
        if skeleton.len() >= 4 && skeleton.len() < word.len() && !KNOWN.contains(skeleton.as_str()) {
            all.entry(skeleton).and_modify(|found| *found = None).or_insert(Some(word));
        }
    }
    all.into_iter().filter_map(|(skeleton, word)| Some((skeleton, word?))).collect()
});

/// The words of a name in lower case, short forms written out.
pub fn words(name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for piece in pieces(name) {
        if let Some(full) = FULL_FORMS.get(piece.as_str()) {
            found.extend(full.iter().map(|word| (*word).to_owned()));
        } else if let Some(word) = SKELETONS.get(piece.as_str()) {
            found.push((*word).to_owned());
        } else if KNOWN.contains(piece.as_str()) || piece.len() < 5 || piece.len() > 40 || !piece.is_ascii() {
            found.push(singular(&piece));
        } else if let Some(parts) = parted(&piece) {
            for part in parts {
                match FULL_FORMS.get(part) {
                    Some(full) => found.extend(full.iter().map(|word| (*word).to_owned())),
                    None => found.push(singular(part)),
                }
            }
        } else {
            found.push(singular(&piece));
        }
    }
    found
}

/// Splits at everything that is no letter or digit, between letters and digits, and before a capital that begins a word.
fn pieces(name: &str) -> Vec<String> {
    let characters: Vec<char> = name.chars().take(200).collect();
    let mut found = Vec::new();
    let mut piece = String::new();
    for (at, &c) in characters.iter().enumerate() {
        if let Some(&before) = at.checked_sub(1).and_then(|before| characters.get(before)) {
            let next_is_small = characters.get(at + 1).is_some_and(|next| next.is_lowercase());
            let ends = !c.is_alphanumeric()
                || (c.is_uppercase() && before.is_lowercase())
                || (c.is_uppercase() && before.is_uppercase() && next_is_small)
                || (c.is_numeric() != before.is_numeric());
            if ends && !piece.is_empty() {
                found.push(std::mem::take(&mut piece));
            }
        }
        if c.is_alphanumeric() {
            piece.extend(c.to_lowercase());
        }
    }
    if !piece.is_empty() {
        found.push(piece);
    }
    found
}

/// The fewest known words that a piece is made of, when it is made of known words of at least two letters.
fn parted(piece: &str) -> Option<Vec<&str>> {
    let length = piece.len();
    // best[end]: how many words reach to `end`, and where the last begins.
    let mut best: Vec<Option<(usize, usize)>> = vec![None; length + 1];
    *best.first_mut()? = Some((0, 0));
    for end in 2..=length {
        for begin in 0..=end - 2 {
            let Some(Some((count, _))) = best.get(begin).copied() else { continue };
            let Some(part) = piece.get(begin..end) else { continue };
            let known = KNOWN.contains(part) || (part.len() > 1 && FULL_FORMS.contains_key(part));
            let fewer = best.get(end).copied().flatten().is_none_or(|(least, _)| count + 1 < least);
            if known
                && fewer
                && let Some(place) = best.get_mut(end)
            {
                *place = Some((count + 1, begin));
            }
        }
    }
    let mut parts = Vec::new();
    let mut end = length;
    while end > 0 {
        let (_, begin) = best.get(end).copied().flatten()?;
        parts.push(piece.get(begin..end)?);
        end = begin;
    }
    parts.reverse();
    Some(parts)
}

/// `applicants` → `applicant`, when that is a known word; other words stay.
fn singular(word: &str) -> String {
    if KNOWN.contains(word) {
        return word.to_owned();
    }
    let candidates = [
        word.strip_suffix("ies").map(|stem| format!("{stem}y")),
        word.strip_suffix("es").map(str::to_owned),
        word.strip_suffix('s').map(str::to_owned),
    ];
    candidates.into_iter().flatten().find(|candidate| KNOWN.contains(candidate.as_str())).unwrap_or_else(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn ways_of_writing_one_name() {
        for name in ["cust_nric_no", "CustNRICNo", "CUST-NRIC-NO", "custNricNo", "CUSTNRICNO", "customer nric number"] {
            assert_eq!(words(name), ["customer", "nric", "number"], "{name}");
        }
        assert_eq!(words("dateofbirth"), ["date", "of", "birth"]);
        assert_eq!(words("applicants"), ["applicant"]);
        assert_eq!(words("col_7"), ["column", "7"]);
        assert_eq!(words("dte_of_brth"), ["date", "of", "birth"]);
        assert_eq!(words("zqxv"), ["zqxv"]);
        assert_eq!(words(""), [""; 0]);
    }
}
