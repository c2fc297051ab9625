//! The same word as others write it: British or American, one or many.

/// British and American beginnings, middles or ends of words.
const SPELLINGS: &[(&str, &str)] = &[
    ("aeroplane", "airplane"),
    ("ageing", "aging"),
    ("aluminium", "aluminum"),
    ("analyse", "analyze"),
    ("behaviour", "behavior"),
    ("catalogue", "catalog"),
    ("centre", "center"),
    ("colour", "color"),
    ("counselling", "counseling"),
    ("defence", "defense"),
    ("enrolment", "enrollment"),
    ("favour", "favor"),
    ("fibre", "fiber"),
    ("fulfilment", "fulfillment"),
    ("grey", "gray"),
    ("gynaecolog", "gynecolog"),
    ("haemo", "hemo"),
    ("harbour", "harbor"),
    ("jewellery", "jewelry"),
    ("kerb", "curb"),
    ("labour", "labor"),
    ("licence", "license"),
    ("neighbour", "neighbor"),
    ("offence", "offense"),
    ("organis", "organiz"),
    ("orthopaedic", "orthopedic"),
    ("paediatric", "pediatric"),
    ("programme", "program"),
    ("skilful", "skillful"),
    ("theatre", "theater"),
    ("traveller", "traveler"),
    ("tyre", "tire"),
    ("isation", "ization"),
    ("ising", "izing"),
];

/// Words that end like a plural and are none.
const SINGULAR: &[&str] = &["always", "bus", "business", "census", "chess", "gas", "goods", "lens", "news", "overseas", "series", "species", "thus"];

/// The other spelling, when the word has one.
pub fn respelt(word: &str) -> Option<String> {
    SPELLINGS.iter().find_map(|(british, american)| {
        // Looked for first, because “program” is in “programme” but not the other way round.
        if word.contains(british) && !(american.contains(british) && word.contains(american)) {
            return Some(word.replacen(british, american, 1));
        }
        let other = word.contains(american).then(|| word.replacen(american, british, 1))?;
        // Only whole words from American to British: “program” is also the beginning of “programming”.
        (word.strip_suffix('s').unwrap_or(word) == *american).then_some(other)
    })
}

/// One instead of many.
pub fn singular(word: &str) -> Option<String> {
    let is_no_plural = SINGULAR.contains(&word) || ["ss", "us", "is", "ics"].iter().any(|end| word.ends_with(end));
    if is_no_plural || word.chars().count() < 5 || !word.chars().all(char::is_alphabetic) {
        return None;
    }
    if let Some(stem) = word.strip_suffix("ies") {
        return Some(format!("{stem}y"));
    }
    if let Some(stem) = word.strip_suffix("es")
        && ["sh", "ch", "x", "ss", "zz"].iter().any(|end| stem.ends_with(end))
    {
        return Some(stem.to_owned());
    }
    word.strip_suffix('s').map(str::to_owned)
}

/// Many instead of one; only a guess at whether the word can be counted at all.
pub fn plural(word: &str) -> Option<String> {
    if word.chars().count() < 3 || word.ends_with('s') || !word.chars().all(char::is_alphabetic) {
        return None;
    }
    if let Some(stem) = word.strip_suffix('y')
        && !stem.ends_with(['a', 'e', 'o', 'u'])
    {
        return Some(format!("{stem}ies"));
    }
    Some(if ["sh", "ch", "x"].iter().any(|end| word.ends_with(end)) { format!("{word}es") } else { format!("{word}s") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_go_both_ways() {
        for (one, other) in
            [("centres", "centers"), ("centers", "centres"), ("programmes", "programs"), ("program", "programme"), ("labour", "labor")]
        {
            assert_eq!(respelt(one).as_deref(), Some(other));
        }
        assert_eq!(respelt("utilisation").as_deref(), Some("utilization"));
        assert_eq!(respelt("neighbourhood").as_deref(), Some("neighborhood"));
        assert_eq!(respelt("programming"), None);
        assert_eq!(respelt("laboratory"), None);
        assert_eq!(respelt("stops"), None);
    }

    #[test]
    fn one_and_many() {
        for (one, many) in [("stop", "stops"), ("agency", "agencies"), ("church", "churches"), ("school", "schools"), ("motorway", "motorways")] {
            assert_eq!(plural(one).as_deref(), Some(many));
            assert_eq!(singular(many).as_deref(), Some(one));
        }
        for word in ["statistics", "census", "business", "access", "2000s", "bus"] {
            assert_eq!(singular(word), None, "{word}");
        }
        assert_eq!(plural("stops"), None);
    }

    proptest! {
        #[test]
        fn a_variant_is_another_word(word in "[a-z]{1,15}") {
            for other in [respelt(&word), singular(&word), plural(&word)].into_iter().flatten() {
                prop_assert_ne!(other, word.clone());
            }
        }
    }
}
