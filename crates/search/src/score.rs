//! How well a product fits: words first, then trust, freshness, and how access works for this reader. A pure function of
//! what was asked and what the product's document says, so that every place in a list can be explained.

use crate::understand::{Group, Reason};
use std::collections::{HashMap, HashSet};

/// Where words stand in a product, most telling first. The order is that of the lines of a document's fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Title,
    /// Titles of datasets, tags, the address, agency and domain.
    Names,
    /// Names of columns, and of the glossary's terms that they carry.
    Columns,
    /// Summary and description.
    Prose,
    /// The years that the data covers.
    Years,
}

impl Field {
    pub const ALL: [Self; 5] = [Self::Title, Self::Names, Self::Columns, Self::Prose, Self::Years];

    /// As the API names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Names => "names",
            Self::Columns => "columns",
            Self::Prose => "prose",
            Self::Years => "years",
        }
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Title => "the title",
            Self::Names => "names of datasets, tags or the agency",
            Self::Columns => "names of columns, or terms that they carry",
            Self::Prose => "the description",
            Self::Years => "the years covered",
        }
    }
}

/// How much each part counts. Data: `search_weight` overrides what is here.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    pub names: f32,
    pub columns: f32,
    pub prose: f32,
    pub years: f32,
    /// For a title that has little beside the words.
    pub coverage: f32,
    /// For words that follow each other as they were typed.
    pub order: f32,
    /// For words that stand in the title as they were typed, ending and all.
    pub form: f32,
    pub trust: f32,
    pub freshness: f32,
    pub access: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self { names: 0.8, columns: 0.6, prose: 0.5, years: 0.5, coverage: 0.14, order: 0.06, form: 0.05, trust: 0.04, freshness: 0.02, access: 0.02 }
    }
}

impl Weights {
    pub const NAMES: [&str; 10] = ["names", "columns", "prose", "years", "coverage", "order", "form", "trust", "freshness", "access"];

    /// Sets one by its name; false when there is none of that name.
    pub fn set(&mut self, name: &str, value: f32) -> bool {
        let weight = match name {
            "names" => &mut self.names,
            "columns" => &mut self.columns,
            "prose" => &mut self.prose,
            "years" => &mut self.years,
            "coverage" => &mut self.coverage,
            "order" => &mut self.order,
            "form" => &mut self.form,
            "trust" => &mut self.trust,
            "freshness" => &mut self.freshness,
            "access" => &mut self.access,
            _ => return false,
        };
        *weight = value;
        true
    }

    const fn of(&self, field: Field) -> f32 {
        match field {
            Field::Title => 1.0,
            Field::Names => self.names,
            Field::Columns => self.columns,
            Field::Prose => self.prose,
            Field::Years => self.years,
        }
    }
}

/// What a document says beside its words; each from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Standing {
    pub trust: f32,
    pub freshness: f32,
    /// 1 when the reader has it already, less the more there is to ask for.
    pub access: f32,
}

/// How one word or phrase of the query was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub typed: String,
    /// None when it is nowhere in this product.
    pub field: Option<Field>,
    pub shown: String,
    pub reason: Reason,
}

/// A score with all that went into it.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    pub total: f32,
    /// From 0 to 1.
    pub words: f32,
    pub standing: Standing,
    /// Weights that were used for the standing.
    pub counted: Standing,
    pub found: Vec<Found>,
}

/// The query, ready to be held against many documents.
pub struct Scorer<'a> {
    groups: &'a [Group],
    weights: &'a Weights,
    /// Every lexeme of the query has a number.
    numbers: HashMap<&'a str, usize>,
}

/// Where a lexeme stands in one document.
#[derive(Clone, Copy)]
struct Stand {
    field: Option<Field>,
    place: usize,
}

impl<'a> Scorer<'a> {
    pub fn new(groups: &'a [Group], weights: &'a Weights) -> Self {
        let mut numbers = HashMap::new();
        for lexeme in groups.iter().flat_map(|group| &group.alternatives).flat_map(|alternative| &alternative.lexemes) {
            let next = numbers.len();
            numbers.entry(lexeme.as_str()).or_insert(next);
        }
        Self { groups, weights, numbers }
    }

    /// `fields` are a document's lexemes, a field a line, in the order of [`Field::ALL`]; `title` is its folded title.
    pub fn score(&self, fields: &str, title: &str, standing: Standing) -> Score {
        let title: HashSet<&str> = title.split(' ').collect();
        let mut in_form = 0usize;
        let mut stands = vec![Stand { field: None, place: usize::MAX }; self.numbers.len()];
        let mut title_length = 0;
        for (field, line) in Field::ALL.into_iter().zip(fields.split('\n')) {
            for (place, lexeme) in line.split(' ').filter(|lexeme| !lexeme.is_empty()).enumerate() {
                if field == Field::Title {
                    title_length = place + 1;
                }
                if let Some(number) = self.numbers.get(lexeme)
                    && stands[*number].field.is_none()
                {
                    stands[*number] = Stand { field: Some(field), place };
                }
            }
        }
        let (mut told, mut all, mut in_title, mut in_order) = (0.0, 0.0, 0usize, 0usize);
        let mut before: Option<usize> = None;
        let mut found = Vec::with_capacity(self.groups.len());
        for group in self.groups {
            all += group.weight;
            let best = self.best(group, &stands);
            let Some((quality, field, alternative)) = best else {
                before = None;
                found.push(Found { typed: group.typed.clone(), field: None, shown: String::new(), reason: Reason::AsTyped });
                continue;
            };
            let chosen = &group.alternatives[alternative];
            told += group.weight * quality;
            in_form += usize::from(chosen.shown.split(' ').all(|word| title.contains(word)));
            found.push(Found { typed: group.typed.clone(), field: Some(field), shown: chosen.shown.clone(), reason: chosen.reason });
            if field == Field::Title {
                in_title += chosen.lexemes.len();
                let places = chosen.lexemes.iter().filter_map(|lexeme| self.numbers.get(lexeme.as_str())).map(|number| stands[*number].place);
                let (first, last) = places.fold((usize::MAX, 0), |(first, last), place| (first.min(place), last.max(place)));
                if before.is_some_and(|before| first == before + 1) {
                    in_order += 1;
                }
                before = Some(last);
            } else {
                before = None;
            }
        }
        let part_of = |part: usize, whole: usize| if whole == 0 { 0.0 } else { ratio(part.min(whole), whole) };
        let weights = self.weights;
        let told = if all > 0.0 { told / all } else { 0.0 };
        let shape =
            weights.coverage * part_of(in_title, title_length) + weights.order * part_of(in_order, self.groups.len().saturating_sub(1).max(1));
        let shape = shape + weights.form * part_of(in_form, self.groups.len());
        let words = told * (1.0 - weights.coverage - weights.order - weights.form + shape);
        let counted = Standing { trust: weights.trust, freshness: weights.freshness, access: weights.access };
        let beside = counted.trust * standing.trust + counted.freshness * standing.freshness + counted.access * standing.access;
        Score { total: words + beside, words, standing, counted, found }
    }

    /// The alternative that fits best: how well, where its least telling word stands, and which.
    fn best(&self, group: &Group, stands: &[Stand]) -> Option<(f32, Field, usize)> {
        let mut best: Option<(f32, Field, usize)> = None;
        for (number, alternative) in group.alternatives.iter().enumerate() {
            let fields: Option<Vec<Field>> =
                alternative.lexemes.iter().map(|lexeme| self.numbers.get(lexeme.as_str()).and_then(|number| stands[*number].field)).collect();
            let Some(field) = fields.and_then(|fields| fields.into_iter().max()) else { continue };
            let quality = alternative.quality * self.weights.of(field);
            if best.is_none_or(|(known, ..)| quality > known) {
                best = Some((quality, field, number));
            }
        }
        best
    }
}

fn ratio(part: usize, whole: usize) -> f32 {
    let small = |n: usize| f32::from(u16::try_from(n).unwrap_or(u16::MAX));
    small(part) / small(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::{Synonyms, understand};
    use crate::vocabulary::Vocabulary;
    use proptest::prelude::*;

    fn score(typed: &str, fields: &str) -> Score {
        let words = ["bus", "stops", "routes", "population", "birth"].iter().map(|word| ((*word).to_owned(), 2)).collect();
        let groups = understand(typed, &Vocabulary::new(words, 20), &Synonyms::new(&[vec!["babies".into(), "births".into()]]), true);
        Scorer::new(&groups, &Weights::default()).score(fields, typed, Standing::default())
    }

    #[test]
    fn the_title_counts_most_and_a_short_one_more() {
        let whole = score("bus stops ", "bus stop\n\n\n\n");
        let longer = score("bus stops ", "bus stop near park\n\n\n\n");
        let turned = score("bus stops ", "stop bus near park\n\n\n\n");
        let elsewhere = score("bus stops ", "rout\nbus stop\n\n\n");
        assert!(whole.total > longer.total && longer.total > turned.total && turned.total > elsewhere.total);
        assert!((whole.words - 1.0).abs() < 0.001);
    }

    #[test]
    fn what_was_found_is_said() {
        let found = score("babies zoo ", "live birth\n\n\n\n").found;
        assert_eq!((found[0].field, found[0].reason, found[0].shown.as_str()), (Some(Field::Title), Reason::Synonym, "births"));
        assert_eq!(found[1].field, None);
    }

    proptest! {
        #[test]
        fn words_come_before_everything_else(trust in 0.0f32..=1.0, freshness in 0.0f32..=1.0, access in 0.0f32..=1.0) {
            let words = vec![("bus".to_owned(), 2), ("rout".to_owned(), 2)];
            let groups = understand("bus rout ", &Vocabulary::new(words, 20), &Synonyms::default(), true);
            let weights = Weights::default();
            let scorer = Scorer::new(&groups, &weights);
            let both = scorer.score("bus rout\n\n\n\n", "", Standing::default()).total;
            let one = scorer.score("bus\n\n\n\n", "", Standing { trust, freshness, access }).total;
            prop_assert!(both > one);
        }
    }
}
