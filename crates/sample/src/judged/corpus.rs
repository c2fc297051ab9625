//! All titles with their words, so that for any words the titles that hold them are known.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Words that say nothing of what is looked for.
const COMMON: &[&str] =
    &["and", "are", "at", "by", "for", "from", "in", "into", "not", "of", "on", "or", "per", "the", "their", "to", "under", "with"];

/// The words of a text as a search engine would see them: lower case, no punctuation.
pub fn words(text: &str) -> Vec<String> {
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether a word says what is looked for: not a number, not a common word, not a single letter or two.
pub fn is_informative(word: &str) -> bool {
    word.chars().filter(|c| c.is_alphabetic()).count() >= 3 && !COMMON.contains(&word)
}

pub fn informative(words: &[String]) -> usize {
    words.iter().filter(|word| is_informative(word)).collect::<BTreeSet<_>>().len()
}

/// One word of a query: any of these will do.
pub type Term = BTreeSet<u32>;

#[derive(Default)]
pub struct Corpus {
    /// In order, so that the words with one beginning stand together.
    vocabulary: BTreeMap<String, u32>,
    /// The words of each title, each once, in order.
    titles: Vec<Vec<u32>>,
    /// The titles of each word.
    places: Vec<Vec<u32>>,
    folded: HashMap<String, u32>,
}

impl Corpus {
    pub fn of<'a>(all: impl Iterator<Item = &'a str>) -> Self {
        let mut corpus = Self::default();
        for title in all {
            let number = u32::try_from(corpus.titles.len()).unwrap_or(u32::MAX);
            let words = words(title);
            *corpus.folded.entry(words.join(" ")).or_default() += 1;
            let mut ids: Vec<u32> = words.into_iter().map(|word| corpus.id(word)).collect();
            ids.sort_unstable();
            ids.dedup();
            for id in &ids {
                corpus.places[*id as usize].push(number);
            }
            corpus.titles.push(ids);
        }
        corpus
    }

    fn id(&mut self, word: String) -> u32 {
        let next = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        let id = *self.vocabulary.entry(word).or_insert(next);
        if id == next {
            self.places.push(Vec::new());
        }
        id
    }

    pub fn has(&self, word: &str) -> bool {
        self.vocabulary.contains_key(word)
    }

    /// Whether no other title is the same save for case and punctuation.
    pub fn is_unique(&self, words: &[String]) -> bool {
        self.folded.get(&words.join(" ")) == Some(&1)
    }

    pub fn term(&self, word: &str) -> Term {
        self.vocabulary.get(word).copied().into_iter().collect()
    }

    pub fn begun(&self, beginning: &str) -> Term {
        self.vocabulary.range(beginning.to_owned()..).take_while(|(word, _)| word.starts_with(beginning)).map(|(_, id)| *id).collect()
    }

    /// The titles that hold every term, in order.
    pub fn holding(&self, terms: &[Term]) -> Vec<usize> {
        let cost = |term: &&Term| term.iter().map(|id| self.places[*id as usize].len()).sum::<usize>();
        let Some(rarest) = terms.iter().min_by_key(cost) else { return vec![] };
        let candidates: BTreeSet<u32> = rarest.iter().flat_map(|id| &self.places[*id as usize]).copied().collect();
        let holds = |title: &usize| terms.iter().all(|term| term.iter().any(|id| self.titles[*title].binary_search(id).is_ok()));
        candidates.into_iter().map(|title| title as usize).filter(holds).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_found_by_their_words_and_beginnings() {
        let corpus = Corpus::of(["Bus Stops", "Bus stops - by area", "Rail stations", "BUS, STOPS"].into_iter());
        let terms = |text: &str| words(text).iter().map(|word| corpus.term(word)).collect::<Vec<_>>();
        assert_eq!(corpus.holding(&terms("stops bus")), [0, 1, 3]);
        assert_eq!(corpus.holding(&terms("bus area")), [1]);
        assert_eq!(corpus.holding(&terms("bus trams")), Vec::<usize>::new());
        assert_eq!(corpus.holding(&[corpus.begun("st")]), [0, 1, 2, 3]);
        assert!(!corpus.is_unique(&words("bus stops")) && corpus.is_unique(&words("Rail Stations")));
    }

    #[test]
    fn years_and_little_words_inform_nobody() {
        assert_eq!(informative(&words("Births by Sex, 2019 to 2021")), 2);
        assert_eq!(informative(&words("Bus and bus")), 1);
    }
}
