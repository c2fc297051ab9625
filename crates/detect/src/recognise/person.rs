//! Whether a text is the name of a person: from lists of family names, given names and syllables, from the small words that
//! names have (`bin`, `s/o`, `de`), and against words that names of things, places and organisations have.

use domain::catalogue::AreaCode;
use std::collections::HashMap;
use std::sync::LazyLock;

const FAMILY: u8 = 1;
const GIVEN: u8 = 2;
const ORDINARY: u8 = 4;

static WORDS: LazyLock<HashMap<&'static str, u8>> = LazyLock::new(|| {
    let lists = [
        (include_str!("../../data/family.txt"), FAMILY),
        (include_str!("../../data/given.txt"), GIVEN),
        (include_str!("../../data/ordinary.txt"), ORDINARY),
    ];
    let mut words: HashMap<&str, u8> = HashMap::new();
    for (list, class) in lists {
        for word in list.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace) {
            *words.entry(word).or_default() |= class;
        }
    }
    words
});

const TITLES: [&str; 22] = [
    "mr",
    "mrs",
    "ms",
    "mdm",
    "miss",
    "dr",
    "prof",
    "professor",
    "madam",
    "sir",
    "encik",
    "puan",
    "cik",
    "tuan",
    "hj",
    "hjh",
    "haji",
    "hajjah",
    "datuk",
    "dato",
    "herr",
    "frau",
];
/// Words that stand between names and hardly anywhere else.
const BETWEEN: [&str; 20] =
    ["bin", "binte", "binti", "bte", "bt", "s/o", "d/o", "a/l", "a/p", "al", "el", "van", "von", "de", "da", "dos", "della", "di", "der", "ben"];
const SURE: [&str; 9] = ["bin", "binte", "binti", "bte", "s/o", "d/o", "a/l", "a/p", "alias"];
/// Family names of China, Taiwan, Japan and Korea as they are written; one that begins a text of two to four characters.
const FAMILY_CHARACTERS: &str = "陈林黄李王张吴刘蔡杨许郑谢郭洪曾廖邱赖周叶苏庄吕江何萧罗高简朱钟彭游詹施沈余赵卢梁颜柯翁魏孙戴范方宋邓杜傅侯曹薛丁卓马阮董唐温蓝蒋石古纪姚连冯欧程汤田康姜汪白邹尤巫涂龚严韩袁黎金陸陳黃張吳劉楊許鄭謝佐鈴高田中渡伊山小김이박최정강조윤장임";

/// What a text is as a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A person's: with small words or a title that only persons have.
    Surely,
    /// A person's: family and given name are known.
    Likely,
    /// One known name, or an unknown beside a known one.
    Perhaps,
    /// Letters in the form of a name, none of them known.
    Unknown,
    /// Something else: it holds a word that names of things have, or digits.
    Other,
}

pub fn named(value: &str) -> Named {
    let text = value.trim();
    let length = text.chars().count();
    if !(2..=70).contains(&length) {
        return Named::Other;
    }
    if !text.is_ascii()
        && let Some(found) = in_characters(text)
    {
        return found;
    }
    let lower = text.to_lowercase();
    // `tan_ah_kow`: a name that was made fit for a file or an account.
    let lower = if lower.contains(' ') { lower } else { lower.replace('_', " ") };
    if is_place(&lower)
        || lower
            .chars()
            .any(|c| c.is_ascii_digit() || matches!(c, ':' | ';' | '=' | '_' | '&' | '?' | '!' | '%' | '#' | '<' | '"' | '\\' | '|' | '+'))
    {
        return Named::Other;
    }
    if text.contains('*') {
        return hidden(&lower);
    }
    by_words(&lower)
}

fn by_words(lower: &str) -> Named {
    let mut titled = false;
    let mut sure = lower.contains(" @ ");
    let (mut family, mut given, mut both, mut ordinary, mut mixed, mut unknown, mut short) = (0, 0, 0, 0, 0, 0, 0);
    let tokens: Vec<&str> = lower
        .split([' ', ',', '(', ')', '@', '-', '\u{a0}'])
        .map(|token| token.trim_matches(['.', '\'', '’']))
        .filter(|token| !token.is_empty())
        .collect();
    if tokens.is_empty() || tokens.len() > 9 {
        return Named::Other;
    }
    for (at, token) in tokens.iter().enumerate() {
        if at == 0 && TITLES.contains(token) && tokens.len() > 1 {
            titled = true;
            continue;
        }
        sure |= at > 0 && at + 1 < tokens.len() && SURE.contains(token);
        if at > 0 && BETWEEN.contains(token) || matches!(*token, "jr" | "sr" | "ii" | "iii") {
            continue;
        }
        if token.chars().count() == 1 {
            short += 1;
            continue;
        }
        if token.contains('/') || !token.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '.')) {
            return Named::Other;
        }
        match class(token) {
            FAMILY => family += 1,
            GIVEN => given += 1,
            class if class == FAMILY | GIVEN => both += 1,
            ORDINARY => ordinary += 1,
            0 => unknown += 1,
            _ => mixed += 1,
        }
    }
    if ordinary > 0 {
        return if sure && ordinary == 1 { Named::Perhaps } else { Named::Other };
    }
    let known = family + given + both;
    let all = known + unknown + mixed;
    if all == 0 {
        return Named::Unknown;
    }
    if sure && all >= 1 || titled && known >= 1 {
        return Named::Surely;
    }
    let pair = (family >= 1 && given >= 1) || (both >= 1 && known >= 2) || (family >= 2) || (known >= 1 && mixed >= 1 && unknown == 0);
    match (pair, known, all) {
        (true, _, 2..=6) if unknown <= known => Named::Likely,
        (_, 0, _) if mixed == 0 && !titled => Named::Unknown,
        (_, 1.., 1..=5) | (_, 0, 1..=3) if unknown <= known + mixed + short => Named::Perhaps,
        (_, _, 1..=6) => Named::Unknown,
        _ => Named::Other,
    }
}

fn class(token: &str) -> u8 {
    let plain: String = token.chars().map(unaccented).collect();
    WORDS.get(plain.as_str()).copied().unwrap_or_default()
}

/// Whether one of the words joined in the name of a mailbox is a person's: `tan.weiling88`.
pub fn is_in_mailbox(local: &str) -> bool {
    local
        .to_lowercase()
        .split(|c: char| !c.is_alphabetic())
        .any(|part| part.len() >= 3 && class(part) & (FAMILY | GIVEN) != 0 && class(part) & ORDINARY == 0)
}

/// Letters of European names without their accents, so that lists hold each name once.
const fn unaccented(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        '’' => '\'',
        other => other,
    }
}

/// `T** Ah K**`, `J*** D**`: names with letters hidden.
fn hidden(lower: &str) -> Named {
    let tokens: Vec<&str> = lower.split_whitespace().collect();
    let formed = tokens.iter().all(|token| token.chars().all(|c| c.is_alphabetic() || c == '*' || c == '.'));
    if formed && (2..=6).contains(&tokens.len()) && lower.chars().any(char::is_alphabetic) { Named::Perhaps } else { Named::Other }
}

/// Names in the characters of China, Japan and Korea.
fn in_characters(text: &str) -> Option<Named> {
    let bare: Vec<char> = text.chars().filter(|c| !matches!(c, ' ' | '·' | '　')).collect();
    let east = |c: &char| matches!(u32::from(*c), 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xAC00..=0xD7AF);
    if !bare.iter().any(east) {
        return None;
    }
    let begins = bare.first().is_some_and(|first| FAMILY_CHARACTERS.contains(*first));
    let a_place = bare.last().is_some_and(|last| "路街道巷市区县省国站校院店公司厂馆山河园村镇".contains(*last));
    Some(match (bare.iter().all(east), bare.len()) {
        (true, 2..=4) if begins && !a_place => Named::Likely,
        (true, 2..=5) if !a_place => Named::Unknown,
        _ => Named::Other,
    })
}

/// Planning areas and the parts of the country are named like persons now and then.
fn is_place(lower: &str) -> bool {
    static PLACES: LazyLock<Vec<String>> = LazyLock::new(|| AreaCode::all().map(|area| area.name().to_lowercase()).collect());
    PLACES.iter().any(|place| place == lower)
}

/// The beginning of a longer text that is a name, in words: after a title, a family name with a given one.
pub fn within(words: &[&str]) -> bool {
    let clean = |word: &&str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let capital = |word: &&str| word.trim_start_matches(|c: char| !c.is_alphanumeric()).chars().next().is_some_and(char::is_uppercase);
    words.iter().enumerate().any(|(at, word)| {
        let here = clean(word);
        let next: Vec<&&str> = words.iter().skip(at + 1).take(3).take_while(|next| capital(next)).collect();
        let titled = TITLES.contains(&here.as_str())
            && !next.is_empty()
            && next.first().is_some_and(|first| class(&clean(first)) & ORDINARY == 0 && first.trim_end_matches('.').chars().count() > 1);
        if titled || SURE.contains(&here.as_str()) && at > 0 && here != "bin" && here != "alias" {
            return true;
        }
        let classes: Vec<u8> = std::iter::once(class(&here))
            .chain(next.iter().map(|next| class(&clean(next))))
            .take_while(|class| *class != 0 && class & ORDINARY == 0)
            .collect();
        // `Lim Ah Pin Road` and `Tan Kah Kee station` are places.
        let behind = words.get(at + classes.len()).map(|word| class(&clean(word)) & ORDINARY != 0 && !is_small_word(&clean(word)));
        capital(word)
            && classes.len() >= 2
            && classes.iter().any(|class| class & FAMILY != 0)
            && classes.iter().any(|class| class & GIVEN != 0)
            && !word.ends_with(['.', ','])
            && behind != Some(true)
    })
}

/// Words that stand behind a person as well as behind a place.
fn is_small_word(word: &str) -> bool {
    matches!(
        word,
        "the"
            | "of"
            | "and"
            | "for"
            | "in"
            | "on"
            | "at"
            | "to"
            | "from"
            | "by"
            | "with"
            | "without"
            | "near"
            | "per"
            | "is"
            | "are"
            | "was"
            | "were"
            | "has"
            | "have"
            | "not"
            | "that"
            | "a"
            | "an"
            | "this"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_of_many_ways() {
        for value in ["Muhammad Faiz bin Ismail", "RAJESH S/O KUMAR", "Mdm Lim Bee Hoon", "Tan Wei Ming @ Chen Weiming"] {
            assert_eq!(named(value), Named::Surely, "{value}");
        }
        for value in ["TAN AH KOW", "Lim, Grace", "Priya Nair", "Daniel Pereira", "Grace O'Brien", "José García", "陈伟明", "Wong Xiu Ying, Vanessa"]
        {
            assert_eq!(named(value), Named::Likely, "{value}");
        }
        assert_eq!(named("Grace"), Named::Perhaps);
        assert_eq!(named("T** A* K**"), Named::Perhaps);
    }

    #[test]
    fn names_of_other_things() {
        for value in [
            "Safari",
            "Ang Mo Kio",
            "Choa Chu Kang",
            "Tan & Sons Pte Ltd",
            "St. Joseph's Ch",
            "Raffles Institution",
            "Victoria St",
            "Rain tree",
            "Hotel Grand Pacific",
            "SCN-125",
            "Lim Ah Pin Rd",
            "南洋大学路",
        ] {
            assert_eq!(named(value), Named::Other, "{value}");
        }
    }

    #[test]
    fn names_in_sentences() {
        let within = |text: &str| within(&text.split_whitespace().collect::<Vec<_>>());
        assert!(within("Resident Mdm Lim called about the lift."));
        assert!(within("Spoke to Tan Wei Ming about it"));
        assert!(!within("The lift at Block 12 is out of order."));
        assert!(!within("Bus service delayed at Ang Mo Kio"));
    }

    proptest! {
        #[test]
        fn no_value_panics(value in "\\PC{0,60}") {
            let _ = named(&value);
            let _ = within(&value.split_whitespace().collect::<Vec<_>>());
        }
    }
}
