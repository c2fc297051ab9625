//! From the cases of all detectors to one proposal for a column.

use crate::column::Column;
use crate::proposal::{Basis, Evidence, Kind, Proposal};
use crate::recognise::{Fit, identity};
use crate::rules::{Compiled, Rule, RuleFault};
use crate::weigh::{self, Case, Facts};
use domain::catalogue::PersonalCategory;
use std::collections::HashSet;

/// The detectors in use: those that belong to the product, and those that domains added.
#[derive(Debug, Clone, Default)]
pub struct Detectors {
    added: Vec<Compiled>,
}

/// Pieces of evidence that a proposal shows, at most.
const MOST_EVIDENCE: usize = 6;
/// How sure a column must be for its neighbours to lean on it.
const SURE: f64 = 0.85;
/// Columns of one table, at most, that say something of one another.
const WIDEST: usize = 300;

impl Detectors {
    /// The product's detectors and those added; a fault names the rule that cannot be used.
    pub fn with(rules: impl IntoIterator<Item = Rule>) -> Result<Self, RuleFault> {
        Ok(Self { added: rules.into_iter().map(Compiled::new).collect::<Result<_, _>>()? })
    }

    /// A proposal for a column by itself.
    pub fn column(&self, column: &Column<'_>) -> Proposal {
        self.judge(column, &Facts::of(column))
    }

    /// Proposals for the columns of one table, in their order. What one column cannot tell, its neighbours may: an age beside a
    /// name is a person's, an age beside a count is not.
    pub fn table(&self, columns: &[Column<'_>]) -> Vec<Proposal> {
        let mut facts: Vec<Facts<'_>> = columns.iter().map(Facts::of).collect();
        let mut proposals: Vec<Proposal> = columns.iter().zip(&facts).map(|(column, facts)| self.judge(column, facts)).collect();
        let names: HashSet<&str> = columns.iter().map(|column| column.name).collect();
        let one_table = names.len() == columns.len() && columns.len() <= WIDEST;
        let sure: Vec<bool> = proposals.iter().map(names_a_person).collect();
        for (at, column) in columns.iter().enumerate() {
            let others = sure.iter().enumerate().any(|(other, sure)| other != at && *sure);
            if one_table
                && others
                && let (Some(facts), Some(proposal)) = (facts.get_mut(at), proposals.get_mut(at))
            {
                facts.beside_persons = true;
                *proposal = self.judge(column, facts);
            }
        }
        proposals
    }

    fn judge(&self, column: &Column<'_>, facts: &Facts<'_>) -> Proposal {
        let mut cases = weigh::cases(facts);
        cases.extend(self.added.iter().filter_map(|rule| rule.weigh(column, facts)));
        cases.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        match cases.first() {
            Some(best) if best.weight > 0.0 => personal(best, &cases),
            _ => not_personal(&cases, facts),
        }
    }
}

/// Whether rows of the table are persons, as this column tells: what names one alone, not an address or a text.
fn names_a_person(proposal: &Proposal) -> bool {
    proposal.category == PersonalCategory::Direct
        && proposal.confidence >= SURE
        && proposal.kind.is_some_and(|kind| kind != Kind::FreeText && kind != Kind::BankAccount)
}

fn personal(best: &Case, cases: &[Case]) -> Proposal {
    let mut evidence = best.evidence.clone();
    // What others found too: a column of phone numbers and e-mail addresses shows both.
    let others = cases
        .iter()
        .skip(1)
        .filter(|case| case.weight > 0.0)
        .flat_map(|case| case.evidence.iter().filter(|(_, piece)| piece.basis == Basis::Values && piece.speaks_for));
    evidence.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
    evidence.extend(others.cloned());
    Proposal { pii: true, category: best.category, kind: Some(best.kind), confidence: sureness(best.weight), evidence: shown(evidence) }
}

fn not_personal(cases: &[Case], facts: &Facts<'_>) -> Proposal {
    let mut evidence: Vec<(f64, Evidence)> = Vec::new();
    let entities = facts.matching(|value| identity::uen(value) == Fit::Checked);
    if facts.share(entities.len()) >= 0.5 {
        let mut case = Case::custom("uen", PersonalCategory::None);
        case.show(-5.0, &entities, facts.count(), "They are numbers of entities, with the right check letter: no person's.");
        evidence.extend(case.evidence);
    }
    // What was looked at and found to be something else, then what spoke against the likeliest and against what the name said.
    let said = facts.naming.says.map(|(kind, _)| kind);
    let looked = cases.iter().flat_map(|case| case.evidence.iter().filter(|(weight, piece)| *weight < 0.0 && piece.matched > 0));
    evidence.extend(looked.cloned());
    let near = cases.iter().enumerate().filter(|(at, case)| *at == 0 || Some(case.kind) == said).map(|(_, case)| case);
    let near = near.flat_map(|case| case.evidence.iter().filter(|(weight, piece)| *weight < 0.0 && piece.matched == 0));
    let mut against: Vec<(f64, Evidence)> = near.cloned().collect();
    against.sort_by(|a, b| a.0.total_cmp(&b.0));
    evidence.extend(against);
    let note = if facts.count() == 0 {
        "No detector finds personal data in its names; no value was looked at."
    } else {
        "No detector finds personal data in its names and values."
    };
    let nothing = Evidence {
        detector: "all".into(),
        basis: if facts.count() == 0 { Basis::Name } else { Basis::Values },
        speaks_for: false,
        matched: 0,
        of: facts.count(),
        examples: Vec::new(),
        note: note.into(),
    };
    evidence.push((0.0, nothing));
    let weight = cases.first().map_or(-3.0, |case| case.weight);
    Proposal { pii: false, category: PersonalCategory::None, kind: None, confidence: sureness(weight), evidence: shown(evidence) }
}

fn shown(evidence: Vec<(f64, Evidence)>) -> Vec<Evidence> {
    evidence.into_iter().map(|(_, piece)| piece).take(MOST_EVIDENCE).collect()
}

/// Odds as a probability, to three places. Never certain: a person decides.
fn sureness(weight: f64) -> f64 {
    let probability = 1.0 / (1.0 + (-weight.abs()).exp());
    (probability.min(0.995) * 1000.0).round() / 1000.0
}
