//! Weighs evidence. Each detector adds and subtracts weights, which are logarithms of odds: 0 is a toss of a coin, 2 is seven to
//! one. A column is personal when the detector that speaks loudest ends above 0.
//!
//! The weights are few and the same everywhere, so that a column that nobody thought of is judged like the ones somebody did.

mod contact;
mod facts;
mod identity;
mod person;
mod place;
mod text;
mod traits;

pub use facts::Facts;

use crate::mask::masked;
use crate::naming::Subject;
use crate::proposal::{Basis, Evidence, Kind};
use domain::catalogue::{ColumnType, PersonalCategory};

/// What is true of most columns: they are not personal.
const BIAS: f64 = -1.0;
/// A name that says plainly what the column holds; one that may say it.
pub const PLAINLY: f64 = 3.0;
pub const PERHAPS: f64 = 1.0;
/// Values that have nothing of the form: no name outweighs it.
pub const NOTHING_OF_IT: f64 = -4.5;
/// Values that were checked digit by digit.
pub const CHECKED: f64 = 5.0;

/// One detector's case.
#[derive(Debug, Clone)]
pub struct Case {
    pub kind: Kind,
    pub category: PersonalCategory,
    pub detector: String,
    pub weight: f64,
    /// Each with the weight that it had.
    pub evidence: Vec<(f64, Evidence)>,
}

impl Case {
    fn new(kind: Kind) -> Self {
        Self { kind, category: kind.category(), detector: kind.as_str().to_owned(), weight: BIAS, evidence: Vec::new() }
    }

    /// A detector of a domain's own.
    pub fn custom(name: &str, category: PersonalCategory) -> Self {
        Self { category, detector: name.to_owned(), ..Self::new(Kind::Custom) }
    }

    pub fn say(&mut self, basis: Basis, weight: f64, note: impl Into<String>) {
        self.add(basis, weight, 0, 0, Vec::new(), note.into());
    }

    /// Evidence of values: which of all matched.
    pub fn show(&mut self, weight: f64, matched: &[&str], of: usize, note: impl Into<String>) {
        let mut examples: Vec<String> = Vec::new();
        for value in matched {
            let example = masked(value);
            if !examples.contains(&example) {
                examples.push(example);
            }
            if examples.len() == 3 {
                break;
            }
        }
        self.add(Basis::Values, weight, matched.len(), of, examples, note.into());
    }

    fn add(&mut self, basis: Basis, weight: f64, matched: usize, of: usize, examples: Vec<String>, note: String) {
        self.weight += weight;
        let speaks_for = weight > 0.0;
        self.evidence.push((weight, Evidence { detector: self.detector.clone(), basis, speaks_for, matched, of, examples, note }));
    }

    /// What the column's name (or its glossary term) says for this kind.
    fn name(&mut self, facts: &Facts<'_>) {
        let basis = if facts.from_term { Basis::Term } else { Basis::Name };
        match facts.naming.says {
            Some((kind, _)) if kind == self.kind && facts.naming.about => {
                self.say(basis, -2.0, format!("It is about a {}, by its words.", plain(kind)));
            }
            Some((kind, true)) if kind == self.kind => self.say(basis, PLAINLY, format!("It says: {}.", plain(kind))),
            Some((kind, false)) if kind == self.kind => self.say(basis, PERHAPS, format!("It may say: {}.", plain(kind))),
            Some(_) => self.say(basis, -0.7, "It says something else."),
            None if facts.naming.opaque => {}
            None => self.say(basis, -1.0, "It does not say so."),
        }
    }

    /// Whose it is, from the column's own words and from the table's: what belongs to an office or a building is no person's.
    fn belongs(&mut self, facts: &Facts<'_>, own: f64, table: f64) {
        match facts.own() {
            Subject::Person => return self.say(Basis::Name, 0.8, "It is about a person."),
            Subject::Unknown => {}
            _ => return self.say(Basis::Name, own, "It is about an organisation, a place or a thing."),
        }
        match facts.table.subject {
            Subject::Person => self.say(Basis::Table, 1.0, "The table is about persons."),
            Subject::Unknown => {}
            _ => self.say(Basis::Table, table, "The table is about organisations, places or things."),
        }
    }

    /// What the other columns say, where one column alone cannot tell.
    fn beside(&mut self, facts: &Facts<'_>) {
        if facts.beside_persons {
            self.say(Basis::Neighbours, 1.2, "Other columns of the table name persons.");
        }
    }
}

fn plain(kind: Kind) -> String {
    let label = kind.label();
    if label.starts_with("NRIC") || label.starts_with("IP") || label.starts_with("E-") { label.to_owned() } else { label.to_lowercase() }
}

/// The cases of all detectors that belong to the product, in no order.
pub fn cases(facts: &Facts<'_>) -> Vec<Case> {
    let mut all = Vec::new();
    identity::weigh(facts, &mut all);
    contact::weigh(facts, &mut all);
    person::weigh(facts, &mut all);
    place::weigh(facts, &mut all);
    traits::weigh(facts, &mut all);
    text::weigh(facts, &mut all);
    for case in &mut all {
        if facts.yes_or_no {
            case.say(Basis::Values, -6.0, "It holds yes or no.");
        } else if let Some(column_type) = facts.column_type.filter(|column_type| forbids(*column_type, case.kind, facts)) {
            case.say(Basis::Type, -4.0, format!("Its type is {}.", column_type.label().to_lowercase()));
        }
    }
    all
}

/// Types that cannot hold a kind. A number can hold a phone number, so values have the word where there are any.
fn forbids(column_type: ColumnType, kind: Kind, facts: &Facts<'_>) -> bool {
    let numbers = matches!(kind, Kind::Attribute | Kind::Income | Kind::Whereabouts);
    match column_type {
        ColumnType::Text => false,
        ColumnType::Boolean => true,
        ColumnType::Date | ColumnType::Timestamptz => kind != Kind::BirthDate && kind != Kind::Attribute,
        ColumnType::Double => !numbers,
        ColumnType::Integer | ColumnType::BigInt | ColumnType::Numeric => {
            matches!(
                kind,
                Kind::PersonName | Kind::Email | Kind::Address | Kind::FreeText | Kind::Login | Kind::Nric | Kind::Vehicle | Kind::IpAddress
            ) || (facts.count() == 0 && column_type == ColumnType::Numeric && !numbers)
        }
    }
}
