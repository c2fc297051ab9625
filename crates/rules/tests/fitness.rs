//! The checks of the six characteristics: each passes the examples beside it, and scores follow from what is met and from nothing else.

use domain::fitness::Characteristic;
use proptest::prelude::*;
use rules::fitness::{Assessed, Assessor, Checked, State, check, checks, documents};
use rules::{Input, Outcome, corpus};
use std::collections::BTreeSet;

#[test]
fn every_document_is_read_and_codes_are_one_of_a_kind() {
    for (characteristic, read) in documents() {
        let read = read.unwrap_or_else(|error| panic!("{characteristic}: {error}"));
        assert!(read.len() >= 4, "{characteristic}");
        assert!(read.iter().all(|check| check.weight > 0 && !check.title.is_empty() && !check.mend.is_empty()), "{characteristic}");
    }
    let codes: BTreeSet<&str> = checks().iter().map(|check| check.code.as_str()).collect();
    assert_eq!(codes.len(), checks().len());
    assert_eq!(check("columns_described").map(|check| check.characteristic), Some(Characteristic::SelfDescribable));
    assert!(check("no_such_check").is_none());
}

#[test]
fn each_passes_the_examples_beside_it() {
    let mut failed = Vec::new();
    for check in checks() {
        let expects = |code: &str| check.cases.iter().any(|case| case.expect.iter().any(|expected| expected == code));
        assert!(check.cases.iter().any(|case| case.expect.is_empty()) && expects("unmet"), "{} is not shown both ways", check.code);
        assert_eq!(check.rule.source().contains("not_applicable"), expects("not_applicable"), "{}", check.code);
        for case in &check.cases {
            match case.run(&check.rule) {
                Outcome::Passed => {}
                other => failed.push(format!("{} / {}: {other:?}", check.code, case.name)),
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn the_example_is_wholly_fit() {
    let assessed = Assessor::default().assess(&Input::example().facts().unwrap());
    let open: Vec<&str> = assessed.open().map(|(one, _)| one.check.code.as_str()).collect();
    assert_eq!(open, Vec::<&str>::new());
    assert!((assessed.scores.overall - 1.0).abs() < 1e-9);
}

#[test]
fn what_is_missing_has_its_evidence_and_its_gain() {
    let mut input = Input::example();
    input.product.tags.clear();
    let assessed = Assessor::default().assess(&input.facts().unwrap());
    let open: Vec<(&Checked, f64)> = assessed.open().collect();
    assert_eq!((open.len(), open[0].0.check.code.as_str(), open[0].0.evidence[0].message.as_str()), (1, "tags", "The product has no tags"));
    // Met, it would make up for all that is missing.
    assert!((assessed.scores.overall + open[0].1 - 1.0).abs() < 1e-9);
    let by: Vec<(Characteristic, f64)> = assessed.scores.by_characteristic().filter(|(_, score)| *score < 1.0).collect();
    assert_eq!(by.len(), 1);
    assert_eq!(by[0].0, Characteristic::Discoverable);
    assert_eq!(open[0].0.check.mends.path("a.b"), "/products/a.b");
}

fn with(states: &[State]) -> Assessed {
    Assessed::of(checks().iter().zip(states).map(|(check, state)| Checked { check, state: *state, evidence: vec![] }).collect())
}

fn states() -> impl Strategy<Value = Vec<State>> {
    prop::collection::vec(prop::sample::select(State::ALL), checks().len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever stands otherwise: a check that becomes met lowers no score, and scores stay between none and all.
    #[test]
    fn a_check_that_becomes_met_never_lowers_a_score(states in states(), at in any::<prop::sample::Index>()) {
        let before = with(&states);
        let mut better = states.clone();
        let at = at.index(better.len());
        better[at] = State::Met;
        let after = with(&better);
        for ((_, before), (of, after)) in before.scores.by_characteristic().zip(after.scores.by_characteristic()) {
            prop_assert!(after >= before - 1e-12, "{of}: {before} to {after}");
            prop_assert!((0.0..=1.0).contains(&before) && (0.0..=1.0).contains(&after));
        }
        prop_assert!(after.scores.overall >= before.scores.overall - 1e-12);
        // What it was said to gain is what it gains, unless it did not count before.
        if let Some((_, gain)) = before.open().find(|(one, _)| one.check.code == checks()[at].code) {
            prop_assert!((after.scores.overall - before.scores.overall - gain).abs() < 1e-9);
        }
    }

    /// The answer follows from what is stored, and every check can tell of every product.
    #[test]
    fn the_same_stored_input_gives_the_same_scores(number: u64) {
        let input = corpus::input(number);
        let again = Input::read(&input.stored().unwrap()).unwrap();
        let mut assessor = Assessor::default();
        let (first, second) = (assessor.assess(&input.facts().unwrap()), assessor.assess(&again.facts().unwrap()));
        prop_assert_eq!(first.scores, second.scores);
        for (one, other) in first.checked.iter().zip(&second.checked) {
            prop_assert!(one.state != State::CannotTell, "{}: {:?}", one.check.code, one.evidence);
            prop_assert_eq!((one.state, &one.evidence), (other.state, &other.evidence));
        }
        prop_assert!((0.0..=1.0).contains(&first.scores.overall));
    }
}
