//! What a reader meant: groups of words, each with everything that would do instead of it.

use crate::text::{is_light, is_stop_word, lexemes, stem, tokens};
use crate::vocabulary::{Vocabulary, mistakes};
use std::collections::HashMap;

/// Words of a query that count; what is typed beyond them is left out.
const MOST_WORDS: usize = 24;
/// Ways in which a half-typed word may go on.
const MOST_COMPLETIONS: usize = 30;
/// Words of the longest phrase that may have synonyms.
const LONGEST_PHRASE: usize = 4;
/// How well another name stands for words that products use themselves.
const OTHER_NAME: f32 = 0.85;
/// The same for words that no product uses: then nothing but the other name can be meant.
const ONLY_NAME: f32 = 0.95;
/// How much of its weight a group keeps whose words tell little.
const LIGHT: f32 = 0.2;

/// Why an alternative stands for what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    AsTyped,
    Completed,
    Synonym,
    Corrected,
}

/// Lexemes that must all be there, and how well they stand for what was typed, from 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    pub lexemes: Vec<String>,
    pub quality: f32,
    pub reason: Reason,
    /// As people read it.
    pub shown: String,
}

/// One word or phrase of the query.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub typed: String,
    /// Best first; never empty.
    pub alternatives: Vec<Alternative>,
    /// How much it tells.
    pub weight: f32,
    /// Some listed product has it as typed, half typed, or by another name.
    pub known: bool,
    /// Its words tell little beside others, and may be missing where those are there.
    pub light: bool,
}

/// The groups that say what is looked for: without the light ones, unless there are no others.
pub fn without_light(groups: &[Group]) -> Vec<Group> {
    let telling: Vec<Group> = groups.iter().filter(|group| !group.light).cloned().collect();
    if telling.is_empty() { groups.to_vec() } else { telling }
}

/// Sets of phrases that mean the same, by stems.
#[derive(Debug, Default)]
pub struct Synonyms {
    sets: Vec<Vec<(Vec<String>, String)>>,
    by_phrase: HashMap<Vec<String>, Vec<usize>>,
}

impl Synonyms {
    pub fn new(sets: &[Vec<String>]) -> Self {
        let mut all = Self::default();
        for set in sets {
            let phrases: Vec<(Vec<String>, String)> = set
                .iter()
                .map(|phrase| (lexemes(phrase), phrase.clone()))
                .filter(|(stems, _)| !stems.is_empty() && stems.len() <= LONGEST_PHRASE)
                .collect();
            for (stems, _) in &phrases {
                all.by_phrase.entry(stems.clone()).or_default().push(all.sets.len());
            }
            all.sets.push(phrases);
        }
        all
    }

    /// Other phrases for this one; none when it has no synonyms.
    fn of(&self, phrase: &[String]) -> Vec<&(Vec<String>, String)> {
        let mut found: Vec<&(Vec<String>, String)> = vec![];
        for other in self.by_phrase.get(phrase).into_iter().flatten().flat_map(|set| &self.sets[*set]) {
            if other.0 != phrase && !found.iter().any(|known| known.0 == other.0) {
                found.push(other);
            }
        }
        found
    }
}

/// Reads a query. With `strictly` false every word is also taken for a mistake, known or not: for when nothing was found.
pub fn understand(typed: &str, vocabulary: &Vocabulary, synonyms: &Synonyms, strictly: bool) -> Vec<Group> {
    let words = telling(typed);
    let stems: Vec<String> = words.iter().map(|word| stem(word)).collect();
    let unfinished = !typed.ends_with(char::is_whitespace);
    let mut groups: Vec<Group> = vec![];
    let mut at = 0;
    while at < words.len() {
        let taken = (2..=LONGEST_PHRASE.min(words.len() - at)).rev().find(|n| !synonyms.of(&stems[at..at + n]).is_empty());
        let (group, step) = if let Some(n) = taken {
            (phrase(&words[at..at + n], &stems[at..at + n], vocabulary, synonyms), n)
        } else if at + 1 < words.len() && vocabulary.knows(&format!("{}{}", words[at], words[at + 1])) {
            (joined(&words[at..at + 2], &stems[at..at + 2], vocabulary), 2)
        } else {
            let last = unfinished && at + 1 == words.len();
            (word(&words[at], &stems[at], last, strictly, vocabulary, synonyms), 1)
        };
        if !groups.iter().any(|known| known.typed == group.typed) {
            groups.push(group);
        }
        at += step;
    }
    groups
}

/// Reads each word for itself, known phrases taken apart: for when nothing has what the words mean together.
pub fn apart(typed: &str, vocabulary: &Vocabulary, synonyms: &Synonyms) -> Vec<Group> {
    let words = telling(typed);
    let unfinished = !typed.ends_with(char::is_whitespace);
    let mut groups: Vec<Group> = vec![];
    for (at, typed) in words.iter().enumerate() {
        if !groups.iter().any(|known| known.typed == *typed) {
            let last = unfinished && at + 1 == words.len();
            groups.push(word(typed, &stem(typed), last, true, vocabulary, synonyms));
        }
    }
    groups
}

/// The words that say what is looked for.
fn telling(typed: &str) -> Vec<String> {
    tokens(typed).into_iter().filter(|word| !is_stop_word(word)).take(MOST_WORDS).collect()
}

fn as_typed(lexemes: Vec<String>, shown: String) -> Alternative {
    Alternative { lexemes, quality: 1.0, reason: Reason::AsTyped, shown }
}

fn group(typed: String, mut alternatives: Vec<Alternative>, known: bool, vocabulary: &Vocabulary) -> Group {
    alternatives.sort_by(|a, b| b.quality.total_cmp(&a.quality));
    // As rare as the most likely of its words that occurs at all.
    let told = |alternative: &Alternative| alternative.lexemes.iter().map(|lexeme| vocabulary.weight(lexeme)).fold(0.0, f32::max);
    let occurs = |alternative: &&Alternative| alternative.lexemes.iter().all(|lexeme| vocabulary.products_with(lexeme) > 0);
    let weight = alternatives.iter().find(occurs).or(alternatives.first()).map_or(0.0, told);
    let light = typed.split(' ').all(is_light);
    Group { typed, alternatives, weight: if light { weight * LIGHT } else { weight }, known, light }
}

fn phrase(words: &[String], stems: &[String], vocabulary: &Vocabulary, synonyms: &Synonyms) -> Group {
    let typed = words.join(" ");
    let mut alternatives = vec![as_typed(stems.to_vec(), typed.clone())];
    let joined: String = words.concat();
    if vocabulary.knows(&joined) {
        alternatives.push(Alternative { lexemes: vec![stem(&joined)], quality: 0.95, reason: Reason::AsTyped, shown: joined });
    }
    add_synonyms(&mut alternatives, stems, vocabulary, synonyms);
    group(typed, alternatives, true, vocabulary)
}

fn joined(words: &[String], stems: &[String], vocabulary: &Vocabulary) -> Group {
    let (typed, one) = (words.join(" "), words.concat());
    let alternatives =
        vec![as_typed(stems.to_vec(), typed.clone()), Alternative { lexemes: vec![stem(&one)], quality: 0.95, reason: Reason::AsTyped, shown: one }];
    group(typed, alternatives, true, vocabulary)
}

fn add_synonyms(alternatives: &mut Vec<Alternative>, stems: &[String], vocabulary: &Vocabulary, synonyms: &Synonyms) {
    let used = stems.iter().all(|one| vocabulary.products_with(one) > 0);
    let quality = if used { OTHER_NAME } else { ONLY_NAME };
    for (lexemes, shown) in synonyms.of(stems) {
        if !alternatives.iter().any(|known| known.lexemes == *lexemes) {
            alternatives.push(Alternative { lexemes: lexemes.clone(), quality, reason: Reason::Synonym, shown: shown.clone() });
        }
    }
}

fn word(typed: &str, stemmed: &str, unfinished: bool, strictly: bool, vocabulary: &Vocabulary, synonyms: &Synonyms) -> Group {
    let mut alternatives = vec![as_typed(vec![stemmed.to_owned()], typed.to_owned())];
    let add = |word: &str, quality: f32, reason: Reason, alternatives: &mut Vec<Alternative>| {
        let lexemes = vec![stem(word)];
        if !alternatives.iter().any(|known| known.lexemes == lexemes) {
            alternatives.push(Alternative { lexemes, quality, reason, shown: word.to_owned() });
        }
    };
    let used = vocabulary.products_with(stemmed) > 0;
    add_synonyms(&mut alternatives, std::slice::from_ref(&stemmed.to_owned()), vocabulary, synonyms);
    let has_other_names = alternatives.len() > 1;
    let mut known = used || has_other_names;
    if unfinished {
        let quality = if known { 0.6 } else { 0.9 };
        for (word, _) in vocabulary.completions(typed, MOST_COMPLETIONS) {
            add(word, quality, Reason::Completed, &mut alternatives);
            known = true;
        }
    }
    if !known && let Some((a, b)) = vocabulary.split(typed) {
        let lexemes = vec![stem(a), stem(b)];
        alternatives.push(Alternative { lexemes, quality: 0.85, reason: Reason::Corrected, shown: format!("{a} {b}") });
    }
    // Who is understood by another name has hardly mistyped.
    if !known || (!strictly && !has_other_names) {
        for (word, mistakes) in vocabulary.corrections(typed) {
            add(word, if mistakes == 1 { 0.85 } else { 0.7 }, Reason::Corrected, &mut alternatives);
        }
        if unfinished && mistakes(typed.chars().count()) > 0 && alternatives.len() == 1 {
            for (word, _) in vocabulary.corrected_completions(typed) {
                add(word, 0.6, Reason::Corrected, &mut alternatives);
            }
        }
    }
    group(typed.to_owned(), alternatives, known, vocabulary)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn known() -> (Vocabulary, Synonyms) {
        let words = ["car", "park", "carpark", "rates", "birth", "rainfall", "population", "resident", "residents"];
        let vocabulary = Vocabulary::new(words.iter().map(|word| ((*word).to_owned(), 3)).collect(), 50);
        (vocabulary, Synonyms::new(&[vec!["car park".into(), "parking lot".into()], vec!["babies".into(), "births".into()]]))
    }

    fn read(typed: &str) -> Vec<Group> {
        let (vocabulary, synonyms) = known();
        understand(typed, &vocabulary, &synonyms, true)
    }

    fn shown(group: &Group) -> Vec<&str> {
        group.alternatives.iter().map(|alternative| alternative.shown.as_str()).collect()
    }

    #[test]
    fn a_phrase_is_one_group_with_its_other_names() {
        let groups = read("car parks rates ");
        assert_eq!(shown(&groups[0]), ["car parks", "parking lot"]);
        assert_eq!(groups.len(), 2);
        assert_eq!(shown(&read("parking lots ")[0]), ["parking lots", "car park"]);
    }

    #[test]
    fn a_phrase_is_taken_apart_when_nothing_has_it() {
        let (vocabulary, synonyms) = known();
        let groups = apart("the car parks babies car ", &vocabulary, &synonyms);
        let typed: Vec<&str> = groups.iter().map(|group| group.typed.as_str()).collect();
        assert_eq!(typed, ["car", "parks", "babies"], "each word once");
        assert_eq!(shown(&groups[2]), ["babies", "births"], "a word keeps its other names");
        assert!(apart("of the", &vocabulary, &synonyms).is_empty());
    }

    #[test]
    fn each_word_has_what_would_do_instead() {
        assert_eq!(shown(&read("babies ")[0]), ["babies", "births"]);
        assert_eq!(shown(&read("popultion ")[0]), ["popultion", "population"]);
        assert!(!read("popultion ")[0].known);
        assert_eq!(shown(&read("rainf")[0]), ["rainf", "rainfall"]);
        assert_eq!(shown(&read("rain fall ")[0]), ["rain fall", "rainfall"]);
        assert_eq!(read("the of ").len(), 0);
        assert_eq!(read("bus bus bus ").len(), 1, "a word said twice is one word");
    }

    #[test]
    fn words_of_questions_count_for_little_beside_others() {
        let groups = read("how many residents take birth rates ");
        let light: Vec<&str> = groups.iter().filter(|group| group.light).map(|group| group.typed.as_str()).collect();
        assert_eq!(light, ["take"]);
        let telling: Vec<String> = without_light(&groups).into_iter().map(|group| group.typed).collect();
        assert_eq!(telling, ["residents", "birth", "rates"]);
        let weight = |typed: &str| groups.iter().find(|group| group.typed == typed).unwrap().weight;
        assert!(weight("take") < weight("birth"), "though no product has it");
        assert_eq!(without_light(&read("take every ")).len(), 2, "where nothing else is asked for they are what is asked for");
    }

    #[test]
    fn another_name_counts_more_where_the_word_itself_is_unused() {
        let quality = |typed: &str| read(typed)[0].alternatives.iter().find(|way| way.reason == Reason::Synonym).unwrap().quality;
        assert!(quality("babies ") > quality("births "), "products have births, and none has babies");
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read(typed in "\\PC{0,200}") {
            for group in read(&typed) {
                prop_assert!(!group.alternatives.is_empty() && group.weight.is_finite());
            }
        }
    }
}
