//! Every word that listed products use: what a mistaken word was meant to be, and how a half-typed one goes on.
//! Held in memory; a word of a product that is not listed is never in it.

use crate::text::stem;
use std::collections::HashMap;
use strsim::osa_distance;

const MOST_MISTAKES: usize = 2;
/// The words that come into question are at most this many.
const MOST: usize = 8;

#[derive(Debug, Default)]
pub struct Vocabulary {
    /// Sorted; with the number of products, and which letters occur.
    words: Vec<Word>,
    /// Number of products by stem: of its most used word.
    stems: HashMap<String, u32>,
    /// Places in `words` by length in letters.
    by_length: Vec<Vec<u32>>,
    products: u32,
}

#[derive(Debug)]
struct Word {
    text: String,
    products: u32,
    letters: u64,
}

/// One bit a letter, digits and others folded onto the rest.
fn letters(word: &str) -> u64 {
    word.bytes().fold(0, |bits, byte| bits | 1 << (byte % 64))
}

/// How many mistakes are forgiven in a word that was meant to have so many letters: one from five on, two from nine.
pub const fn mistakes(letters: usize) -> usize {
    match letters {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    }
}

impl Vocabulary {
    pub fn new(mut words: Vec<(String, u32)>, products: u32) -> Self {
        words.sort();
        let mut stems: HashMap<String, u32> = HashMap::new();
        let mut by_length: Vec<Vec<u32>> = vec![];
        let words: Vec<Word> = words
            .into_iter()
            .zip(0u32..)
            .map(|((text, count), place)| {
                let of_stem = stems.entry(stem(&text)).or_default();
                *of_stem = (*of_stem).max(count);
                let length = text.chars().count();
                if by_length.len() <= length {
                    by_length.resize_with(length + 1, Vec::new);
                }
                by_length[length].push(place);
                Word { letters: letters(&text), text, products: count }
            })
            .collect();
        Self { words, stems, by_length, products }
    }

    /// Products that use a word with this stem; 0 for one that nobody uses.
    pub fn products_with(&self, stem: &str) -> u32 {
        self.stems.get(stem).copied().unwrap_or_default()
    }

    /// How much a stem tells: rare words tell more.
    pub fn weight(&self, stem: &str) -> f32 {
        let (all, with) = (f64::from(self.products.max(1)), f64::from(self.products_with(stem)));
        #[expect(clippy::cast_possible_truncation, reason = "a logarithm of a count is a small number")]
        let weight = (1.0 + all / (1.0 + with)).ln() as f32;
        weight
    }

    fn has(&self, word: &str) -> Option<&Word> {
        self.words.binary_search_by(|known| known.text.as_str().cmp(word)).ok().map(|place| &self.words[place])
    }

    pub fn knows(&self, word: &str) -> bool {
        self.has(word).is_some()
    }

    /// Words that begin with `start`, most used first.
    pub fn completions(&self, start: &str, most: usize) -> Vec<(&str, u32)> {
        let first = self.words.partition_point(|word| word.text.as_str() < start);
        let mut found: Vec<&Word> =
            self.words[first..].iter().take_while(|word| word.text.starts_with(start)).filter(|word| word.text != start).collect();
        found.sort_by(|a, b| b.products.cmp(&a.products).then_with(|| a.text.cmp(&b.text)));
        found.into_iter().take(most).map(|word| (word.text.as_str(), word.products)).collect()
    }

    /// What a word was meant to be, with the number of mistakes: fewest first, then most used.
    pub fn corrections(&self, typed: &str) -> Vec<(&str, usize)> {
        if typed.chars().any(|c| c.is_ascii_digit()) {
            return vec![];
        }
        let length = typed.chars().count();
        let bits = letters(typed);
        let mut found: Vec<(&Word, usize)> = vec![];
        // The length of the word that was meant decides: a letter may be what is missing.
        for (meant, places) in self.by_length.iter().enumerate().skip(length.saturating_sub(MOST_MISTAKES)).take(2 * MOST_MISTAKES + 1) {
            let allowed = mistakes(meant);
            if meant.abs_diff(length) > allowed {
                continue;
            }
            for place in places {
                let word = &self.words[*place as usize];
                // Each mistake brings or takes at most one letter each way: most words are out without a closer look.
                if (word.letters ^ bits).count_ones() as usize > 2 * allowed {
                    continue;
                }
                let distance = osa_distance(typed, &word.text);
                if distance <= allowed && distance > 0 {
                    found.push((word, distance));
                }
            }
        }
        sort(&mut found);
        found.into_iter().take(MOST).map(|(word, distance)| (word.text.as_str(), distance)).collect()
    }

    /// The words that look most like one that nobody uses, when none is near enough to be taken for it: about one letter in three may
    /// differ. For offering, not for answering.
    pub fn nearest(&self, typed: &str, most: usize) -> Vec<&str> {
        let length = typed.chars().count();
        if length < 3 || typed.chars().any(|c| c.is_ascii_digit()) {
            return vec![];
        }
        let allowed = length.div_ceil(3);
        let bits = letters(typed);
        let mut found: Vec<(&Word, usize)> = self
            .by_length
            .iter()
            .skip(length.saturating_sub(allowed).max(3))
            .take(2 * allowed + 1)
            .flatten()
            .map(|place| &self.words[*place as usize])
            .filter(|word| (word.letters ^ bits).count_ones() as usize <= 2 * allowed)
            .map(|word| (word, osa_distance(typed, &word.text)))
            .filter(|(_, distance)| (1..=allowed).contains(distance))
            .collect();
        sort(&mut found);
        found.into_iter().take(most).map(|(word, _)| word.text.as_str()).collect()
    }

    /// The same for a word that is not finished: only its beginning is compared.
    pub fn corrected_completions(&self, typed: &str) -> Vec<(&str, usize)> {
        let length = typed.chars().count();
        let allowed = mistakes(length);
        if allowed == 0 {
            return vec![];
        }
        let mut found: Vec<(&Word, usize)> = self
            .words
            .iter()
            .filter(|word| word.text.len() > length)
            .filter_map(|word| {
                let start: String = word.text.chars().take(length).collect();
                let distance = osa_distance(typed, &start);
                (distance <= allowed).then_some((word, distance))
            })
            .collect();
        sort(&mut found);
        found.into_iter().take(MOST).map(|(word, distance)| (word.text.as_str(), distance)).collect()
    }

    /// A word that was meant to be two, when both are known: the pair that is used most.
    pub fn split<'a>(&self, typed: &'a str) -> Option<(&'a str, &'a str)> {
        let used = |word: &str| self.has(word).map_or(0, |word| word.products);
        typed
            .char_indices()
            .map(|(place, _)| typed.split_at(place))
            .filter(|(a, b)| a.len() >= 3 && b.len() >= 3)
            .map(|(a, b)| (used(a).min(used(b)), (a, b)))
            .filter(|(both, _)| *both > 0)
            .max_by_key(|(both, _)| *both)
            .map(|(_, pair)| pair)
    }
}

fn sort(found: &mut [(&Word, usize)]) {
    found.sort_by(|(a, near), (b, far)| near.cmp(far).then_with(|| b.products.cmp(&a.products)).then_with(|| a.text.cmp(&b.text)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn vocabulary() -> Vocabulary {
        let words = [
            ("population", 40),
            ("populations", 1),
            ("resident", 30),
            ("residents", 5),
            ("rainfall", 9),
            ("rate", 20),
            ("bus", 8),
            ("stop", 7),
            ("stops", 3),
        ];
        Vocabulary::new(words.into_iter().map(|(word, count)| (word.to_owned(), count)).collect(), 100)
    }

    #[test]
    fn mistakes_are_forgiven_by_length() {
        let v = vocabulary();
        assert_eq!(v.corrections("popultaion")[0].0, "population");
        assert_eq!(v.corrections("populatoin")[0], ("population", 1));
        assert_eq!(v.corrections("rainfal")[0].0, "rainfall");
        assert!(v.corrections("rats").is_empty(), "a short word is taken as it is");
        assert!(v.corrections("xxxxxxxxxx").is_empty());
        assert_eq!(v.corrected_completions("popilat")[0].0, "population");
    }

    #[test]
    fn what_is_too_far_to_be_meant_is_still_offered() {
        let v = vocabulary();
        assert_eq!(v.nearest("buz", 3), ["bus"]);
        assert_eq!(v.nearest("rosidint", 3), ["resident", "residents"]);
        assert_eq!(v.nearest("populazhon", 3)[0], "population");
        assert!(v.nearest("zz", 3).is_empty() && v.nearest("qqqqqqqq", 3).is_empty() && v.nearest("bus1", 3).is_empty());
    }

    #[test]
    fn half_words_go_on_and_joined_words_come_apart() {
        let v = vocabulary();
        assert_eq!(v.completions("resid", 5), [("resident", 30), ("residents", 5)]);
        assert_eq!(v.split("busstop"), Some(("bus", "stop")));
        assert_eq!(v.split("rainfall"), None);
        assert!(v.weight("bus") > v.weight("popul"));
    }

    proptest! {
        #[test]
        fn one_mistake_is_always_found(place in 0usize..10, letter in proptest::char::range('a', 'z')) {
            let mut typed: Vec<char> = "population".chars().collect();
            typed[place] = letter;
            let typed: String = typed.into_iter().collect();
            let v = vocabulary();
            prop_assert!(typed == "population" || v.corrections(&typed).iter().any(|(word, _)| *word == "population"));
        }

        #[test]
        fn nothing_typed_breaks_it(typed in "\\PC{0,30}") {
            let v = vocabulary();
            let _ = (v.corrections(&typed), v.corrected_completions(&typed), v.completions(&typed, 5), v.split(&typed), v.nearest(&typed, 3));
        }
    }
}
