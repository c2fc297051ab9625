//! What always holds of evaluation: it is repeatable, nothing panics, and no standard takes away what another found.
#![expect(clippy::unwrap_used, reason = "set-up of tests stands outside of test functions")]

use chrono::NaiveDate;
use domain::catalogue::{Classification, Sensitivity};
use proptest::prelude::*;
use rules::input::{Lineage, People, Ports, rank};
use rules::{Compiled, Input, Limits, Reads, Rule, Ruleset, Scope, Standard, Told, Verdict, corpus, examples};
use std::collections::BTreeSet;
use std::sync::OnceLock;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

const ALL: usize = examples::DOCUMENTS.len();
static SAMPLES: OnceLock<Vec<Compiled>> = OnceLock::new();

fn compiled() -> Vec<Compiled> {
    SAMPLES.get_or_init(|| examples::all().into_iter().map(|standard| Compiled::new(standard).unwrap()).collect()).clone()
}

fn told(set: &Ruleset, input: &Input, today: NaiveDate) -> BTreeSet<String> {
    let facts = input.facts().unwrap();
    let findings = set.judge().findings(input, &facts, today);
    let all: Vec<Told> = findings.iter().flat_map(|finding| finding.told(input)).collect();
    all.into_iter().map(|told| format!("{told:?}")).collect()
}

/// Narrower copies of the samples and others, at scopes that cover the example product or do not.
fn scoped(standard: Standard, scope: usize) -> Standard {
    let scopes = ["whole", "sector:geospatial", "sector:sensor", "domain:geospatial/ssot-a", "domain:sensor/water"];
    let scope: Scope = scopes[scope % scopes.len()].parse().unwrap();
    Standard { id: format!("{}-{scope}", standard.id), scope, ..standard }
}

/// The input with these parts alone, as the record gives it for rules that read no others.
fn only(mut input: Input, parts: Reads) -> Input {
    if !parts.columns {
        input.datasets.clear();
        input.product.classification = Classification::OfficialOpen;
        input.product.classification_rank = rank(Classification::OfficialOpen);
        input.product.sensitivity = Sensitivity::NonSensitive;
        input.product.personal = false;
    }
    if !parts.ports {
        input.ports = Ports::default();
    }
    if !parts.lineage {
        input.lineage = Lineage::default();
    }
    if !parts.service_levels {
        input.service_levels.clear();
    }
    if !parts.people {
        input.people = People::default();
    }
    input
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The verdict follows from what is stored, and from nothing else.
    #[test]
    fn the_same_stored_input_gives_the_same_verdicts(number: u64) {
        let input = corpus::input(number);
        let again = Input::read(&input.stored().unwrap()).unwrap();
        let (facts, facts_again) = (input.facts().unwrap(), again.facts().unwrap());
        for compiled in compiled() {
            let mut machine = compiled.rule.machine(Limits::default());
            let first = machine.evaluate(&facts);
            prop_assert_eq!(&machine.evaluate(&facts_again), &first);
            prop_assert_eq!(&compiled.rule.evaluate(&facts), &first);
            prop_assert!(!matches!(first, Verdict::CannotTell(_)), "{}: {:?}", compiled.standard.id, first);
        }
    }

    /// A rule says the same of an input from which everything is gone that it does not look at.
    #[test]
    fn what_a_rule_does_not_read_does_not_matter(number: u64) {
        let input = corpus::input(number);
        for compiled in compiled() {
            let without = only(input.clone(), compiled.rule.reads());
            let (whole, less) = (input.facts().unwrap(), without.facts().unwrap());
            prop_assert_eq!(compiled.rule.evaluate(&whole), compiled.rule.evaluate(&less), "{}", compiled.standard.id);
        }
    }

    /// Whatever is added, at whatever scope: nothing that was found before is gone.
    #[test]
    fn a_standard_more_never_removes_a_violation(number: u64, kept in prop::collection::vec((0..ALL, 0_usize..5), 0..4), added in (0..ALL, 0_usize..5)) {
        let samples = compiled();
        let make = |(at, scope): (usize, usize)| Compiled { standard: scoped(samples[at].standard.clone(), scope), rule: samples[at].rule.clone() };
        let before: Vec<Compiled> = kept.iter().copied().map(make).collect();
        let mut after = before.clone();
        after.push(make(added));
        let (input, today) = (corpus::input(number), day("2026-11-20"));
        let (before, after) = (told(&Ruleset::new(before), &input, today), told(&Ruleset::new(after), &input, today));
        prop_assert!(before.is_subset(&after));
    }

    /// No standard speaks before its first day, whatever the product.
    #[test]
    fn nothing_is_found_before_the_first_day(number: u64, days in 0_u64..2000) {
        let today = day("2026-06-01").checked_sub_days(chrono::Days::new(days + 1)).unwrap();
        prop_assert!(told(&Ruleset::new(compiled()), &corpus::input(number), today).is_empty());
    }

    #[test]
    fn no_text_panics(text in ".{0,400}") {
        let _ = Rule::compile(&text);
        let _ = Rule::compile(&format!("package standard\nimport rego.v1\nviolations contains {text}"));
        let _ = Standard::read(&text);
    }

    /// Pieces of Rego in any order: refused or run, never a panic and never without an end.
    #[test]
    fn no_heap_of_pieces_panics(pieces in prop::collection::vec(prop::sample::select(vec![
        "violations", "contains", "if", "{", "}", "[", "]", "(", ")", "input", ".product", ".title", "some", "x", "in", "every", "not", ":=", "==", "|",
        "1", "\"a\"", ",", "\n", "concat", "sprintf", "regex.match", "else", "default", "x[_]", "input.datasets[_]", "-", "*", "a := [x | some x in y]\n",
    ]), 0..60)) {
        let source = format!("package standard\nimport rego.v1\nviolations contains {{\"code\": \"c\", \"message\": \"m\"}} if true\n{}", pieces.join(" "));
        if let Ok(rule) = Rule::compile(&source) {
            let _ = rule.evaluate(&Input::example().facts().unwrap());
        }
    }
}
