//! The sample standards: each is read, passes the tests that are stored beside it, and says what it must.

use rules::{Compiled, Kind, Outcome, Ruleset, Standard, conflicts, examples};
use std::collections::BTreeSet;

#[test]
fn there_are_some_of_each_kind_and_each_can_be_read() {
    for (name, text) in examples::DOCUMENTS {
        let standard = Standard::read(text).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!(standard.id, name);
        assert!(!standard.text.trim().is_empty() && !standard.references.is_empty() && standard.contact.ends_with(".invalid"), "{name}");
    }
    let kinds: BTreeSet<Kind> = examples::all().iter().map(|standard| standard.kind).collect();
    assert_eq!(kinds.len(), Kind::ALL.len());
}

#[test]
fn each_passes_the_tests_beside_it() {
    let mut failed = Vec::new();
    for standard in examples::all() {
        let rule = standard.compile().unwrap();
        assert!(standard.cases.len() >= 2, "{} has too few tests", standard.id);
        assert!(
            standard.cases.iter().any(|case| case.expect.is_empty()) && standard.cases.iter().any(|case| !case.expect.is_empty()),
            "{}",
            standard.id
        );
        for case in &standard.cases {
            match case.run(&rule) {
                Outcome::Passed => {}
                other => failed.push(format!("{} / {}: {other:?}", standard.id, case.name)),
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn a_test_that_expects_the_wrong_thing_fails() {
    let standard = examples::all().remove(0);
    let mut case = standard.cases[0].clone();
    case.expect = vec!["no_such_code".to_owned()];
    assert!(matches!(case.run(&standard.compile().unwrap()), Outcome::Failed { .. }));
    case.given = serde_json::json!({"product": {"no_such_field": 1}});
    assert!(matches!(case.run(&standard.compile().unwrap()), Outcome::Unreadable(_)));
}

#[test]
fn together_they_find_nothing_wrong_with_the_example_and_nothing_with_each_other() {
    let standards = examples::all();
    for standard in &standards {
        assert_eq!(conflicts(standard, &standards), []);
    }
    let set = Ruleset::new(standards.into_iter().map(|standard| Compiled::new(standard).unwrap()).collect());
    let input = rules::Input::example();
    let facts = input.facts().unwrap();
    let findings = set.judge().findings(&input, &facts, "2026-11-20".parse().unwrap());
    assert_eq!(findings.len(), examples::DOCUMENTS.len());
    for finding in findings {
        assert!(finding.verdict.is_met(), "{}: {:?}", finding.standard.id, finding.verdict);
    }
}

#[test]
fn what_is_told_carries_standard_version_and_the_page_that_mends_it() {
    let metadata = examples::all().into_iter().find(|standard| standard.id == "metadata").unwrap();
    let input = metadata.cases[1].input().unwrap();
    let facts = input.facts().unwrap();
    let set = Ruleset::new(vec![Compiled::new(metadata).unwrap()]);
    let told: Vec<_> = set.judge().findings(&input, &facts, "2026-11-20".parse().unwrap()).iter().flat_map(|finding| finding.told(&input)).collect();
    assert_eq!(told.len(), 2);
    assert_eq!((told[0].standard.as_str(), told[0].version, told[0].violation.code.as_str()), ("metadata", 1, "owner_missing"));
    assert_eq!(told[0].link, "/products/ssot-a.busroutes-dp");
    assert!(!told[0].violation.mend.is_empty());
}
