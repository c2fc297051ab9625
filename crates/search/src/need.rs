//! Which words a product must have: one formula, written in each engine's own language. Words are letters and digits
//! alone, so that nothing in them can be read as an operator; they are quoted all the same.

use crate::understand::Group;

/// Groups that are combined when some may be missing; of a longer query the most telling count.
pub(crate) const MOST_COMBINED: usize = 7;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Need {
    Word(String),
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl Need {
    /// Every group.
    pub(crate) fn every(groups: &[Group]) -> Self {
        Self::All(groups.iter().map(Self::group).collect())
    }

    /// All groups but one; but two of six and more. None when a single group is all there is.
    pub(crate) fn most(groups: &[Group]) -> Option<Self> {
        let combined = groups.len().min(MOST_COMBINED);
        let missing = match combined {
            0 | 1 => return None,
            2..=5 => 1,
            _ => 2,
        };
        Some(Self::having(groups, combined - missing))
    }

    /// So many of the groups, whichever: at least one, and no more than are combined.
    pub(crate) fn having(groups: &[Group], count: usize) -> Self {
        let mut telling: Vec<&Group> = groups.iter().collect();
        telling.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        telling.truncate(MOST_COMBINED);
        let parts: Vec<Self> = telling.into_iter().map(Self::group).collect();
        Self::Any(combinations(parts.len(), count).map(|chosen| Self::All(chosen.iter().map(|n| parts[*n].clone()).collect())).collect())
    }

    /// At least one group. None when a single group is all there is.
    pub(crate) fn some(groups: &[Group]) -> Option<Self> {
        (groups.len() > 1).then(|| Self::Any(groups.iter().map(Self::group).collect()))
    }

    fn group(group: &Group) -> Self {
        let words = |lexemes: &[String]| match lexemes {
            [one] => Self::Word(one.clone()),
            more => Self::All(more.iter().cloned().map(Self::Word).collect()),
        };
        Self::Any(group.alternatives.iter().map(|alternative| words(&alternative.lexemes)).collect())
    }

    /// For Postgres, as text of a `tsquery`.
    pub(crate) fn tsquery(&self) -> String {
        self.written(" & ", " | ", &|word| format!("'{word}'"))
    }

    /// For Meilisearch, as a filter on an attribute that holds words.
    pub(crate) fn filter(&self, attribute: &str) -> String {
        self.written(" AND ", " OR ", &|word| format!("{attribute} = \"{word}\""))
    }

    fn written(&self, and: &str, or: &str, word: &dyn Fn(&str) -> String) -> String {
        let joined = |parts: &[Self], by: &str| match parts {
            [one] => one.written(and, or, word),
            more => format!("({})", more.iter().map(|part| part.written(and, or, word)).collect::<Vec<_>>().join(by)),
        };
        match self {
            Self::Word(text) => word(&text.replace(['\'', '"', '\\'], "")),
            Self::All(parts) => joined(parts, and),
            Self::Any(parts) => joined(parts, or),
        }
    }
}

/// Every choice of `size` numbers below `of`.
fn combinations(of: usize, size: usize) -> impl Iterator<Item = Vec<usize>> {
    (0u32..1 << of).filter(move |bits| bits.count_ones() as usize == size).map(move |bits| (0..of).filter(|n| bits & (1 << n) != 0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::{Synonyms, understand};
    use crate::vocabulary::Vocabulary;

    #[test]
    fn one_formula_in_two_languages() {
        let synonyms = Synonyms::new(&[vec!["babies".into(), "live births".into()]]);
        let groups = understand("babies bus ", &Vocabulary::default(), &synonyms, true);
        let need = Need::every(&groups);
        assert_eq!(need.tsquery(), "(('babi' | ('live' & 'birth')) & 'bus')");
        assert_eq!(need.filter("w"), "((w = \"babi\" OR (w = \"live\" AND w = \"birth\")) AND w = \"bus\")");
        assert_eq!(Need::most(&groups).unwrap().tsquery(), "(('babi' | ('live' & 'birth')) | 'bus')");
        assert_eq!(Need::most(&groups[..1]), None);
        let three = understand("tree road bus ", &Vocabulary::default(), &synonyms, true);
        assert_eq!(Need::having(&three, 2).tsquery(), "(('tree' & 'road') | ('tree' & 'bus') | ('road' & 'bus'))");
        assert_eq!(Need::having(&three, 1).tsquery(), "('tree' | 'road' | 'bus')");
    }

    #[test]
    fn hostile_words_are_words() {
        let groups = understand("a' | !drop:* \"x\" OR", &Vocabulary::default(), &Synonyms::default(), true);
        assert_eq!(Need::every(&groups).tsquery(), "('drop' & 'x')");
    }
}
