//! What a word is: folded, split, and reduced to its stem, the same for what is written and for what is typed.

use rust_stemmers::{Algorithm, Stemmer};
use std::collections::HashSet;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// The longest word that is kept, in letters.
const LONGEST: usize = 40;

/// Words that tell nothing apart, among them those that questions are made of.
const STOP_WORDS: [&str; 58] = [
    "a", "about", "am", "an", "and", "are", "as", "at", "be", "been", "by", "can", "could", "did", "do", "does", "for", "from", "has", "have", "how",
    "i", "in", "into", "is", "it", "its", "many", "me", "much", "my", "of", "on", "or", "our", "should", "that", "the", "their", "there", "these",
    "this", "those", "to", "was", "we", "were", "what", "when", "where", "which", "who", "why", "will", "with", "would", "you", "your",
];

/// Words that tell little, and that questions are full of: they count for little, and may be missing where others are there. None of them
/// is a stop word, because titles have them: “list of schools”, “number of days”.
static LIGHT_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "all already also always another any anybody anyone anything anywhere around back become before being better both bought buy came come \
     comes day days different doing done each either else even ever every everybody everyone everything everywhere few find finding found get \
     gets getting give given gives go goes going gone got had happen happened happening happens having he help her here him his if just keep \
     kept know known later less let like list listing long look looking lot lots made make makes making may more most must near nearby nearest \
     need needs never nobody not now number numbers off often one ones only other others out over people per person please put right same see \
     seen several she show since so some somebody someone something sometimes soon statistics stats such take taken takes taking tell than them \
     then they thing things through today together too until up us use used uses using usually very want wants way ways went while without year \
     years yet"
        .split(' ')
        .collect()
});

/// Lower case, without accents, in compatible letters: `Café ２０２０` and `cafe 2020` are the same.
pub fn fold(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// The words of a text in their order, folded; without an English possessive.
pub fn tokens(text: &str) -> Vec<String> {
    let folded = fold(text).replace(['\u{2019}', '\u{2bc}'], "'").replace("'s", "");
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(|word| word.chars().take(LONGEST).collect()).collect()
}

pub fn is_stop_word(token: &str) -> bool {
    STOP_WORDS.binary_search(&token).is_ok()
}

/// Whether a word tells little beside others.
pub fn is_light(token: &str) -> bool {
    LIGHT_WORDS.contains(token)
}

/// The stems of a text that tell something, in their order.
pub fn lexemes(text: &str) -> Vec<String> {
    tokens(text).iter().filter(|token| !is_stop_word(token)).map(|token| stem(token)).collect()
}

/// A text in pieces, those marked whose stems are in `stems`.
pub fn marked(text: &str, stems: &HashSet<&str>) -> Vec<(String, bool)> {
    let mut pieces: Vec<(String, bool)> = vec![];
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = first.is_alphanumeric();
        let end = rest.find(|c: char| c.is_alphanumeric() != is_word).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        let mark = is_word && lexemes(piece).iter().any(|lexeme| stems.contains(lexeme.as_str()));
        match pieces.last_mut() {
            Some((last, was)) if *was == mark => last.push_str(piece),
            _ => pieces.push((piece.to_owned(), mark)),
        }
        rest = after;
    }
    pieces
}

/// A folded word without its ending, in American spelling: `colours`, `colour` and `color` are the same.
pub fn stem(token: &str) -> String {
    if token.bytes().any(|byte| byte.is_ascii_digit()) || !token.is_ascii() {
        return token.to_owned();
    }
    STEMMER.stem(&american(token)).into_owned()
}

/// British endings as Americans write them. A rule may hit a word that it is not meant for: that does no harm as long as
/// two different words do not become one.
fn american(token: &str) -> String {
    const ENDINGS: [(&str, &str); 24] = [
        ("isations", "izations"),
        ("isation", "ization"),
        ("ising", "izing"),
        ("ised", "ized"),
        ("ises", "izes"),
        ("ise", "ize"),
        ("yses", "yzes"),
        ("yse", "yze"),
        ("tres", "ters"),
        ("tre", "ter"),
        ("ogues", "ogs"),
        ("ogue", "og"),
        ("ammes", "ams"),
        ("amme", "am"),
        ("cences", "censes"),
        ("cence", "cense"),
        ("efences", "efenses"),
        ("efence", "efense"),
        ("lled", "led"),
        ("lling", "ling"),
        ("llers", "lers"),
        ("ller", "ler"),
        ("ours", "ors"),
        ("our", "or"),
    ];
    const INSIDE: [(&str, &str); 6] =
        [("ourhood", "orhood"), ("oured", "ored"), ("ouring", "oring"), ("ourer", "orer"), ("oural", "oral"), ("paed", "ped")];
    if token.len() < 5 {
        return token.to_owned();
    }
    // The one plural of the field that the stemmer does not know.
    if token == "buses" {
        return "bus".to_owned();
    }
    let mut word = token.to_owned();
    for (british, american) in INSIDE {
        if word.contains(british) {
            word = word.replace(british, american);
        }
    }
    for (british, american) in ENDINGS {
        if let Some(start) = word.strip_suffix(british) {
            return format!("{start}{american}");
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_plurals_and_letters_are_one() {
        for (a, b) in [
            ("colours", "color"),
            ("centre", "centers"),
            ("labour", "labor"),
            ("organisation", "organizations"),
            ("licence", "license"),
            ("programmes", "program"),
            ("travelling", "traveling"),
            ("neighbourhoods", "neighborhood"),
            ("births", "birth"),
            ("bus", "buses"),
            ("flats", "flat"),
            ("libraries", "library"),
            ("２０２０", "2020"),
            ("Café", "cafe"),
            ("analyse", "analyze"),
            ("children's", "children"),
        ] {
            assert_eq!(lexemes(a), lexemes(b), "{a} and {b}");
        }
        assert_ne!(lexemes("2019"), lexemes("2020"));
        assert_eq!(lexemes("Resident Population by Planning Area/Subzone, June 2011-2020").len(), 8);
    }

    #[test]
    fn words_are_marked_where_they_stand() {
        let pieces = marked("Bus Routes, by stop", &HashSet::from(["bus", "rout"]));
        let shown: Vec<(&str, bool)> = pieces.iter().map(|(text, mark)| (text.as_str(), *mark)).collect();
        assert_eq!(shown, [("Bus", true), (" ", false), ("Routes", true), (", by stop", false)]);
    }

    #[test]
    fn stop_words_are_in_order_and_no_light_words() {
        assert!(STOP_WORDS.is_sorted() && is_light("every") && is_light("yet") && !is_light(""));
        assert!(!LIGHT_WORDS.iter().any(|word| is_stop_word(word)), "a stop word is never asked for");
        assert!(lexemes("of the and").is_empty());
    }

    proptest! {
        #[test]
        fn a_lexeme_is_one_word_whatever_is_typed(text in "\\PC{0,80}") {
            for lexeme in lexemes(&text) {
                prop_assert!(!lexeme.is_empty() && lexeme.chars().all(char::is_alphanumeric), "{lexeme:?}");
            }
        }
    }
}
