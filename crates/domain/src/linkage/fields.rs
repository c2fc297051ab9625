//! Several fields compared together: which columns stand for each other, how much each weighs, and how alike two records must be.

use super::{LinkageForm, Linked, Way};
use crate::{Violation, text_enum};

text_enum! {
    /// How much a field counts among the others.
    Weight, "weight of a field" {
        Little = "little", "Counts little";
        Ordinary = "ordinary", "Counts as usual";
        Much = "much", "Counts much";
    }
}

impl Weight {
    /// How many bits each pair of letters sets: a record of three fields fills a third of its filter.
    pub const fn hashes(self) -> u16 {
        match self {
            Self::Little => 5,
            Self::Ordinary => 10,
            Self::Much => 20,
        }
    }
}

/// In hundredths. Below the least everybody is like everybody; above the largest one slip is somebody else.
pub const LIKENESS: std::ops::RangeInclusive<u8> = 70..=95;

/// Names of what is typed for each pair of columns after the first: left, right and weight.
pub const FURTHER: [[&str; 3]; 3] = [["left_2", "right_2", "weight_2"], ["left_3", "right_3", "weight_3"], ["left_4", "right_4", "weight_4"]];

/// A pair of columns as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedPair {
    /// As [`Linked`] is written.
    pub left: String,
    pub right: String,
    /// A word of [`Weight`].
    pub weight: String,
}

/// Two columns that stand for each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedPair {
    /// Left, then right.
    pub columns: [String; 2],
    pub weight: Weight,
}

fn weight(word: &str, field: &'static str, wrong: &mut Vec<Violation>) -> Option<Weight> {
    let weight = word.parse().ok();
    if weight.is_none() {
        wrong.push(Violation::new(field, "weight_unknown", "Choose how much it counts."));
    }
    weight
}

/// One more column of a side: of the same rows as the first one.
fn beside(text: &str, first: Option<&Linked>, field: &'static str, wrong: &mut Vec<Violation>) -> Option<String> {
    let Some(found) = Linked::read(text) else {
        wrong.push(Violation::new(field, "pair_incomplete", "Choose the column that it is compared with, or leave both open."));
        return None;
    };
    if first.is_some_and(|first| (first.agreement, first.dataset) != (found.agreement, found.dataset)) {
        wrong.push(Violation::new(field, "other_table", "Choose a column of the same table as the first one of this side."));
        return None;
    }
    Some(found.column)
}

/// What is compared besides the first pair. Nothing unless several fields are: what would be left out is not taken silently.
pub(super) fn check_fields(form: &LinkageForm, way: Way, sides: [Option<&Linked>; 2], wrong: &mut Vec<Violation>) -> Vec<ComparedPair> {
    let filled = |pair: &&TypedPair| !pair.left.is_empty() || !pair.right.is_empty();
    if way != Way::Fields {
        if let Some((_, names)) = form.further.iter().zip(FURTHER).find(|(pair, _)| filled(pair)) {
            wrong.push(Violation::new(names[0], "pair_unused", format!("Leave this open, or choose “{}”.", Way::Fields.label())));
        }
        return vec![];
    }
    let first = weight(&form.weight, "weight", wrong);
    let mut pairs: Vec<ComparedPair> = match (sides, first) {
        ([Some(left), Some(right)], Some(weight)) => vec![ComparedPair { columns: [left.column.clone(), right.column.clone()], weight }],
        _ => vec![],
    };
    if !form.further.iter().any(|pair| filled(&pair)) {
        wrong.push(Violation::new(FURTHER[0][0], "pair_missing", "Choose at least one more pair of columns."));
    }
    for (pair, [left_name, right_name, weight_name]) in form.further.iter().zip(FURTHER).filter(|(pair, _)| filled(pair)) {
        let left = beside(&pair.left, sides[0], left_name, wrong);
        let right = beside(&pair.right, sides[1], right_name, wrong);
        let weight = weight(&pair.weight, weight_name, wrong);
        let (Some(left), Some(right), Some(weight)) = (left, right, weight) else { continue };
        if pairs.iter().any(|other| other.columns[0] == left || other.columns[1] == right) {
            wrong.push(Violation::new(left_name, "pair_twice", "Choose each column once; what counts more has a weight."));
        }
        pairs.push(ComparedPair { columns: [left, right], weight });
    }
    pairs
}

/// How alike two are when they are taken for one, in hundredths.
pub(super) fn check_likeness(form: &LinkageForm, way: Way, wrong: &mut Vec<Violation>) -> Option<u8> {
    let likeness = way.likeness().or_else(|| form.likeness.trim().parse::<u8>().ok().filter(|likeness| LIKENESS.contains(likeness)));
    if likeness.is_none() {
        wrong.push(Violation::new("likeness", "likeness_wrong", format!("Write a number from {} to {}.", LIKENESS.start(), LIKENESS.end())));
    }
    likeness
}

#[cfg(test)]
mod tests {
    use super::super::check_linkage;
    use super::*;
    use crate::id::{AgreementId, DatasetId};
    use uuid::Uuid;

    fn column(agreement: u128, name: &str) -> String {
        Linked { agreement: AgreementId(Uuid::from_u128(agreement)), dataset: DatasetId(Uuid::from_u128(9)), column: name.into() }.to_string()
    }

    fn pair(left: &str, right: &str, weight: &str) -> TypedPair {
        TypedPair { left: column(1, left), right: column(2, right), weight: weight.into() }
    }

    fn form(further: Vec<TypedPair>) -> LinkageForm {
        LinkageForm {
            left: column(1, "name"),
            right: column(2, "called"),
            way: "fields".into(),
            reason: "How many of both".into(),
            least: "25".into(),
            gives: "size".into(),
            weight: "much".into(),
            likeness: "85".into(),
            further,
        }
    }

    fn fields(form: &LinkageForm) -> Vec<&'static str> {
        check_linkage(form).unwrap_err().iter().map(|one| one.field).collect()
    }

    #[test]
    fn several_fields_have_weights_and_a_likeness() {
        let new = check_linkage(&form(vec![TypedPair::default(), pair("born", "birth", "ordinary")])).unwrap();
        let pair = |left: &str, right: &str, weight| ComparedPair { columns: [left.into(), right.into()], weight };
        assert_eq!(new.fields, [pair("name", "called", Weight::Much), pair("born", "birth", Weight::Ordinary)]);
        assert_eq!((new.way, new.likeness), (Way::Fields, 85));
    }

    #[test]
    fn what_does_not_fit_together_is_named_where_it_stands() {
        assert_eq!(fields(&form(vec![])), ["left_2"], "one field alone is the other way");
        let good = pair("born", "birth", "little");
        assert_eq!(fields(&form(vec![TypedPair { right: String::new(), ..good.clone() }])), ["right_2"]);
        assert_eq!(fields(&form(vec![TypedPair { left: column(2, "born"), ..good.clone() }])), ["left_2"], "of the same agreement");
        assert_eq!(fields(&form(vec![TypedPair { weight: "lots".into(), ..good.clone() }])), ["weight_2"]);
        assert_eq!(fields(&form(vec![good.clone(), pair("name", "code", "much")])), ["left_3"], "what names people weighs once");
        for likeness in ["69", "96", "0.8", ""] {
            assert_eq!(fields(&LinkageForm { likeness: likeness.into(), ..form(vec![good.clone()]) }), ["likeness"], "{likeness}");
        }
        assert_eq!(fields(&LinkageForm { gives: "rows".into(), ..form(vec![good.clone()]) }), ["gives"]);
        assert_eq!(fields(&LinkageForm { way: "alike".into(), ..form(vec![good]) }), ["left_2"], "nothing is left out silently");
    }
}
