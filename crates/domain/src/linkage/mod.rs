//! Finding out how many people two agreements have in common, without either side's identifiers leaving: what must be agreed before,
//! and what may be said after.

mod clk;
mod fields;

pub use clk::{BITS, Clk, Field, NotAClk, bigrams};
pub use fields::{ComparedPair, FURTHER, LIKENESS, TypedPair, Weight};

use crate::id::{AgreementId, DatasetId};
use crate::{Violation, Violations, text_enum};
use std::fmt;

text_enum! {
    LinkageState, "state of a linkage" {
        Requested = "requested", "Waiting for both owners";
        Approved = "approved", "Approved by both";
        InForce = "in-force", "In force";
        Refused = "refused", "Refused";
        Ended = "ended", "Ended";
    }
}

text_enum! {
    /// When two are taken for one.
    Way, "way of linking" {
        Exact = "exact", "Equal, but for capitals, spaces and signs";
        Alike = "alike", "Alike, for what is written by hand";
        Fields = "fields", "Alike in several fields together";
    }
}

impl Way {
    /// The likeness from which two are taken for one, in hundredths: with twenty hashes for each pair of letters, one slip in an ordinary
    /// name stays above eighty, and two different names stay below. Of several fields both owners agree on it.
    pub const fn likeness(self) -> Option<u8> {
        match self {
            Self::Exact => Some(100),
            Self::Alike => Some(80),
            Self::Fields => None,
        }
    }
}

text_enum! {
    /// What the requester gets of it.
    Gives, "what a linkage gives" {
        Size = "size", "The number alone";
        Rows = "rows", "The number, and rows of both side by side, with a pseudonym instead of what is linked";
    }
}

text_enum! {
    /// What a source said.
    Measured, "outcome" {
        Size = "size", "Counted";
        TooFew = "too-few", "Fewer than agreed, or nobody";
        TooMany = "too-many", "Too many to compare by likeness";
        NotShared = "not-shared", "A table is not shared any more";
    }
}

text_enum! {
    /// Which of the two products somebody speaks for.
    Side, "side" {
        Left = "left", "First product";
        Right = "right", "Second product";
    }
}

/// A move that no rule allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cannot go from {from} to {to}")]
pub struct IllegalMove {
    pub from: &'static str,
    pub to: &'static str,
}

impl LinkageState {
    /// The next state, or which move was illegal.
    pub fn to(self, next: Self) -> Result<Self, IllegalMove> {
        use LinkageState::{Approved, Ended, InForce, Refused, Requested};
        let legal = matches!((self, next), (Requested, Approved | Refused | Ended) | (Approved, InForce | Ended) | (InForce, Ended));
        if legal { Ok(next) } else { Err(IllegalMove { from: self.label(), to: next.label() }) }
    }
}

/// The least that any linkage discloses: a smaller match says that there is one, and little more would say who.
pub const LEAST_MATCH: i64 = 10;
const LARGEST_LEAST: i64 = 1_000_000;

/// What a requester typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkageForm {
    /// A column of an agreement each, as [`Linked`] is written.
    pub left: String,
    pub right: String,
    pub way: String,
    pub reason: String,
    pub least: String,
    /// A word of `Gives`.
    pub gives: String,
    /// For several fields: what the first pair weighs, the pairs besides it, and the likeness in hundredths.
    pub weight: String,
    pub further: Vec<TypedPair>,
    pub likeness: String,
}

/// A column of an agreement's dataset, written `agreement:dataset:column`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    pub agreement: AgreementId,
    pub dataset: DatasetId,
    pub column: String,
}

impl Linked {
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ':');
        let (agreement, dataset, column) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?);
        Some(Self { agreement, dataset, column: column.to_owned() })
    }
}

impl fmt::Display for Linked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.agreement, self.dataset, self.column)
    }
}

/// A linkage that may be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLinkage {
    pub sides: [Linked; 2],
    pub way: Way,
    /// From which likeness two are taken for one, in hundredths.
    pub likeness: u8,
    /// Where several are compared: all of them, that of the sides first.
    pub fields: Vec<ComparedPair>,
    pub reason: String,
    pub least: i64,
    /// Rows of both sides, under a pseudonym of the linkage alone, beside the number.
    pub rows: bool,
}

/// Checks what a requester typed: what is linked, how, why, and the least match that may be said.
pub fn check_linkage(form: &LinkageForm) -> Result<NewLinkage, Violations> {
    let reason = form.reason.trim();
    let mut wrong = vec![];
    let (left, right) = (Linked::read(&form.left), Linked::read(&form.right));
    if left.is_none() {
        wrong.push(Violation::new("left", "left_missing", "Choose what is linked."));
    }
    if right.is_none() {
        wrong.push(Violation::new("right", "right_missing", "Choose what it is linked with."));
    }
    if left.as_ref().zip(right.as_ref()).is_some_and(|(left, right)| left.agreement == right.agreement) {
        wrong.push(Violation::new("right", "one_agreement", "Choose a column of another agreement."));
    }
    let way = form.way.parse::<Way>().ok();
    if way.is_none() {
        wrong.push(Violation::new("way", "way_unknown", "Choose when two are taken for one."));
    }
    let fields = way.map(|way| fields::check_fields(form, way, [left.as_ref(), right.as_ref()], &mut wrong)).unwrap_or_default();
    let likeness = way.and_then(|way| fields::check_likeness(form, way, &mut wrong));
    if !(10..=500).contains(&reason.chars().count()) {
        wrong.push(Violation::new("reason", "reason_missing", "Say in 10 to 500 characters what you want to find out."));
    }
    let gives = form.gives.parse::<Gives>();
    if gives.is_err() {
        wrong.push(Violation::new("gives", "gives_unknown", "Choose what you want to get."));
    } else if matches!((&gives, way), (Ok(Gives::Rows), Some(Way::Alike | Way::Fields))) {
        wrong.push(Violation::new(
            "gives",
            "gives_alike",
            "Rows are put side by side only where both are equal; by likeness there is the number alone.",
        ));
    }
    let least = form.least.trim().parse::<i64>().ok().filter(|least| (LEAST_MATCH..=LARGEST_LEAST).contains(least));
    if least.is_none() {
        wrong.push(Violation::new("least", "least_wrong", format!("Write a number from {LEAST_MATCH} on.")));
    }
    match (left, right, way.zip(likeness), least, wrong.is_empty()) {
        (Some(left), Some(right), Some((way, likeness)), Some(least), true) => {
            Ok(NewLinkage { sides: [left, right], way, likeness, fields, reason: reason.to_owned(), least, rows: matches!(gives, Ok(Gives::Rows)) })
        }
        _ => Err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn both_agree_before_anything_is_in_force_and_it_ends_once() {
        use LinkageState::{Approved, Ended, InForce, Refused, Requested};
        let legal = [(Requested, Approved), (Requested, Refused), (Requested, Ended), (Approved, InForce), (Approved, Ended), (InForce, Ended)];
        for from in LinkageState::ALL {
            for to in LinkageState::ALL {
                assert_eq!(from.to(*to).is_ok(), legal.contains(&(*from, *to)), "{from} to {to}");
            }
        }
    }

    #[test]
    fn what_was_typed_is_checked() {
        let side = |n| Linked { agreement: AgreementId(Uuid::from_u128(n)), dataset: DatasetId(Uuid::from_u128(9)), column: "a:b".into() };
        assert_eq!(Linked::read(&side(1).to_string()), Some(side(1)));
        let form = LinkageForm {
            left: side(1).to_string(),
            right: side(2).to_string(),
            way: "alike".into(),
            reason: " How many of both ".into(),
            least: "25".into(),
            gives: "size".into(),
            ..LinkageForm::default()
        };
        let new = check_linkage(&form).unwrap();
        assert_eq!((new.sides, new.way, new.reason.as_str(), new.least), ([side(1), side(2)], Way::Alike, "How many of both", 25));
        assert_eq!((new.likeness, new.fields), (80, vec![]));
        let fields = |form: &LinkageForm| check_linkage(form).unwrap_err().iter().map(|one| one.field).collect::<Vec<_>>();
        assert_eq!(fields(&LinkageForm { least: "9".into(), ..form.clone() }), ["least"], "fewer than ten are never said");
        assert_eq!(fields(&LinkageForm { right: side(1).to_string(), ..form.clone() }), ["right"]);
        assert_eq!(fields(&LinkageForm { gives: "rows".into(), ..form.clone() }), ["gives"], "likeness puts no rows side by side");
        assert!(check_linkage(&LinkageForm { gives: "rows".into(), way: "exact".into(), ..form }).unwrap().rows);
        assert_eq!(fields(&LinkageForm::default()), ["left", "right", "way", "reason", "gives", "least"]);
    }
}
